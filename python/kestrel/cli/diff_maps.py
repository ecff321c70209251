"""`kestrel-run diff` of register maps."""

from __future__ import annotations

import json
from typing import NamedTuple

import kestrel
from kestrel import compiler
from kestrel.changes.registers import Comparison, compare_maps
from kestrel.changes.registers.rules import RULES
from kestrel.cli import exits
from kestrel.cli.map_findings import to_markdown, to_table
from kestrel.cli.outcome import Form, Outcome
from kestrel.cli.writing import write_whole
from kestrel.ir.registers import Device
from kestrel.text.codes import Severity
from kestrel.text.diagnostic import Diagnostic, KestrelError
from kestrel.text.remarks import Remark

SEVERITIES: dict[str, Severity] = {"breaking": "error", "behavioural": "warning"}


class Wanted(NamedTuple):
    same_hardware: bool
    compat_header: str | None
    output: str | None
    exit_code: bool


def diff_maps(old: str, new: str, wanted: Wanted) -> Outcome:
    """Both have to be maps, of whichever format."""
    for each in (old, new):
        if not compiler.is_map(each):
            raise KestrelError([Diagnostic.make("KR0901", file=each, path=each)])
    (one, _), (two, _) = (compiler.load_registers(each) for each in (old, new))
    found = compare_maps(one, two, wanted.same_hardware)
    result = {
        "status": "different" if found.findings else "unchanged",
        "verdict": {"overall": found.overall, "semver": found.semver},
        "findings": [each.to_dict() for each in found.findings],
    }
    if wanted.output is not None:
        write_whole(wanted.output, (json.dumps(result, indent=2) + "\n").encode())
    if wanted.compat_header is not None:
        _write_header(wanted.compat_header, one, two, found)
    forms: dict[str, Form] = {
        "table": lambda pen: to_table(found, pen),
        "markdown": lambda _: to_markdown(found),
        **_for_tools(found, new),
    }
    code = exits.FOUND if wanted.exit_code and found.findings else exits.DONE
    return Outcome(result, forms, exit=code)


def _write_header(path: str, old: Device, new: Device, found: Comparison) -> None:
    from kestrel.backends.accessors.compat import compat_header

    write_whole(path, compat_header(old, new, found.kept, kestrel.__version__).encode())


def _for_tools(found: Comparison, new: str) -> dict[str, Form]:
    from kestrel.text.github import github_of
    from kestrel.text.sarif import sarif_of

    return {
        "sarif": lambda _: sarif_of(_remarks(found, new), kestrel.__version__),
        "github": lambda _: github_of(_remarks(found, new)),
    }


def _remarks(found: Comparison, new: str) -> list[Remark]:
    return [
        Remark(
            rule=each.rule,
            name=RULES[each.rule].change,
            severity=SEVERITIES.get(each.overall, "note"),
            message=f"{each.path}: {RULES[each.rule].change}; {RULES[each.rule].why}",
            helps=(each.do,),
            file=new,
            identity=each.path,
            properties={
                "names": each.names,
                "layout": each.layout,
                "behaviour": each.behaviour,
                "instances": ", ".join(each.instances),
            },
        )
        for each in found.findings
    ]
