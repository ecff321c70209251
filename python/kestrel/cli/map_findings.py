"""Changes of register maps as people read them: by rule, worst first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import groupby

from kestrel.changes.registers import Comparison, Finding
from kestrel.changes.registers.rules import RULES, VERDICTS, Rule, Verdict
from kestrel.cli.columns import clipped, width
from kestrel.text import markdown
from kestrel.text.display import harmless
from kestrel.text.render import Pen

SIGNS: dict[Verdict, str] = {"breaking": "✗", "behavioural": "≠", "compatible": "✓", "none": "·"}
ROLES: dict[Verdict, str] = {"breaking": "error", "behavioural": "warning"}
MARGIN = " " * 7
PATH_MOST = 44
MAX_SHOWN = 200
"""Places of one rule that are shown."""
HEAD = ("", "rule", "path", "old", "new", "names", "layout", "behaviour")


def grouped(found: Comparison) -> list[tuple[Rule, list[Finding]]]:
    order = sorted(found.findings, key=lambda f: (-VERDICTS.index(f.overall), int(f.rule[1:])))
    return [(RULES[rule], list(each)) for rule, each in groupby(order, key=lambda f: f.rule)]


def to_table(found: Comparison, pen: Pen) -> str:
    """For a terminal."""
    lines = [line for rule, each in grouped(found) for line in _group(rule, each, pen)]
    lines.append(f"{_counted(len(found.findings))}: {_verdict(found.overall, pen)}, {_bump(found)}")
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _counted(count: int) -> str:
    return "no changes" if not count else f"{count} change{'s' if count > 1 else ''}"


def _bump(found: Comparison) -> str:
    return f"version: {found.semver}"


def _verdict(verdict: Verdict, pen: Pen) -> str:
    return pen(ROLES[verdict], verdict) if verdict in ROLES else verdict


def _group(rule: Rule, found: list[Finding], pen: Pen) -> Iterator[str]:
    first = found[0]
    sign = pen(ROLES.get(first.overall, "frame"), SIGNS[first.overall])
    yield f"{sign} {pen('bold', f'{rule.id:<4}')} {rule.change}"
    room = max(pen.width - len(MARGIN), 30)
    yield MARGIN + _axes(first, pen)
    for word, text in (("", rule.why), ("→ ", first.do)):
        lines = textwrap.wrap(text, room - len(word))
        yield from (MARGIN + (word if i == 0 else " " * len(word)) + t for i, t in enumerate(lines))
    shown = found[:MAX_SHOWN]
    longest = min(max(width(harmless(each.path)) for each in shown), PATH_MOST, room * 2 // 3)
    yield from (MARGIN + _place(each, longest, room) for each in shown)
    if len(found) > len(shown):
        yield f"{MARGIN}… and {len(found) - len(shown)} more"
    yield ""


def _axes(each: Finding, pen: Pen) -> str:
    axes = (("names", each.names), ("layout", each.layout), ("behaviour", each.behaviour))
    said = [f"{name} {_verdict(verdict, pen)}" for name, verdict in axes if verdict != "none"]
    return ", ".join(said) or ("nothing, with the same hardware" if each.latent else "nothing")


def _place(each: Finding, column: int, room: int) -> str:
    path = clipped(harmless(each.path), column)
    more = len(each.instances) - 1
    also = f"  (and {', '.join(each.instances[1:])})" if more else ""
    said = harmless(_said(each) + also)
    return path + " " * (column - width(path)) + "  " + clipped(said, max(room - column - 2, 12))


def _said(each: Finding) -> str:
    if each.old is None or each.new is None:
        return each.new or each.old or ""
    return f"{each.old} → {each.new}" if each.old != each.new else each.new


def to_markdown(found: Comparison) -> str:
    """For a pull request: what is trouble in a table, the rest folded."""
    head = f"**{found.overall}**, version: {found.semver}, {_counted(len(found.findings))}\n"
    groups = grouped(found)
    trouble = [g for g in groups if g[1][0].overall in ROLES]
    rest = [g for g in groups if g[1][0].overall not in ROLES]
    parts = [head, *(_section(rule, each) for rule, each in trouble)]
    if rest:
        count = sum(len(each) for _, each in rest)
        body = "\n".join(_section(rule, each) for rule, each in rest)
        parts.append(markdown.details(f"{_counted(count)} that break nothing", body))
    return "\n".join(parts)


def _section(rule: Rule, found: list[Finding]) -> str:
    do = found[0].do
    title = f"{SIGNS[found[0].overall]} **{rule.id}** {markdown.prose(rule.change)}: "
    return f"{title}{markdown.prose(f'{rule.why}; {do}')}\n\n" + markdown.table(
        HEAD, [_cells(each) for each in found]
    )


def _cells(each: Finding) -> list[str]:
    also = "".join(f"<br>{markdown.code(path)}" for path in each.instances[1:])
    return [
        SIGNS[each.overall],
        each.rule,
        markdown.code(each.path) + also,
        markdown.code(each.old or ""),
        markdown.code(each.new or ""),
        each.names,
        each.layout,
        each.behaviour,
    ]
