"""Formatting `.kreg` files: one item a line, fields in columns, every comment kept.

A block that is written on one line stays there if it fits, with `;` between its items (`,` in an
enum). What is on several lines has none of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from kestrel._core import tokens_regmap
from kestrel.syntax import regmap
from kestrel.syntax.parse import parse_map
from kestrel.syntax.text_check import begin_of
from kestrel.text.diagnostic import InvalidSource
from kestrel.text.source import Source

WIDTH = 100
STEP = "  "
NAME = -1
"""The cell that a field begins with."""
SEPARATORS = (",", ";")


class Piece(msgspec.Struct, frozen=True):
    """A token or comment. `lines`: newlines before it; `apart`: blanks before it; `ends`: an item
    ends before it; `cell`: of a field, which column it begins."""

    text: str
    lines: int
    apart: bool
    ends: bool
    comment: bool
    cell: int = 0

    @property
    def to_line_end(self) -> bool:
        return self.text.startswith("//")


def format_map(source: Source) -> str:
    """The text of a file in the one style. Formatting it again changes nothing.

    Raises:
        InvalidSource: it has syntax errors.
    """
    data = source.data[begin_of(source.data) :].replace(b"\r\n", b"\n")
    tree, found = parse_map(Source(source.name, data))
    if any(each.severity == "error" for each in found):
        raise InvalidSource(parse_map(source)[1])
    pieces = _pieces(data, tree)
    lines = _Lines(pieces).all()
    text = "\n".join(lines).strip("\n")
    text = f"{text}\n" if text else ""
    again = text.encode()
    kept = _pieces(again, parse_map(Source(source.name, again))[0])
    if _contents(kept) != _contents(pieces):
        raise AssertionError("formatting would change what the file says")
    return text


def _contents(pieces: Sequence[Piece]) -> list[str]:
    return [each.text for each in pieces if each.text not in SEPARATORS]


def _pieces(data: bytes, tree: regmap.MapFile) -> list[Piece]:
    bounds = tokens_regmap(data, 0)
    tokens = [(a, b, False) for a, b in zip(bounds[::2], bounds[1::2], strict=True)]
    cells = dict(_cells(tree.decls))
    made: list[Piece] = []
    at, ends = 0, False
    for begin, end, comment in sorted([*tokens, *((a, b, True) for a, b in tree.comments)]):
        if begin == end:
            ends = True
            continue
        gap = data[at:begin]
        text = data[begin:end].decode().rstrip()
        cell = cells.get(begin, 0)
        made.append(Piece(text, gap.count(b"\n"), bool(gap), ends, comment, cell))
        at = end
        ends = ends and comment
    return made


def _cells(nodes: Sequence[object]) -> Iterator[tuple[int, int]]:
    """Where the columns of fields begin: the bits, what may be done, and what else is said."""
    for node in nodes:
        if isinstance(node, regmap.Field):
            yield node.name.start, NAME
            yield node.range.start, 1
            for column, parts in ((2, node.traits), (3, node.details)):
                if parts:
                    yield parts[0].start, column
            continue
        for key in ("items", "members", "contents"):
            inside = getattr(node, key, None)
            if isinstance(inside, tuple):
                yield from _cells(inside)


class _Lines:
    def __init__(self, pieces: list[Piece]) -> None:
        self.pieces = pieces
        self.closing = dict(_matching(pieces))

    def all(self) -> list[str]:
        return self.items(0, len(self.pieces), "", (";",))

    # ---------------------------------------------------------------- items, each on its line

    def items(self, first: int, last: int, indent: str, separators: tuple[str, ...]) -> list[str]:
        lines: list[str] = []
        rows: list[list[str]] = []
        """Fields that follow each other, to be put into columns."""
        for begin, end in self.split(first, last, separators):
            blank = self.pieces[begin].lines > 1 and bool(lines or rows)
            cells = self.cells(begin, end)
            if blank or cells is None:
                lines += _aligned(rows, indent)
                rows = []
            lines += [""] if blank else []
            if cells is not None:
                rows.append(cells)
            else:
                lines += self.item(begin, end, indent)
        return lines + _aligned(rows, indent)

    def split(
        self, first: int, last: int, separators: tuple[str, ...]
    ) -> Iterator[tuple[int, int]]:
        """Where items begin and end; a comment on a line of its own is one."""
        begin = at = first
        while at < last:
            piece = self.pieces[at]
            own = at > begin and self.begins(at, begin)
            if piece.text in separators and not piece.comment:
                if at > begin:
                    yield begin, at
                at = begin = at + 1
                continue
            if own:
                yield begin, at
                begin = at
            at = self.closing.get(at, at) + 1
        if begin < last:
            yield begin, last

    def begins(self, at: int, begin: int) -> bool:
        piece, before = self.pieces[at], self.pieces[at - 1]
        if piece.comment:
            return piece.lines > 0
        if before.comment:
            return before.to_line_end or piece.lines > 0
        return piece.ends or (piece.lines > 0 and before.text.startswith("///"))

    def cells(self, begin: int, end: int) -> list[str] | None:
        """A field on one line, in its columns; None for all else."""
        if self.pieces[begin].cell != NAME or not self.is_plain(begin, end):
            return None
        cells = [""]
        for at in range(begin, end):
            piece = self.pieces[at]
            if piece.cell > 0:
                cells += [""] * (piece.cell + 1 - len(cells))
            cells[-1] += self.gap(at, begin) * bool(cells[-1]) + piece.text
        return cells if len(self.flat(begin, end)) <= WIDTH else None

    def is_plain(self, begin: int, end: int) -> bool:
        """Has it been written on one line?"""
        inside = self.pieces[begin:end]
        return not any(each.lines for each in inside[1:]) and not any(
            each.comment and not each.to_line_end for each in inside
        )

    def item(self, begin: int, end: int, indent: str) -> list[str]:
        """An item on one line, if it was; else with its blocks in lines of their own."""
        whole = self.flat(begin, end)
        if self.is_plain(begin, end) and len(indent) + len(whole) <= WIDTH:
            return [indent + whole]
        return self.broken(begin, end, indent)

    def flat(self, begin: int, end: int) -> str:
        text = ""
        for at in range(begin, end):
            text += self.gap(at, begin) * bool(text) + self.pieces[at].text
        return text

    def gap(self, at: int, first: int) -> str:
        """What stands between a piece and the one before it on its line."""
        piece, before = self.pieces[at], self.pieces[at - 1]
        if at == first:
            return ""
        if piece.to_line_end and piece.comment:
            return "  "
        if piece.text in SEPARATORS:
            return ""
        if before.text in SEPARATORS or piece.comment or before.comment:
            return " "
        return " " if piece.apart else ""

    # ---------------------------------------------------------------- blocks

    def broken(self, begin: int, end: int, indent: str) -> list[str]:
        lines: list[str] = []
        text = ""
        at = begin
        while at < end:
            piece = self.pieces[at]
            if piece.lines and text:  # an item goes on where its line was ended
                lines.append(indent + text)
                text = ""
            close = self.closing.get(at)
            if close is not None and not self.stays(at, close):
                lines.append(f"{indent}{text}{self.gap(at, begin) * bool(text)}{{")
                separators = SEPARATORS if self.is_enum(at) else (";",)
                lines += self.items(at + 1, close, indent + STEP, separators)
                text = "}"
                at = close + 1
                continue
            text += self.gap(at, begin) * bool(text) + piece.text
            at += 1
        return [*lines, indent + text] if text else lines

    def is_enum(self, at: int) -> bool:
        return any(self.pieces[k].text == "enum" for k in (at - 1, at - 2) if k >= 0)

    def stays(self, at: int, close: int) -> bool:
        """Brackets that were on one line and fit there, or are part of a name."""
        inside = self.pieces[at + 1 : close + 1]
        return (
            not any(each.lines for each in inside)
            and not any(each.to_line_end and each.comment for each in inside)
            and self.pieces[at - 1].text in ("access", ".", ":")
        )


def _matching(pieces: list[Piece]) -> Iterator[tuple[int, int]]:
    open_: list[int] = []
    for at, piece in enumerate(pieces):
        if piece.comment:
            continue
        if piece.text == "{":
            open_.append(at)
        elif piece.text == "}" and open_:
            yield open_.pop(), at


def _aligned(rows: list[list[str]], indent: str) -> list[str]:
    count = max(map(len, rows), default=0)
    full = [row + [""] * (count - len(row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*full, strict=True)] if full else []
    return [
        indent + " ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()
        for row in full
    ]
