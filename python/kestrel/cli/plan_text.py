"""A plan as people read it: what changes, what follows from it, what it needs to go ahead."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from kestrel.changes.plan import Plan
from kestrel.changes.schema_diff import SchemaDiff
from kestrel.cli.columns import aligned
from kestrel.cli.findings_text import Findings, findings_to_markdown, findings_to_text
from kestrel.text import markdown
from kestrel.text.display import harmless
from kestrel.text.render import Pen

SIGNS = {"add": "+", "remove": "-", "replace": "~", "move": ">", "copy": "="}
HEAD = ("", "path", "old", "new", "")
PAGE = 40
"""Rows of a table in a review that are not folded."""

MOST = 200
"""Characters of a value that are shown."""


def plan_to_dict(plan: Plan) -> dict[str, Any]:
    """For the envelope: everything but the target's document and the schemas."""
    members: dict[str, Any] = msgspec.to_builtins(plan.members())
    members |= {"needs": list(plan.needs), "plan": members.pop("digest")}
    return {k: v for k, v in members.items() if k not in ("document", "schemas", "format")}


def plan_to_table(plan: Plan, pen: Pen, findings: Findings | None = None) -> str:
    """For a terminal: aligned columns. `findings` stand for the plan's own, if given."""
    shown = plan.findings if findings is None else findings
    parts = [_headline(plan, pen)]
    if plan.change_set:
        parts.append(aligned(HEAD, _rows(plan.change_set), pen, "  "))
    if shown:
        parts.append("the schema\n" + findings_to_text(shown, pen))
    if plan.consequences:
        rows = _rows(plan.consequences)
        parts.append("what follows from it\n" + aligned([""] * len(HEAD), rows, pen, "  "))
    if plan.needs:
        parts.append(_needs(plan.needs) + "\n")
    return "".join(parts)


def plan_to_markdown(plan: Plan, findings: Findings | None = None) -> str:
    """For a review: what it is and needs, then tables, the long and the lesser ones folded."""
    if not plan:
        return "No difference.\n"
    shown = plan.findings if findings is None else findings
    parts = [f"### {_counted(plan)}, {_loud(plan.verdict)}\n"]
    if plan.needs:
        parts.append(f"> **Needs** `{_needs(plan.needs).removeprefix('needs ')}`\n")
    if plan.change_set:
        parts.append(_folded(plan.change_set, "changes"))
    if shown:
        parts.append("#### The schema\n\n" + findings_to_markdown(shown))
    if plan.consequences:
        rows = markdown.table(HEAD, _cells(plan.consequences))
        count = len(plan.consequences)
        summary = f"What follows from it: {count} effective value{'s' if count != 1 else ''}"
        parts.append(markdown.details(summary, rows))
    parts.append(f"<sub>audit id `{plan.audit_id}`</sub>\n")
    return "\n".join(parts)


def _loud(verdict: str) -> str:
    return f"**{verdict}**" if verdict == "breaking" else verdict


def _folded(changes: Sequence[Mapping[str, Any]], what: str) -> str:
    """A table, of which what is beyond a page is folded; marks are always shown."""
    if len(changes) <= PAGE:
        return markdown.table(HEAD, _cells(changes))
    marked = [c for c in changes if any(_remarks(c))]
    rest = [c for c in changes if not any(_remarks(c))]
    parts = [markdown.table(HEAD, _cells(marked))] if marked else []
    parts.append(markdown.details(f"{len(rest)} {what}", markdown.table(HEAD, _cells(rest))))
    return "\n".join(parts)


def _cells(changes: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    return [[markdown.code(cell) for cell in row] for row in _rows(changes)]


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


def schema_to_table(schemas: SchemaDiff, findings: Findings, pen: Pen) -> str:
    """For a terminal: the verdict, and each finding."""
    if not schemas:
        return "no difference\n"
    role = "error" if schemas.verdict == "breaking" else "bold"
    readers = f"old readers: {schemas.readers}"
    return f"schema {pen(role, schemas.verdict)}, {readers}\n" + findings_to_text(findings, pen)


def schema_to_markdown(schemas: SchemaDiff, findings: Findings) -> str:
    """For a review: the verdict, and tables of the findings."""
    if not schemas:
        return "No difference.\n"
    count = len(findings)
    what = "1 change" if count == 1 else f"{count} changes"
    name = markdown.code(schemas.new.name)
    head = f"### Schema {name}: {what}, {_loud(schemas.verdict)}; old readers: {schemas.readers}\n"
    return f"{head}\n{findings_to_markdown(findings)}"
