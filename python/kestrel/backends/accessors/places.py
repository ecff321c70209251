"""What the places of a map's own text mean: bits of its registers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from kestrel.ir.flat import unrolled
from kestrel.ir.registers import Block, Item, Place, Register, RegMap

INDEX = re.compile(r"^(.*)\[(\w+)\]$")


class Bits(msgspec.Struct, frozen=True):
    """`offset` in bytes, from where the map begins."""

    offset: int
    lsb: int
    width: int


class Places:
    """The registers of a map by their paths in it."""

    def __init__(self, given: RegMap) -> None:
        self.registers = dict(_registers(given.items, "", 0))

    def find(self, place: Place, own: str, item: int | None) -> list[Bits]:
        """The bits of a register or field as `own`, the path of a register, names it. `[i]` is
        `item`. A place that is not in this map has none."""
        place = place.replace("[i]", f"[{item or 0}]")
        for path, name in (_split(place), (own, place), (place, "")):
            found = self.registers.get(path)
            bits = [] if found is None else _fields(*found, name)
            if bits:
                return bits
        return []


def _split(place: Place) -> tuple[str, str]:
    path, _, name = place.rpartition(".")
    return path, name


def _registers(
    items: tuple[Item, ...], path: str, base: int
) -> Iterator[tuple[str, tuple[int, Register]]]:
    for item in items:
        if not isinstance(item, Register | Block):
            continue
        for name, offset in unrolled(item.name, item.dim):
            here, at = path + name, base + item.offset + offset
            if isinstance(item, Register):
                yield here, (at, item)
            else:
                yield from _registers(item.items, f"{here}.", at)


def _fields(offset: int, register: Register, name: str) -> list[Bits]:
    """One field; of no name all, or the register if it has none."""
    if not name and not register.fields:
        return [Bits(offset, 0, register.width)]
    return [
        Bits(offset, field.lsb + more, field.width)
        for field in register.fields
        for each, more in unrolled(field.name, field.dim)
        if not name or name in (each, field.name)
    ]
