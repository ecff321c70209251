"""Register maps as the bus sees them: arrays unrolled, addresses absolute."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kestrel.ir.registers import BitField, Device, Dim, Instance, Item, Register

MAX_REGISTERS = 1_000_000
"""Registers of one device, unrolled. What has more is a memory."""


class FlatField(msgspec.Struct, frozen=True):
    """`of` is the field as it was declared, for all that has no place in it."""

    name: str
    lsb: int
    reset: int | None
    of: BitField


class FlatRegister(msgspec.Struct, frozen=True):
    """`path` begins with the instance; an array's item is `NAME[i]`."""

    path: str
    address: int
    fields: tuple[FlatField, ...]
    of: Register


def flatten(device: Device) -> Iterator[FlatRegister]:
    """All registers of a device, in the order in which they are declared."""
    maps = {each.name: each for each in device.maps}
    for instance in device.instances:
        for name, offset in _unrolled(instance.name, instance.dim):
            yield from _items(maps[instance.map].items, name, instance.base + offset)


def size(device: Device) -> int:
    """How many registers `flatten` would give; it looks at none of them."""
    maps = {each.name: _count(each.items) for each in device.maps}
    return sum(maps[each.map] * _times(each) for each in device.instances)


def _items(items: tuple[Item, ...], path: str, base: int) -> Iterator[FlatRegister]:
    for item in items:
        for name, offset in _unrolled(item.name, item.dim):
            inside, address = f"{path}.{name}", base + item.offset + offset
            if isinstance(item, Register):
                yield FlatRegister(inside, address, fields(item), item)
            else:
                yield from _items(item.items, inside, address)


def fields(register: Register) -> tuple[FlatField, ...]:
    """The fields of a register with arrays unrolled, from the lowest bit up."""
    made = (
        FlatField(name, field.lsb + offset, reset_of(register, field, offset), field)
        for field in register.fields
        for name, offset in _unrolled(field.name, field.dim)
    )
    return tuple(sorted(made, key=lambda each: each.lsb))


def reset_of(register: Register, field: BitField, offset: int = 0) -> int | None:
    """What a field's bits are after a reset, if that is known of all of them."""
    if field.reset is not None:
        return field.reset
    lsb = field.lsb + offset
    mask = (1 << max(0, min(field.width, register.width - lsb))) - 1  # bits that there are
    return register.reset >> lsb & mask if register.known >> lsb & mask == mask else None


def _unrolled(name: str, dim: Dim | None) -> Iterator[tuple[str, int]]:
    if dim is None:
        yield name, 0
        return
    for index in range(dim.count):
        yield dim.name(name, index), index * dim.step


def _times(item: Item | Instance) -> int:
    return item.dim.count if item.dim is not None else 1


def _count(items: tuple[Item, ...]) -> int:
    return sum(
        _times(item) * (1 if isinstance(item, Register) else _count(item.items)) for item in items
    )
