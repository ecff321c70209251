"""Diagnostics for people: the message, the lines it is about, carets under what it means.

error[KS0407]: `80` breaks `it >= 1024`
  ┌─ gateway.ks:7:9
7 │   port: 80
  │         ^^ not in 1024..=65535
  = help: …
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kestrel.text.diagnostic import Diagnostic
from kestrel.text.display import harmless, lay_out
from kestrel.text.source import Source, Span

WIDTH = 100
"""Columns of an excerpt where the terminal does not say."""

_COLOURS = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "frame": "34",
    "label": "36",
    "bold": "1",
}
_NAMES_ITSELF = ("path: ", "cycle: ")
"""Notes that begin with their own kind."""


class Pen:
    """Writes text in the colour of its role, or plainly."""

    def __init__(self, colour: bool = False, width: int = WIDTH) -> None:
        self.colour = colour
        self.width = width

    def __call__(self, role: str, text: str) -> str:
        return f"\x1b[{_COLOURS[role]}m{text}\x1b[0m" if self.colour and text else text


class Mark(NamedTuple):
    """An underline on one line: code points `start` to `end` from 0, and what stands beside."""

    line: int
    start: int
    end: int
    sign: str
    text: str


def render_all(diagnostics: Iterable[Diagnostic], pen: Pen | None = None) -> str:
    """Each diagnostic as text, a blank line between two; ends with a newline if not empty."""
    pen = pen or Pen()
    return "\n".join(render(d, pen) for d in diagnostics)


def render(diagnostic: Diagnostic, pen: Pen | None = None) -> str:
    """One diagnostic as lines of text, each ended by a newline."""
    pen = pen or Pen()
    groups = _marks_by_source(diagnostic)
    numbers = [mark.line for _, marks in groups for mark in marks]
    gutter = len(str(max(numbers, default=1)))
    lines = [_headline(diagnostic, pen)]
    if not groups and diagnostic.file is not None:
        lines.append(_place(harmless(diagnostic.file), gutter, pen))
    for source, marks in groups:
        lines += _excerpt(diagnostic, source, marks, gutter, pen)
    lines += _remarks(diagnostic, gutter, pen)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _headline(diagnostic: Diagnostic, pen: Pen) -> str:
    severity = diagnostic.severity
    kind = pen(severity, f"{severity}[{diagnostic.code}]")
    return kind + pen("bold", ": " + _paragraph(diagnostic.message, "  "))


def _remarks(diagnostic: Diagnostic, gutter: int, pen: Pen) -> Iterator[str]:
    margin = " " * (gutter + 1)
    for note in diagnostic.notes:
        kind = "" if note.startswith(_NAMES_ITSELF) else "note: "
        yield margin + pen("frame", "= ") + kind + _paragraph(note, margin + "  ")
    for text in diagnostic.helps:
        yield margin + pen("frame", "= ") + "help: " + _paragraph(text, margin + "  ")
    if diagnostic.audit_id is not None:
        yield margin + pen("frame", "= ") + f"audit_id: {harmless(diagnostic.audit_id)}"


def _paragraph(text: str, margin: str) -> str:
    """Later lines are indented, so that no text can look like a diagnostic of its own."""
    return ("\n" + margin).join(harmless(line) for line in text.split("\n"))


def _marks_by_source(diagnostic: Diagnostic) -> list[tuple[Source, list[Mark]]]:
    """The primary span's source first, then labels' sources as they come."""
    groups: dict[int, tuple[Source, list[Mark]]] = {}
    places = [] if diagnostic.span is None else [(diagnostic.span, "^", diagnostic.caret)]
    places += [(label.span, "-", label.text) for label in diagnostic.labels]
    for span, sign, text in places:
        _, marks = groups.setdefault(id(span.source), (span.source, []))
        marks += _marks(span, sign, text)
    return list(groups.values())


def _marks(span: Span, sign: str, text: str) -> list[Mark]:
    """One mark, or, of a span over several lines, one on its first and one on its last line."""
    end = span.end
    while end > span.start and span.source.data[end - 1] in b"\r\n":
        end -= 1
    first, last = span.first, span.source.position(end)
    if first.line == last.line:
        return [Mark(first.line, first.column - 1, last.column - 1, sign, text)]
    head, tail = span.source.line(first.line), span.source.line(last.line)
    indent = len(tail) - len(tail.lstrip())
    return [
        Mark(first.line, first.column - 1, len(head), sign, ""),
        Mark(last.line, min(indent, last.column - 1), last.column - 1, sign, text),
    ]


def _place(text: str, gutter: int, pen: Pen) -> str:
    return " " * (gutter + 1) + pen("frame", "┌─ ") + text


def _excerpt(
    diagnostic: Diagnostic, source: Source, marks: list[Mark], gutter: int, pen: Pen
) -> Iterator[str]:
    first = marks[0]  # of the primary span, where it is in this source
    yield _place(f"{harmless(source.name)}:{first.line}:{first.start + 1}", gutter, pen)
    bar = pen("frame", "│")
    previous = None
    for number in _lines_to_show(marks):
        if previous is not None and number > previous + 1:
            yield " " * (gutter + 1) + pen("frame", "…")
        here = sorted((m for m in marks if m.line == number), key=_primary_first)
        text, underlines = _line(source.shown(number), here, pen.width - gutter - 3)
        yield pen("frame", f"{number:>{gutter}}") + f" {bar} {text}"
        for mark, (start, length) in zip(here, underlines, strict=True):
            role = diagnostic.severity if mark.sign == "^" else "label"
            remark = _paragraph(mark.text, " " * (gutter + 1) + "│ " + " " * (start + length + 1))
            drawn = pen(role, f"{mark.sign * length} {remark}".rstrip())
            yield f"{' ' * (gutter + 1)}{bar} {' ' * start}{drawn}"
        previous = number


def _primary_first(mark: Mark) -> tuple[bool, int]:
    return mark.sign != "^", mark.start


def _lines_to_show(marks: list[Mark]) -> list[int]:
    """Lines with marks; a single line between two of them is shown rather than elided."""
    numbers = {mark.line for mark in marks}
    return sorted(numbers | {n + 1 for n in numbers if n + 2 in numbers})


def _line(text: str, marks: list[Mark], budget: int) -> tuple[str, list[tuple[int, int]]]:
    """The line clipped to `budget` cells about its first mark, and where each mark is drawn."""
    anchor = marks[0] if marks else Mark(0, 0, 0, "", "")
    left = 0 if anchor.end < budget - 1 else max(0, anchor.start - budget // 3)
    shown, starts = lay_out(text[left : left + budget + 1])
    right = bisect_right(starts, budget) - 1
    clipped = left + right < len(text)
    if clipped:
        right = bisect_right(starts, budget - 2) - 1
        shown, _ = lay_out(text[left : left + right])
    offset = 1 if left else 0
    drawn = []
    for mark in marks:
        start = starts[min(max(mark.start - left, 0), right)]
        end = starts[min(max(mark.end - left, 0), right)]
        drawn.append((start + offset, max(end - start, 1)))
    return "…" * offset + shown + "…" * clipped, drawn
