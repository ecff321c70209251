"""A map as the rules look at it: what is declared once is looked at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

from kestrel.ir.exprs import At
from kestrel.ir.flat import FlatField, fields
from kestrel.ir.registers import Bitmap, Block, Device, Item, Memory, Register, RegMap


class Found(NamedTuple):
    """A code that fits at a place; `path` is from the map's name on, for waivers."""

    code: str
    at: At | None
    path: str
    values: dict[str, Any]


class Placed(NamedTuple):
    """`path` from the map's name on."""

    path: str
    of: Register

    def found(self, code: str, **values: Any) -> Found:
        return Found(code, self.of.at, self.path, {"name": self.of.name, **values})

    def field(self, code: str, field: Any, **values: Any) -> Found:
        """About a field, as it was declared or unrolled."""
        declared = field.of if isinstance(field, FlatField) else field
        return Found(
            code, declared.at, f"{self.path}.{declared.name}", {"name": field.name, **values}
        )


class MapView:
    def __init__(self, device: Device, regmap: RegMap) -> None:
        self.device = device
        self.map = regmap
        self.maps = {each.name: each for each in device.maps}
        self._flat: dict[str, tuple[Register, tuple[FlatField, ...]]] = {}

    @cached_property
    def registers(self) -> list[Placed]:
        return list(_registers(self.map.items, self.map.name))

    @cached_property
    def levels(self) -> list[tuple[str, tuple[Item, ...]]]:
        """Items that stand in one thing, with its path."""
        return list(_levels(self.map.items, self.map.name))

    def flat(self, placed: Placed) -> tuple[FlatField, ...]:
        """Made once: many rules ask for them."""
        found = self._flat.get(placed.path)
        if found is None or found[0] is not placed.of:
            found = self._flat[placed.path] = (placed.of, fields(placed.of))
        return found[1]

    def extent(self, item: Item) -> int:
        """Bytes from where an item begins to where it ends, without its array."""
        if isinstance(item, Memory):
            return item.count * (item.width // 8)
        if isinstance(item, Bitmap):
            return -(-item.count // item.width) * (item.width // 8)
        if isinstance(item, Register):
            return -(-item.width // 8)
        inside = self.maps[item.map].items if item.map else item.items
        return max((self.end(each) for each in inside), default=0)

    def end(self, item: Item) -> int:
        dim = None if isinstance(item, Memory | Bitmap) else item.dim
        more = 0 if dim is None else (dim.count - 1) * dim.step
        return item.offset + more + self.extent(item)


def _registers(items: tuple[Item, ...], path: str) -> Iterator[Placed]:
    for item in items:
        if isinstance(item, Register):
            yield Placed(f"{path}.{item.name}", item)
        elif isinstance(item, Block):
            yield from _registers(item.items, f"{path}.{item.name}")


def _levels(items: tuple[Item, ...], path: str) -> Iterator[tuple[str, tuple[Item, ...]]]:
    yield path, items
    for item in items:
        if isinstance(item, Block) and not item.map:
            yield from _levels(item.items, f"{path}.{item.name}")
