"""A plan as people read it: what changes, what follows from it, what it needs to go ahead."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from kestrel.changes.plan import Plan
from kestrel.changes.schema_diff import SchemaDiff
from kestrel.cli.columns import aligned, markdown
from kestrel.text.display import harmless
from kestrel.text.render import Pen

SIGNS = {"add": "+", "remove": "-", "replace": "~", "move": ">", "copy": "="}
HEAD = ("", "path", "old", "new", "")
Findings = Sequence[Mapping[str, Any]]
MOST = 200
"""Characters of a value that are shown."""


def plan_to_dict(plan: Plan) -> dict[str, Any]:
    """For the envelope: everything but the target's document and the schemas."""
    members: dict[str, Any] = msgspec.to_builtins(plan.members())
    members |= {"needs": list(plan.needs), "plan": members.pop("digest")}
    return {k: v for k, v in members.items() if k not in ("document", "schemas", "format")}


def plan_to_table(plan: Plan, pen: Pen) -> str:
    """For a terminal: aligned columns."""
    parts = [_headline(plan, pen)]
    if plan.change_set:
        parts.append(aligned(HEAD, _rows(plan.change_set), pen, "  "))
    if plan.findings:
        parts.append("the schema\n" + _findings(plan.findings, pen))
    if plan.consequences:
        rows = _rows(plan.consequences)
        parts.append("what follows from it\n" + aligned([""] * len(HEAD), rows, pen, "  "))
    if plan.needs:
        parts.append(_needs(plan.needs) + "\n")
    return "".join(parts)


def plan_to_markdown(plan: Plan) -> str:
    """For a review: Markdown tables."""
    parts = [f"**{_counted(plan)}**, verdict **{plan.verdict}**, audit id `{plan.audit_id}`\n"]
    if plan.change_set:
        parts.append(markdown(HEAD, _rows(plan.change_set)))
    if plan.findings:
        parts.append("The schema:\n\n" + markdown(FINDING, _finding_rows(plan.findings)))
    if plan.consequences:
        parts.append("What follows from it:\n\n" + markdown(HEAD, _rows(plan.consequences)))
    if plan.needs:
        parts.append(_needs(plan.needs) + "\n")
    return "\n".join(parts)


def _headline(plan: Plan, pen: Pen) -> str:
    if not plan:
        return "no difference\n"
    role = "error" if plan.verdict == "breaking" else "bold"
    verdict = pen(role, plan.verdict)
    return f"{_counted(plan)}, {verdict}  audit_id {plan.audit_id}\n"


def _counted(plan: Plan) -> str:
    count = len(plan)
    return f"{count} change" if count == 1 else f"{count} changes"


def _needs(needs: Iterable[str]) -> str:
    return "needs " + " ".join(f"--allow {name}" for name in needs)


def _rows(changes: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    return [
        [
            SIGNS.get(change["op"], "?"),
            str(change.get("key_path") or change["path"]),
            str(change["from"]) if "from" in change else _value(change, "old"),
            _value(change, "value"),
            " ".join(_remarks(change)),
        ]
        for change in changes
    ]


def _remarks(change: Mapping[str, Any]) -> Iterable[str]:
    yield from change.get("marks", ())
    if change.get("reload", "hot") != "hot":
        yield change["reload"]


def _value(change: Mapping[str, Any], member: str) -> str:
    if member not in change:
        return ""
    value = change[member]
    if change.get("secret") and isinstance(value, str):
        return value
    text = json.dumps(value, ensure_ascii=False)
    return harmless(text if len(text) <= MOST else text[: MOST - 1] + "…")


def schema_to_table(schemas: SchemaDiff, pen: Pen) -> str:
    """For a terminal: aligned columns."""
    if not schemas:
        return "no difference\n"
    findings = msgspec.to_builtins(schemas.findings)
    role = "error" if schemas.verdict == "breaking" else "bold"
    return f"schema {pen(role, schemas.verdict)}\n" + _findings(findings, pen, head=FINDING)


def schema_to_markdown(schemas: SchemaDiff) -> str:
    """For a review: a Markdown table."""
    if not schemas:
        return "no difference\n"
    rows = _finding_rows(msgspec.to_builtins(schemas.findings))
    return f"Schema: **{schemas.verdict}**\n\n" + markdown(FINDING, rows)


FINDING = ("rule", "path", "change", "verdict", "evidence", "old readers")


def _findings(findings: Findings, pen: Pen, head: Sequence[str] = ("",) * 6) -> str:
    return aligned(head, _finding_rows(findings), pen, "  ")


def _finding_rows(findings: Findings) -> list[list[str]]:
    return [
        [
            finding["rule"],
            finding["path"],
            *(finding[name] for name in ("message", "verdict", "evidence", "readers")),
        ]
        for finding in findings
    ]
