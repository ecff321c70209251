"""`kestrel-gen regs`: register maps as what programs and people read."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable
from pathlib import Path

import click
import msgspec

import kestrel
from kestrel import compiler
from kestrel.cli import exits
from kestrel.cli.convert import written
from kestrel.cli.generated import Job, is_current, outdated, write_all, write_depfile
from kestrel.cli.levels import parse_levels
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.ir.flat import size
from kestrel.ir.registers import Device
from kestrel.text.diagnostic import Diagnostic, KestrelError

HEADER = re.compile(r"[\w./+-]+")
"""What a vendor's header may be called, as it stands in an `#include`."""

Made = str | dict[str, str]
"""A text that is all, or texts by their paths in a folder."""


def _json(device: Device) -> Made:
    from kestrel.backends.registers_json import registers_json

    return registers_json(device)


def _kreg(device: Device) -> str:
    from kestrel.backends.kreg import write_kreg

    return write_kreg(device)


def _cpp(device: Device) -> Made:
    from kestrel.backends.accessors.cpp import write_cpp

    return write_cpp(device, kestrel.__version__)


def _c(device: Device) -> Made:
    from kestrel.backends.accessors.c import write_c

    return write_c(device, kestrel.__version__)


def _pybind(device: Device) -> Made:
    from kestrel.backends.accessors.pybind import write_pybind

    return write_pybind(device, kestrel.__version__)


def _html(device: Device) -> Made:
    from kestrel.backends.pages.html import write_html

    return write_html(device, kestrel.__version__)


def _markdown(device: Device) -> Made:
    from kestrel.backends.pages.markdown import write_markdown

    return write_markdown(device, kestrel.__version__)


def _svd(device: Device) -> Made:
    from kestrel.backends.svd import write_svd

    return write_svd(device, kestrel.__version__)


LANGUAGES: dict[str, Callable[[Device], Made]] = {
    "json": _json,
    "kreg": _kreg,
    "svd": _svd,
    "cpp": _cpp,
    "c": _c,
    "pybind": _pybind,
    "html": _html,
    "markdown": _markdown,
}


@command("regs", "text")
@click.argument("path", metavar="FILE")
@click.option("--lang", type=click.Choice(tuple(LANGUAGES)), default="json", help="What [json].")
@click.option("--out", "folder", metavar="DIR", help="Write there [one text: standard output].")
@click.option("--patch", "patches", metavar="FILE.kreg", multiple=True, help="What is said of it.")
@click.option(
    "--severity",
    "severities",
    metavar="CODE=LEVEL",
    multiple=True,
    help="How grave a finding is: error, warning, note or off; with an error nothing is written.",
)
@click.option(
    "--cmsis",
    metavar="HEADER.h",
    help="With `c`: also a file that compiles where this vendor's header says the same.",
)
@click.option(
    "--cmsis-type",
    "cmsis_types",
    metavar="MAP=TYPE",
    multiple=True,
    help="The vendor's struct of a map [MAP_Type]; repeatable.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if DIR is not current.")
