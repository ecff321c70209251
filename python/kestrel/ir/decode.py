"""A value of a register, bit by bit."""

from __future__ import annotations

import msgspec

from kestrel.ir.flat import FlatField, fields
from kestrel.ir.lookup import Found
from kestrel.ir.registers import BitField, Condition, Enum, EnumValue, Register

ANY = -1
"""Where all bits of an enum's value count."""


class FieldValue(msgspec.Struct, frozen=True):
    """`name` is that of the value, if it has one; `was` what it is after a reset; `when` the bank
    that the field is in; `outside` is of its bounds, or of the values that have names. A register
    without fields is one value, of no name."""

    field: str
    msb: int
    lsb: int
    value: int
    name: str
    doc: str
    was: int | None
    when: tuple[Condition, ...] = ()
    outside: bool = False

    @property
    def changed(self) -> bool:
        return self.was is not None and self.was != self.value


class Decoded(msgspec.Struct, frozen=True):
    """`reserved` has the bits of no field that are 1."""

    path: str
    address: int
    width: int
    value: int
    doc: str
    fields: tuple[FieldValue, ...]
    reserved: int


def width_of(found: Found) -> int:
    """In bits, those that there are: a field may reach out of its register."""
    if found.field is None:
        return found.register.width
    return _width(found.register, found.field)


def decode(found: Found, value: int, way: str = "read") -> Decoded:
    """What `value` means where it was read, or is to be written (`way`)."""
    register = found.register
    flat = fields(register) if found.field is None else (found.field,)
    shown = [each for each in flat if _is_there(register, each)]
    whole = value if found.field is None else value << found.field.lsb
    if found.field is None:
        shown = [each for each in shown if _concerns(each.of, way)]
    return Decoded(
        path=found.name,
        address=found.address,
        width=width_of(found),
        value=value,
        doc=register.doc if found.field is None else found.field.of.doc,
        fields=tuple(
            _field(register, each, whole, way)
            for each in reversed(shown if flat else [_all_of(register)])
        ),
        reserved=whole & ~_taken(flat) if flat else 0,
    )


def _taken(flat: tuple[FlatField, ...]) -> int:
    taken = 0
    for each in flat:
        taken |= (1 << each.of.width) - 1 << each.lsb
    return taken


def _all_of(register: Register) -> FlatField:
    whole = (1 << register.width) - 1
    reset = register.reset if register.known & whole == whole else None
    bounds, access = register.bounds, register.access
    field = BitField(name="", lsb=0, width=register.width, access=access, bounds=bounds)
    return FlatField("", 0, reset, field)


def _is_there(register: Register, field: FlatField) -> bool:
    return field.lsb < register.width


def _width(register: Register, field: FlatField) -> int:
    return min(field.of.width, register.width - field.lsb)


def _concerns(field: BitField, way: str) -> bool:
    return field.access.readable if way == "read" else field.access.writable


def _field(register: Register, field: FlatField, value: int, way: str) -> FieldValue:
    width = _width(register, field)
    bits = value >> field.lsb & (1 << width) - 1
    enums = [each for each in field.of.enums if each.usage in (way, "read-write")]
    named = _named(enums, bits)
    low, high = field.of.bounds or (0, bits)
    return FieldValue(
        field=field.name,
        msb=field.lsb + width - 1,
        lsb=field.lsb,
        value=bits,
        name=named.name if named is not None else "",
        doc=named.doc if named is not None and named.doc else field.of.doc,
        was=field.reset,
        when=field.of.when,
        outside=not low <= bits <= high or (bool(enums) and named is None),
    )


def _named(enums: list[Enum], bits: int) -> EnumValue | None:
    """A value comes before a pattern, and a pattern before what stands for any other."""
    found = [each for enum in enums for each in enum.values if _fits(each, bits)]
    return min(found, key=_breadth, default=None)


def _fits(each: EnumValue, bits: int) -> bool:
    if each.value is None:
        return True
    care = ANY if each.care is None else each.care
    return (bits ^ each.value) & care == 0


def _breadth(each: EnumValue) -> int:
    return 2 if each.value is None else int(each.care is not None)
