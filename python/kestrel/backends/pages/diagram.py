"""The bits of a register, byte by byte from the highest: four side by side, or two on a narrow
screen. What goes on in the next byte has no edge there, and one label in a row."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

import msgspec

from kestrel.ir.flat import unrolled
from kestrel.ir.registers import BitField

BIT = 26
"""Units that a bit is wide; a letter is `LETTER` wide."""
LETTER = 6.2
UPRIGHT = 10
"""Letters of a name that stands upright in one bit."""
ROWS = {"wide": 32, "narrow": 16}
"""Bits of a row."""


class Owner(NamedTuple):
    field: BitField
    name: str
    anchor: str


class Run(NamedTuple):
    """Bits that follow each other and are of one field, or of none."""

    owner: Owner | None
    msb: int
    lsb: int


class Cell(msgspec.Struct, frozen=True):
    """`x` and `width` in units. `link` is the anchor of the field; none: bits of no field."""

    x: int
    width: int
    title: str
    link: str
    kind: str


class Label(msgspec.Struct, frozen=True):
    """`x` is its middle, which may be in a byte before. `row` is the one that it is shown in; empty
    for both."""

    x: float
    text: str
    upright: bool
    row: str


class Byte(msgspec.Struct, frozen=True):
    """`bits` are the numbers above, with the units at which they stand; `left` is where they begin,
    and `edges` where fields do."""

    bits: tuple[tuple[int, int], ...]
    left: int
    edges: tuple[int, ...]
    cells: tuple[Cell, ...]
    labels: tuple[Label, ...]


def diagram(width: int, fields: list[tuple[BitField, str]]) -> tuple[Byte, ...]:
    """Fields with their anchors. What shares bits is shown by the one that is read."""
    runs = list(_runs(width, fields))
    return tuple(_byte(runs, lsb, min(lsb + 8, width)) for lsb in reversed(range(0, width, 8)))


def leads(count: int) -> str:
    """The classes of so many bytes, which say where the first stands in a row that is not full."""
    found = []
    for row, bits in ROWS.items():
        columns = bits // 8
        if count > columns and count % columns:
            found.append(f"{row}-{columns - count % columns}")
    return " ".join(found)


def _runs(width: int, fields: list[tuple[BitField, str]]) -> Iterator[Run]:
    owners: list[Owner | None] = [None] * width
    for field, anchor in sorted(fields, key=lambda each: each[0].access.readable):
        for name, offset in unrolled(field.name, field.dim):
            for bit in range(field.lsb + offset, min(field.lsb + offset + field.width, width)):
                owners[bit] = Owner(field, name, anchor)
    for owner, found in groupby(range(width), key=lambda bit: owners[bit]):
        bits = list(found)
        yield Run(owner, bits[-1], bits[0])


def _byte(runs: list[Run], lsb: int, end: int) -> Byte:
    here = [run for run in runs if run.lsb < end and run.msb >= lsb]
    edges = [_x(run.msb, lsb) for run in here if run.msb < end]
    edges += [8 * BIT for run in here if run.lsb == lsb]
    return Byte(
        bits=tuple((bit, _x(bit, lsb) + BIT // 2) for bit in reversed(range(lsb, end))),
        left=_x(end - 1, lsb),
        edges=tuple(sorted(edges)),
        cells=tuple(_cell(run, lsb, end) for run in reversed(here)),
        labels=tuple(label for run in here for label in _labels(run, lsb, end)),
    )


def _x(bit: int, lsb: int) -> int:
    """Where a bit begins, in the byte of `lsb`."""
    return (7 - bit + lsb) * BIT


def _cell(run: Run, lsb: int, end: int) -> Cell:
    msb, low = min(run.msb, end - 1), max(run.lsb, lsb)
    x, width = _x(msb, lsb), (msb - low + 1) * BIT
    if run.owner is None:
        return Cell(x, width, f"{_bits(run)} reserved", "", "reserved")
    field, name, anchor = run.owner
    return Cell(x, width, f"{_bits(run)} {name}", anchor, _kind(field))


def _bits(run: Run) -> str:
    return str(run.lsb) if run.lsb == run.msb else f"{run.msb}:{run.lsb}"


def _labels(run: Run, lsb: int, end: int) -> Iterator[Label]:
    """Those that stand in this byte: each with the lowest bits of what it names in its row."""
    if run.owner is None:
        return
    found = {row: list(_pieces(run, bits)) for row, bits in ROWS.items()}
    same = found["wide"] == found["narrow"]
    for row, pieces in found.items():
        if same and row == "narrow":
            return
        for msb, low in pieces:
            if lsb <= low < end:
                yield _label(run.owner.name, msb, low, lsb, "" if same else row)


def _pieces(run: Run, row: int) -> Iterator[tuple[int, int]]:
    low = run.lsb
    while low <= run.msb:
        msb = min(run.msb, low // row * row + row - 1)
        yield msb, low
        low = msb + 1


def _label(name: str, msb: int, low: int, lsb: int, row: str) -> Label:
    count = msb - low + 1
    upright = count == 1 and len(name) > 3
    room = UPRIGHT if upright else int((count * BIT - 4) / LETTER)
    text = name if len(name) <= room else f"{name[: max(room - 1, 1)]}…"
    return Label((_x(msb, lsb) + _x(low - 1, lsb)) / 2, text, upright, row)


def _kind(field: BitField) -> str:
    """How software is to look at it."""
    access = field.access
    if access.onwrite is not None or access.onread is not None:
        return "effect"
    if not access.writable:
        return "read" if access.readable else "none"
    return "stored" if access.readable else "write"
