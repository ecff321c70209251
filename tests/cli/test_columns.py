"""Tables for people."""

from __future__ import annotations

from kestrel.cli.columns import aligned, clipped
from kestrel.text.render import Pen


def test_columns_line_up_by_cells() -> None:
    made = aligned(("a", "b"), [("名前", "x"), ("n", "y\x1b")], Pen())
    assert made == "a     b\n名前  x\nn     y␛\n"


def test_the_widest_column_is_clipped_to_fit() -> None:
    made = aligned(("", ""), [("path", "v" * 100)], Pen(width=40))
    (line,) = made.splitlines()
    assert len(line) == 40
    assert line.endswith("v…")


def test_clipping_counts_cells() -> None:
    assert clipped("名前名前", 5) == "名前…"
    assert clipped("名前", 4) == "名前"
