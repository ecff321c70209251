"""Findings about a change of schema as people read them, worst first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kestrel.changes.policy import VERDICTS
from kestrel.cli.columns import clipped, width
from kestrel.text import markdown
from kestrel.text.display import harmless
from kestrel.text.render import Pen

Findings = Sequence[Mapping[str, Any]]
ROOT = "(root)"
"""The place of what is about the whole document."""

MARGIN = 7
PATH_MOST = 36
HEAD = ("", "rule", "path", "change", "old data", "old readers")
SIGNS = {"breaking": "✗", "behavioural": "≠", "compatible": "✓", "docs": "·", "none": "·"}
FEW = 12
"""So many findings that are no trouble are shown without being asked for."""


def worst_first(findings: Findings) -> list[Mapping[str, Any]]:
    return sorted(findings, key=lambda f: -VERDICTS.index(f["verdict"]))


def findings_to_text(findings: Findings, pen: Pen) -> str:
    """For a terminal: what changed, and below it what follows for old data and old readers."""
    found = worst_first(findings)
    longest = max((width(harmless(_path(f))) for f in found), default=0)
    column = min(longest, PATH_MOST, max(pen.width // 3, 8))
    lines = [line for finding in found for line in _lines(finding, column, pen)]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _lines(finding: Mapping[str, Any], column: int, pen: Pen) -> Iterator[str]:
    path, message = harmless(_path(finding)), harmless(str(finding["message"]))
    place = clipped(path, column) + " " * max(0, column - width(path))
    room = max(pen.width - MARGIN - column - 2, 20)
    first, *more = textwrap.wrap(message, room) or [""]
    yield f"  {pen('bold', finding['rule'])}  {place}  {first}"
    yield from (" " * (MARGIN + column + 2) + line for line in more)
    role = {"breaking": "error", "behavioural": "warning"}.get(finding["verdict"], "frame")
    for index, line in enumerate(textwrap.wrap(harmless(answers(finding)), pen.width - MARGIN)):
        verdict = finding["verdict"]
        shown = line.replace(verdict, pen(role, verdict), 1) if index == 0 else line
        yield " " * MARGIN + shown
    if finding.get("also"):
        also = f"also at {', '.join(finding['also'])}"
        yield " " * MARGIN + clipped(harmless(also), pen.width - MARGIN)


def answers(finding: Mapping[str, Any]) -> str:
    """The two answers of a finding, and on what they rest."""
    readers = f"old readers {finding['readers']}"
    if "readers_evidence" in finding and finding["readers"] != "unknown":
        readers += f" ({finding['readers_evidence']})"
    said = f"{finding['verdict']} ({finding['evidence']}); {readers}"
    return f"{said}; {_waived(finding)}" if finding.get("waived") else said


def _waived(finding: Mapping[str, Any]) -> str:
    exempt = finding.get("exempt")
    if exempt is None:
        return "not counted: deprecated long enough"
    return f"exempt until {exempt['until']}: {exempt['reason']}"


def findings_to_markdown(findings: Findings) -> str:
    """For a review: a table of what is trouble; the rest, where there is much of it, folded."""
    found = worst_first(findings)
    trouble = [f for f in found if f["verdict"] in ("breaking", "behavioural")]
    rest = found[len(trouble) :]
    if len(rest) <= FEW:
        return _table(found)
    summary = f"{len(rest)} changes that are compatible"
    parts = [_table(trouble)] if trouble else []
    return "\n".join([*parts, markdown.details(summary, _table(rest))])


def _table(findings: Findings) -> str:
    return markdown.table(HEAD, [_cells(finding) for finding in findings])


def _cells(finding: Mapping[str, Any]) -> list[str]:
    verdict = str(finding["verdict"])
    loud = f"**{verdict}**" if verdict == "breaking" else verdict
    message = markdown.prose(str(finding["message"]))
    for note in _notes(finding):
        message += f"<br>{note}"
    return [
        SIGNS[verdict],
        finding["rule"],
        markdown.code(_path(finding)),
        message,
        f"{loud}, {finding['evidence']}",
        _readers(finding),
    ]


def _notes(finding: Mapping[str, Any]) -> Iterator[str]:
    if finding.get("also"):
        yield "also at " + ", ".join(markdown.code(path) for path in finding["also"])
    if finding.get("waived"):
        yield f"_{markdown.prose(_waived(finding))}_"


def _readers(finding: Mapping[str, Any]) -> str:
    said = str(finding["readers"])
    evidence = finding.get("readers_evidence", "")
    return f"{said}, {evidence}" if evidence and said != "unknown" else said


def _path(finding: Mapping[str, Any]) -> str:
    return str(finding["path"]) or ROOT
