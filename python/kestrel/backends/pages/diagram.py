"""The bits of a register, byte by byte from the highest: side by side where there is room."""

from __future__ import annotations

import msgspec

from kestrel.ir.flat import unrolled
from kestrel.ir.registers import BitField

BIT = 26
"""Units that a bit is wide; a letter is `LETTER` wide."""
LETTER = 6.2
UPRIGHT = 10
"""Letters of a name that stands upright in one bit."""


class Cell(msgspec.Struct, frozen=True):
    """`x` and `width` in units. `link` is the anchor of the field; none: bits of no field."""

    x: int
    width: int
    label: str
    title: str
    link: str
    kind: str
    upright: bool


class Byte(msgspec.Struct, frozen=True):
    """`bits` are the numbers above, with the units at which they stand."""

    bits: tuple[tuple[int, int], ...]
    cells: tuple[Cell, ...]
    width: int


def diagram(width: int, fields: list[tuple[BitField, str]]) -> tuple[Byte, ...]:
    """Fields with their anchors. What shares bits is shown by the one that is read."""
    owners: list[tuple[BitField, str, str] | None] = [None] * width
    for field, anchor in sorted(fields, key=lambda each: each[0].access.readable):
        for name, offset in unrolled(field.name, field.dim):
            for bit in range(field.lsb + offset, min(field.lsb + offset + field.width, width)):
                owners[bit] = (field, name, anchor)
    ends = range(width - 1 if width % 8 == 0 else width - width % 8 + 7, -1, -8)
    return tuple(_byte(owners, end, width) for end in ends)


def _byte(owners: list[tuple[BitField, str, str] | None], end: int, width: int) -> Byte:
    top = min(end, width - 1)
    bits = list(range(top, end - 8, -1))
    cells: list[Cell] = []
    at = 0
    while at < len(bits):
        owner = owners[bits[at]]
        count = 1
        while at + count < len(bits) and owners[bits[at + count]] == owner:
            count += 1
        cells.append(_cell(owner, at * BIT, count))
        at += count
    numbers = tuple((bit, i * BIT + BIT // 2) for i, bit in enumerate(bits))
    return Byte(numbers, tuple(cells), len(bits) * BIT)


def _cell(owner: tuple[BitField, str, str] | None, x: int, count: int) -> Cell:
    if owner is None:
        return Cell(x, count * BIT, "", "reserved", "", "reserved", False)
    field, name, anchor = owner
    upright = count == 1 and len(name) > 3
    room = UPRIGHT if upright else int((count * BIT - 4) / LETTER)
    label = name if len(name) <= room else f"{name[: max(room - 1, 1)]}…"
    return Cell(x, count * BIT, label, name, anchor, _kind(field), upright)


def _kind(field: BitField) -> str:
    """How software is to look at it."""
    access = field.access
    if access.onwrite is not None or access.onread is not None:
        return "effect"
    if not access.writable:
        return "read" if access.readable else "none"
    return "stored" if access.readable else "write"
