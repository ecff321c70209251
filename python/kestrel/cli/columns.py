"""Rows of cells as text for people: aligned columns."""

from __future__ import annotations

from collections.abc import Sequence

from kestrel.text.display import cells, harmless
from kestrel.text.render import Pen

Row = Sequence[str]
GAP = 2
LEAST = 8
"""Cells below which a column is not clipped."""


def aligned(head: Row, rows: Sequence[Row], pen: Pen, margin: str = "") -> str:
    """Columns as wide as they need, the widest clipped so that a line fits the terminal."""
    shown = [[harmless(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(head, *shown, strict=True)]
    room = pen.width - len(margin) - GAP * (len(widths) - 1)
    while sum(widths) > room and max(widths) > LEAST:
        widths[widths.index(max(widths))] -= 1
    lines = [pen("bold", _line(head, widths, margin))] if any(head) else []
    lines += [_line(row, widths, margin) for row in shown]
    return "".join(f"{line}\n" for line in lines)


def width(text: str) -> int:
    """Terminal cells of a text without controls."""
    return sum(map(cells, text))


def clipped(text: str, limit: int) -> str:
    """At most `limit` cells of `text`, the last one an ellipsis if something is left out."""
    if width(text) <= limit:
        return text
    kept, used = [], 0
    for char in text:
        used += cells(char)
        if used > limit - 1:
            break
        kept.append(char)
    return "".join(kept) + "…"


def _line(row: Row, widths: Sequence[int], margin: str) -> str:
    parts = [clipped(cell, limit) for cell, limit in zip(row, widths, strict=True)]
    padded = [part + " " * (limit - width(part)) for part, limit in zip(parts, widths, strict=True)]
    return (margin + (" " * GAP).join(padded)).rstrip()
