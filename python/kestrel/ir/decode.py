"""A value of a register, bit by bit."""

from __future__ import annotations

import msgspec

from kestrel.ir.flat import FlatField, FlatRegister
from kestrel.ir.registers import BitField, EnumValue


class FieldValue(msgspec.Struct, frozen=True):
    """`name` is that of the value, if it has one; `was` what it is after a reset."""

    field: str
    msb: int
    lsb: int
    value: int
    name: str
    doc: str
    was: int | None

    @property
    def changed(self) -> bool:
        return self.was is not None and self.was != self.value


class Decoded(msgspec.Struct, frozen=True):
    """`reserved` has the bits of no field that are 1."""

    path: str
    address: int
    width: int
    value: int
    fields: tuple[FieldValue, ...]
    reserved: int


def decode(register: FlatRegister, value: int, way: str = "read") -> Decoded:
    """What `value` means where it was read, or is to be written (`way`)."""
    taken = 0
    for each in register.fields:
        taken |= each.of.mask >> each.of.lsb << each.lsb
    shown = [each for each in register.fields if _concerns(each.of, way)]
    return Decoded(
        path=register.path,
        address=register.address,
        width=register.of.width,
        value=value,
        fields=tuple(_field(each, value, way) for each in reversed(shown)),
        reserved=value & ~taken if register.fields else 0,
    )


def _concerns(field: BitField, way: str) -> bool:
    return field.access.readable if way == "read" else field.access.writable


def _field(field: FlatField, value: int, way: str) -> FieldValue:
    bits = value >> field.lsb & (1 << field.of.width) - 1
    named = _named(field.of, bits, way)
    return FieldValue(
        field=field.name,
        msb=field.lsb + field.of.width - 1,
        lsb=field.lsb,
        value=bits,
        name=named.name if named is not None else "",
        doc=(named.doc if named is not None and named.doc else field.of.doc).partition("\n")[0],
        was=field.reset,
    )


def _named(field: BitField, bits: int, way: str) -> EnumValue | None:
    other: EnumValue | None = None
    for enum in field.enums:
        if enum.usage not in (way, "read-write"):
            continue
        for each in enum.values:
            if each.value is None:
                other = each
            elif bits & (each.care if each.care is not None else -1) == each.value:
                return each
    return other
