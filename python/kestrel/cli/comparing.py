"""What `diff` finds out before it shows anything."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

import kestrel
from kestrel import inputs
from kestrel._core import Snapshot
from kestrel.changes.plan import Plan
from kestrel.changes.policy import Policy, Requirement, worst
from kestrel.changes.requirements import Judged, Requirements, parse_flag
from kestrel.changes.schema_diff import SchemaDiff
from kestrel.data.schema import Schema
from kestrel.text.diagnostic import Diagnostic, KestrelError

WANTED = "backward, forward, full; or a path with one of them, as /listeners=full"


class Comparison(msgspec.Struct, frozen=True):
    """Two configs (`plan`) or two schemas; `schemas` and `judged` where the schema changes."""

    plan: Plan | None
    schemas: SchemaDiff | None
    judged: Judged

    @property
    def findings(self) -> list[dict[str, Any]]:
        """As they are shown: with the exemptions that cover them."""
        found = [msgspec.to_builtins(finding) for finding in self.judged.findings]
        for index, exemption in self.judged.exempt.items():
            found[index]["exempt"] = {
                "until": exemption.until.isoformat(),
                "reason": exemption.reason,
            }
        return found

    @property
    def verdict(self) -> str:
        return worst(finding.verdict for finding in self.judged.findings)

    def __bool__(self) -> bool:
        return bool(self.schemas if self.plan is None else self.plan)


def compare_schemas(
    old: str, new: str, data: Iterable[str], new_data: Iterable[str], required: Requirements,
    as_of: date | None,
) -> Comparison:  # fmt: skip
    """Two schemas, and configs of each to ask where verdicts depend on data."""
    was, now = inputs.read_schema(old), inputs.read_schema(new)
    schemas = kestrel.diff(
        was, now, data=_configs(data, was), new_data=_configs(new_data, now), as_of=as_of
    )
    return Comparison(None, schemas, _judged(schemas, required, as_of))


def compare_configs(
    old: str, new: str, schema: str | None, required: Requirements, as_of: date | None
) -> Comparison:
    plan = make_plan(old, new, schema)
    if plan.ends is None or not plan.changes_schema:
        return Comparison(plan, None, Judged((), (), {}))
    schemas = kestrel.diff(*plan.ends, as_of=as_of)
    return Comparison(plan, schemas, _judged(schemas, required, as_of))


def make_plan(old: str, new: str, schema: str | None = None) -> Plan:
    """The plan between two arguments; data files are read by `schema`, or the other side's."""
    read = inputs.read_schema(schema) if schema else None
    if read is None and inputs.is_data(old):
        read = inputs.read_end(new).config.schema
    base = inputs.read_end(old, read)
    policy = Policy.find(Path.cwd())
    if inputs.means_schema(new):  # the same config, migrated
        schema_of = inputs.read_schema(new)
        return kestrel.plan(base.config, schema_of, state=base.binding, policy=policy)
    target = inputs.read_end(new, read or base.config.schema)
    return kestrel.plan(base.config, target.config, state=base.binding, policy=policy)


def requirements(flags: Iterable[str]) -> Requirements:
    """Those of the project, with those of the command line before them.

    Raises:
        KestrelError: KS0903, a flag that says something else; KS0620, the project's file does.
    """
    given: dict[str, Requirement] = {}
    for flag in flags:
        parsed = parse_flag(flag)
        if parsed is None:
            raise _bad("--require", flag, WANTED)
        given[parsed[0]] = parsed[1]
    return Requirements.find(Path.cwd()).with_flags(given)


def parse_day(option: str, text: str | None) -> date | None:
    """Raises KestrelError (KS0903)."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _bad(option, text, "a day, as 2026-01-31") from None


def _bad(option: str, value: str, choices: str) -> KestrelError:
    return KestrelError([Diagnostic.make("KS0903", option=option, value=value, choices=choices)])


def _configs(arguments: Iterable[str], schema: Schema) -> list[Snapshot]:
    return [inputs.read_end(argument, schema).config for argument in arguments]


def _judged(schemas: SchemaDiff, required: Requirements, as_of: date | None) -> Judged:
    """Exemptions end by the day that is given, else by today's (UTC)."""
    today = as_of or datetime.now(UTC).date()
    return required.judge(schemas.findings, schemas.new.name, today)
