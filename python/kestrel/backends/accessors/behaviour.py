"""What fields do to others when they are written, and what others do to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from kestrel.backends.accessors.places import Bits, Places
from kestrel.ir.flat import unrolled
from kestrel.ir.registers import BitField, Block, Condition, Item, Place, Register, RegMap

EffectKind = Literal["sets", "clears", "locked", "unlocked", "writable"]


class EffectModel(msgspec.Struct, frozen=True):
    """`item`: of an array of fields, or -1. What has to be is that `place` has `value`, or if not
    `equal` that it has another."""

    kind: EffectKind
    item: int
    place: Bits
    equal: bool = True
    value: int = 0


class TouchModel(msgspec.Struct, frozen=True):
    write: bool
    offset: int


class Behaviour:
    """Of the fields of one map."""

    def __init__(self, given: RegMap) -> None:
        self.places = Places(given)
        self.locks = dict(_locks(given.items, ""))

    def effects(self, register: Register, field: BitField) -> list[EffectModel]:
        return [*self._others(register, field), *self._conditions(register, field)]

    def cleared(self, register: Register, field: BitField) -> list[TouchModel]:
        """None, if there is a place that is not in this map."""
        made = []
        for touch in field.cleared:
            found = self.places.find(touch.place, register.name, None)
            if not found:
                return []
            made.append(TouchModel(touch.way == "write", found[0].offset))
        return made

    def _others(self, register: Register, field: BitField) -> Iterator[EffectModel]:
        kinds: tuple[tuple[EffectKind, tuple[Place, ...]], ...] = (
            ("sets", field.sets),
            ("clears", field.clears),
        )
        for kind, places in kinds:
            for place in places:
                for item in _items(field):
                    for bits in self.places.find(place, register.name, item):
                        yield EffectModel(kind, -1 if field.dim is None else item, bits)

    def _conditions(self, register: Register, field: BitField) -> Iterator[EffectModel]:
        kinds: tuple[tuple[EffectKind, Condition | None], ...] = (
            ("locked", field.locked),
            ("unlocked", field.unlocked),
            ("writable", field.writable),
        )
        for kind, condition in kinds:
            if condition is not None:
                yield from self._condition(kind, condition, register)
        for lock, places in self.locks.items():
            if register.name in places or f"{register.name}.{field.name}" in places:
                yield from self._condition("locked", Condition(lock, "!=", 0), register)

    def _condition(
        self, kind: EffectKind, condition: Condition, register: Register
    ) -> Iterator[EffectModel]:
        for bits in self.places.find(condition.place, register.name, None)[:1]:
            yield EffectModel(kind, -1, bits, condition.op != "!=", condition.value)


def _items(field: BitField) -> range:
    return range(field.dim.count if field.dim is not None else 1)


def _locks(items: tuple[Item, ...], path: str) -> Iterator[tuple[Place, tuple[Place, ...]]]:
    """Fields that lock others, and these."""
    for item in items:
        if isinstance(item, Block):
            for name, _ in unrolled(item.name, item.dim):
                yield from _locks(item.items, f"{path}{name}.")
        elif isinstance(item, Register):
            for field in item.fields:
                if field.locks:
                    yield f"{path}{item.name}.{field.name}", field.locks
