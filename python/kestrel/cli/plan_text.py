"""A plan as people read it: what changes, what follows from it, what it needs to go ahead."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kestrel.changes.plan import Plan
from kestrel.cli.columns import aligned, markdown
from kestrel.text.display import harmless
from kestrel.text.render import Pen

SIGNS = {"add": "+", "remove": "-", "replace": "~", "move": ">", "copy": "="}
HEAD = ("", "path", "old", "new", "")
MOST = 200
"""Characters of a value that are shown."""


def as_table(plan: Plan, pen: Pen) -> str:
    """For a terminal: aligned columns."""
    parts = [_headline(plan, pen)]
    if plan.change_set:
        parts.append(aligned(HEAD, _rows(plan.change_set), pen, "  "))
    if plan.findings:
        parts.append("schema\n" + aligned(("", "", ""), _finding_rows(plan.findings), pen, "  "))
    if plan.consequences:
        rows = _rows(plan.consequences)
        parts.append("what follows from it\n" + aligned([""] * len(HEAD), rows, pen, "  "))
    if plan.needs:
        parts.append(_needs(plan.needs) + "\n")
    return "".join(parts)


def as_markdown(plan: Plan, _: Pen) -> str:
    """For a review: Markdown tables."""
    parts = [f"**{_counted(plan)}**, verdict **{plan.verdict}**, audit id `{plan.audit_id}`\n"]
    if plan.change_set:
        parts.append(markdown(HEAD, _rows(plan.change_set)))
    if plan.findings:
        parts.append(
            "Schema:\n\n" + markdown(("rule", "path", "what"), _finding_rows(plan.findings))
        )
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


def _finding_rows(findings: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    return [
        [str(f.get("rule", "")), str(f.get("path", "")), str(f.get("message", f.get("what", "")))]
        for f in findings
    ]
