"""A change as remarks for code scanning and for annotations of a pull request."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from kestrel.changes.catalogue import CATALOGUE
from kestrel.changes.findings import Finding
from kestrel.changes.plan import Plan
from kestrel.changes.schema_diff import SchemaDiff
from kestrel.cli.findings_text import answers
from kestrel.cli.plan_text import MOST
from kestrel.data.document import Document
from kestrel.text.codes import Severity
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.display import harmless
from kestrel.text.remarks import Remark, remarks

VALUE_RULES = {
    "V01": "member set",
    "V02": "member no longer set",
    "V03": "value replaced",
    "V04": "item added",
    "V05": "item removed",
    "V06": "item of a list with a key moved",
    "V07": "item of a list moved",
    "V08": "secret reference replaced",
}
"""The kinds of changes of values, by their ids (`cpp/include/kestrel/change.hpp`)."""

LOUD: dict[str, Severity] = {"breaking": "error", "behavioural": "warning"}


@cache
def _names() -> dict[str, str]:
    return {row.id: row.change for row in CATALOGUE} | VALUE_RULES


def of_findings(
    schemas: SchemaDiff,
    findings: tuple[Finding, ...],
    shown: list[dict[str, Any]],
    file: str | None,
) -> Iterator[Remark]:
    """Each finding where the new schema says it. `file`: where else to point at."""
    for index, finding in enumerate(findings):
        span = schemas.span(index) if file is not None else None
        severity = LOUD.get(finding.verdict, "note")
        yield Remark(
            rule=finding.rule,
            name=_names()[finding.rule],
            severity="warning" if finding.waived and severity == "error" else severity,
            message=harmless(f"{finding.path or '(root)'}: {finding.message}"),
            helps=(harmless(answers(shown[index])),),
            span=span,
            file=file,
            identity=f"{finding.path}:{finding.message}",
            properties={"verdict": finding.verdict, "readers": finding.readers},
        )


def of_values(plan: Plan, document: Document | None, file: str | None) -> Iterator[Remark]:
    """Each change of a value where the new file has it, if it is a data file."""
    for change in plan.change_set:
        marks = [*change.get("marks", ()), *([change["reload"]] if change.get("reload") else [])]
        loud = any(mark != "hot" for mark in marks)
        yield Remark(
            rule=change["rule"],
            name=_names()[change["rule"]],
            severity="warning" if loud else "note",
            message=harmless(_said(change, marks)),
            span=None if document is None else document.span(change["path"]),
            file=file,
            identity=change["path"],
            properties={"audit_id": plan.audit_id},
        )


def of_diagnostics(diagnostics: tuple[Diagnostic, ...]) -> list[Remark]:
    return remarks(diagnostics)


def _said(change: Mapping[str, Any], marks: list[str]) -> str:
    values = [_value(change, member) for member in ("old", "value") if member in change]
    said = f"{change.get('key_path') or change['path']}: {change['op']} {' → '.join(values)}"
    marked = [mark for mark in marks if mark != "hot"]
    return f"{said.rstrip()} ({', '.join(marked)})" if marked else said.rstrip()


def _value(change: Mapping[str, Any], member: str) -> str:
    value = change[member]
    if change.get("secret") and isinstance(value, str):
        return value
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MOST else text[: MOST - 1] + "…"
