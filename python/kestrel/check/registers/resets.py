"""What registers are after a reset, against their fields."""

from __future__ import annotations

from collections.abc import Iterator

from kestrel.check.registers.view import Found, MapView, Placed
from kestrel.ir.flat import FlatField
from kestrel.ir.registers import BitField


def resets(view: MapView) -> Iterator[Found]:
    for placed in view.registers:
        for field in view.flat(placed):
            yield from _of_field(placed, field)
        yield from _reserved(placed, view)


def _of_field(placed: Placed, field: FlatField) -> Iterator[Found]:
    declared, value = field.of, field.reset
    if value is None:
        if (
            declared.access.sw == "rw"
            and declared.access.onwrite is None
            and not placed.of.volatile
        ):
            yield placed.field("KR0325", field)
        return
    if value >> declared.width:
        yield placed.field("KR0321", field, value=hex(value), width=declared.width)
    elif not _allowed(declared, value):
        yield placed.field("KR0323", field, value=hex(value))


def _allowed(field: BitField, value: int) -> bool:
    if field.bounds is not None and not field.bounds[0] <= value <= field.bounds[1]:
        return False
    values = [each for enum in field.enums for each in enum.values if enum.usage != "write"]
    if not values or any(each.value is None for each in values):
        return True
    return any(
        each.value == value & (each.care if each.care is not None else -1) for each in values
    )


def _reserved(placed: Placed, view: MapView) -> Iterator[Found]:
    """Bits of no field that are 1 after a reset."""
    flat = view.flat(placed)
    if not flat:
        return
    taken = 0
    for field in flat:
        taken |= (1 << field.of.width) - 1 << field.lsb
    bits = placed.of.reset & placed.of.known & ~taken
    if bits:
        yield placed.found("KR0324", bits=hex(bits))
