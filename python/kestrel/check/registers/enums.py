"""Names of values: whether they fit, and whether they are all."""

from __future__ import annotations

from collections.abc import Iterator

from kestrel.check.registers.view import Found, MapView, Placed
from kestrel.ir.registers import BitField, Enum

MAX_WIDTH = 16
"""Of fields whose values are counted."""


def enums(view: MapView) -> Iterator[Found]:
    for placed in view.registers:
        for field in placed.of.fields:
            for enum in field.enums:
                yield from _enum(placed, field, enum)
            yield from _clashes(placed, field)


def _enum(placed: Placed, field: BitField, enum: Enum) -> Iterator[Found]:
    names: set[str] = set()
    values: dict[tuple[int, int | None], str] = {}
    here = f"{placed.path}.{field.name}"
    for each in enum.values:
        at = each.at or enum.at or field.at
        if each.value is not None and each.value >> field.width:
            said = {"name": each.name, "value": each.value, "width": field.width}
            yield Found("KR0341", at, here, said)
        if each.name in names:
            yield Found("KR0343", at, here, {"name": each.name})
        names.add(each.name)
        if each.value is not None:
            other = values.setdefault((each.value, each.care), each.name)
            if other != each.name:
                said = {"name": each.name, "other": other, "value": each.value}
                yield Found("KR0342", at, here, said)
    if enum.usage != "write" and field.access.readable and not _exhaustive(field, enum):
        missing = (1 << field.width) - _count(field, enum)
        yield Found("KR0344", enum.at or field.at, here, {"name": field.name, "missing": missing})


def _exhaustive(field: BitField, enum: Enum) -> bool:
    if field.width > MAX_WIDTH or any(each.value is None for each in enum.values):
        return True
    return _count(field, enum) >= 1 << field.width


def _count(field: BitField, enum: Enum) -> int:
    """Values that have a name."""
    whole = (1 << field.width) - 1
    found: set[int] = set()
    for each in enum.values:
        if each.value is None:
            continue
        free = 0 if each.care is None else whole & ~each.care
        found.update(_all(each.value & whole, free))
    return len(found)


def _all(value: int, free: int) -> Iterator[int]:
    """`value` with each pattern of the free bits."""
    pattern = free
    while True:
        yield value & ~free | pattern
        if not pattern:
            return
        pattern = (pattern - 1) & free


def _clashes(placed: Placed, field: BitField) -> Iterator[Found]:
    """A name that means one value where it is read, and another where it is written."""
    read = {v.name: v.value for e in field.enums if e.usage == "read" for v in e.values}
    for enum in field.enums:
        for each in enum.values if enum.usage == "write" else ():
            if each.name in read and read[each.name] != each.value:
                at = each.at or enum.at or field.at
                here = f"{placed.path}.{field.name}"
                yield Found("KR0345", at, here, {"name": each.name})
