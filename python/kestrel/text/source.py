"""Source texts and places in them."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from pathlib import Path

import msgspec


class Position(msgspec.Struct, frozen=True):
    """A place as people count it: `line` and `column` from 1, columns in code points."""

    line: int
    column: int


class Source:
    """One text as it was read: a display `name` (never made absolute) and its UTF-8 bytes."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self.data = data
        self.hidden: list[tuple[int, int]] = []

    @classmethod
    def read(cls, path: Path) -> Source:
        """Read a file whole. Bounds and file kinds are `kestrel.text.read`'s business."""
        return cls(str(path), path.read_bytes())

    def __repr__(self) -> str:
        return f"Source({self.name!r}, {len(self.data)} bytes)"

    @cached_property
    def line_starts(self) -> list[int]:
        """Byte offsets at which lines begin; line 1 begins at 0."""
        starts = [0]
        at = self.data.find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.data.find(b"\n", at + 1)
        return starts

    def position(self, offset: int) -> Position:
        """Line and column of a byte offset."""
        line = bisect_right(self.line_starts, offset)
        start = self.line_starts[line - 1]
        column = len(self.data[start:offset].decode("utf-8", "replace")) + 1
        return Position(line, column)

    def line(self, number: int) -> str:
        """The text of line `number` (from 1), without its line ending."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.data)
        return self.data[start:end].decode("utf-8", "replace").rstrip("\r\n")

    def hide(self, start: int, end: int) -> None:
        """Have bytes `start` to `end` shown to nobody: a secret stands there."""
        self.hidden.append((start, end))

    def shown(self, number: int) -> str:
        """Line `number` as it may be printed: a `*` for each code point of what is hidden."""
        text, begin = self.line(number), self.line_starts[number - 1]
        for start, end in self.hidden:
            first, last = max(start, begin), min(end, begin + len(text.encode()))
            if first < last:
                left = len(self.data[begin:first].decode("utf-8", "replace"))
                right = len(self.data[begin:last].decode("utf-8", "replace"))
                text = text[:left] + "*" * (right - left) + text[right:]
        return text

    def offset(self, line: int, column: int) -> int:
        """Byte offset of a 1-based line and code-point column; clamped to the text."""
        if line > len(self.line_starts):
            return len(self.data)
        start = self.line_starts[line - 1]
        return start + len(self.line(line)[: column - 1].encode())


class Span(msgspec.Struct, frozen=True):
    """Bytes `start` (inclusive) to `end` (exclusive) of a source."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.source.data[self.start : self.end].decode("utf-8", "replace")

    @property
    def first(self) -> Position:
        return self.source.position(self.start)

    @property
    def last(self) -> Position:
        return self.source.position(self.end)
