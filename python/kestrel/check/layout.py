"""Where registers and fields are: outside of what they stand in, or in each other's place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kestrel.ir.exprs import At
from kestrel.ir.flat import MAX_REGISTERS, FlatField, fields, size
from kestrel.ir.registers import Block, Device, Item, Register
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.source import Source, Span


def check_layout(device: Device, sources: Sequence[Source]) -> list[Diagnostic]:
    """KR0101, KR0102. What is declared once is looked at once, however many there are of it."""
    return [
        found
        for each in device.maps
        for register in _registers(each.items)
        for found in (*_outside(register, sources), *_overlaps(register, sources))
    ]


def check_size(device: Device, file: str) -> list[Diagnostic]:
    """KR0008: what is too large to be unrolled."""
    count = size(device)
    if count <= MAX_REGISTERS:
        return []
    return [Diagnostic.make("KR0008", file=file, count=count, limit=MAX_REGISTERS)]


def _registers(items: tuple[Item, ...]) -> Iterator[Register]:
    for item in items:
        if isinstance(item, Register):
            yield item
        elif isinstance(item, Block):
            yield from _registers(item.items)


def _outside(register: Register, sources: Sequence[Source]) -> Iterator[Diagnostic]:
    for field in fields(register):
        msb = field.lsb + field.of.width - 1
        if msb >= register.width:
            span = _span(field.of.at, sources)
            yield Diagnostic.make(
                "KR0101", span, name=field.name, msb=msb, lsb=field.lsb, width=register.width
            )


def _overlaps(register: Register, sources: Sequence[Source]) -> Iterator[Diagnostic]:
    """Each field against the one below it that reaches highest. What is only read may share its
    bits with what is only written."""
    said: set[str] = set()
    for way in ("readable", "writable"):
        highest: FlatField | None = None
        for field in (f for f in fields(register) if getattr(f.of.access, way)):
            if highest is not None and field.lsb <= _msb(highest) and field.name not in said:
                said.add(field.name)
                yield _overlap(field, highest, sources)
            if highest is None or _msb(field) > _msb(highest):
                highest = field


def _overlap(field: FlatField, other: FlatField, sources: Sequence[Source]) -> Diagnostic:
    msb = min(_msb(field), _msb(other))
    span = _span(field.of.at, sources)
    return Diagnostic.make(
        "KR0102", span, name=field.name, msb=msb, lsb=field.lsb, other=other.name
    )


def _msb(field: FlatField) -> int:
    return field.lsb + field.of.width - 1


def _span(at: At | None, sources: Sequence[Source]) -> Span | None:
    return None if at is None else Span(sources[at[0]], at[1], at[2])
