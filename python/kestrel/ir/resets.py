"""What registers are after a reset: said of the whole, of its fields, or of both."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from kestrel.ir.flat import reset_of, unrolled
from kestrel.ir.registers import BitField, Register


def with_resets(bare: Register, fields: Iterable[tuple[BitField, int | None]]) -> Register:
    """The register with these fields, and with the resets that they say, each of all items of an
    array. Where fields share bits the register has what is read; the other keeps its own. Where all
    fields say it, and the register does not, bits of no field are 0."""
    said = tuple(fields)
    reset, known = bare.reset, bare.known
    if said and not known and all(value is not None for _, value in said):
        known = (1 << bare.width) - 1
    for field, value in sorted(said, key=lambda pair: pair[0].access.readable):
        reset, known = with_field(reset, known, field, value)
    whole = (1 << bare.width) - 1
    made = msgspec.structs.replace(bare, reset=reset & whole, known=known & whole)
    kept = tuple(_kept(made, field, value) for field, value in said)
    return msgspec.structs.replace(made, fields=kept)


def with_field(reset: int, known: int, field: BitField, value: int | None) -> tuple[int, int]:
    for _, offset in unrolled(field.name, field.dim) if value is not None else ():
        mask = field.mask << offset
        reset = reset & ~mask | ((value or 0) << field.lsb + offset & mask)
        known |= mask
    return reset, known


def _kept(register: Register, field: BitField, value: int | None) -> BitField:
    differs = value is not None and value != reset_of(register, field)
    return msgspec.structs.replace(field, reset=value) if differs else field


def said_by_fields(register: Register) -> tuple[tuple[int | None, ...], bool]:
    """The resets that the fields can say for themselves, and whether that says everything."""
    values = tuple(_said(register, field) for field in register.fields)
    bare = msgspec.structs.replace(register, reset=0, known=0, fields=())
    plain = (msgspec.structs.replace(field, reset=None) for field in register.fields)
    made = with_resets(bare, zip(plain, values, strict=True))
    return values, made == register


def _said(register: Register, field: BitField) -> int | None:
    """Items of an array that differ do not say it."""
    found = {reset_of(register, field, at) for _, at in unrolled(field.name, field.dim)}
    return found.pop() if len(found) == 1 else None