@click.option("--list-outputs", is_flag=True, help="Write nothing; print the files of DIR.")
@click.option("--depfile", metavar="FILE", help="Write what depends on what, for Make and Ninja.")
@click.option("--stamp", metavar="FILE", help="Touch it when all is written; DEPFILE is about it.")
def regs(
    path: str,
    lang: str,
    folder: str | None,
    patches: tuple[str, ...],
    severities: tuple[str, ...],
    cmsis: str | None,
    cmsis_types: tuple[str, ...],
    check: bool,
    list_outputs: bool,
    depfile: str | None,
    stamp: str | None,
) -> Outcome:
    """Write the registers of a file (`.kreg`, SVD, SystemRDL, Hjson) as something else.

    `json` has arrays unrolled, and absolute addresses. `cpp` and `c` are headers (C++20, C11) that
    read and write them, `pybind` is a Python module around those of C++, `html` and `markdown` are
    pages for people. What is wrong with the file is reported, and stays as the file has it. A file
    that has its text already is not touched.
    """
    levels = parse_levels(severities)
    job = (
        None
        if folder is None
        else _job(path, lang, Path(folder), patches, (*severities, cmsis or "", *cmsis_types))
    )
    plain = not (check or list_outputs or depfile or stamp)
    if job is not None and plain and (current := is_current(job)) is not None:
        return Outcome({"status": "current", "files": current}, {"text": lambda _: ""})
    gc.disable()  # a map is many small objects, and all of them live until the end
    device, found = compiler.load_registers(path, patches, levels)
    made = LANGUAGES[lang](device)
    found = [each for each in found if each.severity != "note"]  # `lint` has these
    found += _unsaid(device, path) if lang == "svd" else []
    result = {"status": "generated", "device": device.name, "registers": str(size(device))}
    if job is None:
        outcome = _printed(result, made, lang)
    else:
        files = {f"{Path(path).stem}.{lang}": made} if isinstance(made, str) else made
        if cmsis is not None:
            files |= _cmsis(device, lang, cmsis, cmsis_types)
        inputs = [*job.inputs, *device.sources]
        outcome = _put(result, job, files, inputs, found, check=check, listed=list_outputs)
        if depfile is not None or stamp is not None:
            write_depfile(depfile, stamp, outcome.result["files"], dict.fromkeys(inputs))
    return msgspec.structs.replace(outcome, diagnostics=(*found, *outcome.diagnostics))


def _job(
    path: str, lang: str, folder: Path, patches: tuple[str, ...], options: tuple[str, ...]
) -> Job:
    name = f"{Path(path).stem}-{lang}"
    return Job(folder, (path, *patches), (lang, *options), name)


def _cmsis(device: Device, lang: str, header: str, types: tuple[str, ...]) -> dict[str, str]:
    from kestrel.backends.accessors.cmsis import IDENTIFIER, cmsis_check

    pairs = dict(each.partition("=")[::2] for each in types)
    for name, type_ in pairs.items():
        if not IDENTIFIER.fullmatch(type_):
            raise click.UsageError(f"--cmsis-type: `{type_}` is no name of a C type of {name}")
        if name not in {each.name for each in device.maps}:
            raise click.UsageError(f"--cmsis-type: there is no map `{name}`")
    if lang != "c" or not HEADER.fullmatch(header):
        raise click.UsageError("--cmsis HEADER.h goes with --lang c, and is a plain path")
    return {"cmsis_check.c": cmsis_check(device, header, pairs, kestrel.__version__)}


def _printed(result: dict[str, str], made: Made, lang: str) -> Outcome:
    if isinstance(made, str):
        return written(result, made, None)
    raise KestrelError([Diagnostic.make("KS0915", lang=lang, count=len(made))])


def _put(
    result: dict[str, str],
    job: Job,
    files: dict[str, str],
    inputs: list[str],
    found: list[Diagnostic],
    *,
    check: bool,
    listed: bool,
) -> Outcome:
    paths = [str(job.folder / each) for each in files]
    if listed:
        text = "".join(f"{each}\n" for each in paths)
        return Outcome({**result, "status": "listed", "files": paths}, {"text": lambda _: text})
    if check:
        wrong = outdated(job.folder, files)
        said = tuple(Diagnostic.make("KR0902", file=each, path=each) for each in wrong)
        status = {"status": "outdated" if wrong else "current", "files": wrong}
        code = exits.FOUND if wrong else exits.DONE
        return Outcome({**result, **status}, {"text": lambda _: ""}, said, exit=code)
    write_all(job, files, inputs, quiet=not found)
    return Outcome({**result, "files": paths}, {"text": lambda _: ""})


def _unsaid(device: Device, path: str) -> list[Diagnostic]:
    """What a poorer format does not keep."""
    from kestrel.backends.svd import unsaid

    return [
        Diagnostic.make("KR0921", file=path, what=what, count=count, first=first)
        for what, count, first in unsaid(device)
    ]


def import_map(path: str, output: str | None) -> Outcome:
    """A vendor's register map as `.kreg`, to be kept and changed."""
    device, found = compiler.load_registers(path)
    result = {"status": "imported", "device": device.name, "registers": str(size(device))}
    made = written(result, _kreg(device), output)
    grave = tuple(each for each in found if each.severity != "note")
    return msgspec.structs.replace(made, diagnostics=grave)
