"""Register maps as the bus sees them: arrays unrolled, addresses absolute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from kestrel.ir.registers import (
    BitField,
    Bitmap,
    Block,
    Device,
    Dim,
    Instance,
    Item,
    Memory,
    Register,
)

Maps = Mapping[str, tuple[Item, ...]]
Placed = tuple[str, int, Register]
"""A register with its path and its address."""

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
    for path, address, register in places(device):
        yield FlatRegister(path, address, fields(register), register)


def places(device: Device) -> Iterator[Placed]:
    """The paths and addresses of all registers, which is less work than their fields."""
    maps = {each.name: each.items for each in device.maps}
    for instance in instances(device):
        for name, offset in unrolled(instance.name, instance.dim):
            yield from _items(maps, maps[instance.map], name, instance.base + offset)


def size(device: Device) -> int:
    """How many registers `flatten` would give; it looks at none of them."""
    maps = {each.name: each.items for each in device.maps}
    counts: dict[str, int] = {}
    return sum(_map_count(maps, counts, each.map) * _times(each) for each in instances(device))


def instances(device: Device) -> tuple[Instance, ...]:
    """Of maps alone there is one of each at address 0, but for those that are in others."""
    if device.instances or device.name:
        return device.instances
    inner = {name for each in device.maps for name in _used(each.items)}
    outer = (each.name for each in device.maps if each.name not in inner)
    return tuple(Instance(name=name, map=name, base=0) for name in outer)


def _used(items: tuple[Item, ...]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Block):
            yield from (item.map,) if item.map else _used(item.items)


def _items(maps: Maps, items: tuple[Item, ...], path: str, base: int) -> Iterator[Placed]:
    for item in items:
        if isinstance(item, Memory):
            continue
        item = words(item) if isinstance(item, Bitmap) else item
        for name, offset in unrolled(item.name, item.dim):
            inside, address = f"{path}.{name}", base + item.offset + offset
            if isinstance(item, Register):
                yield inside, address, item
            else:
                yield from _items(maps, contents(maps, item), inside, address)


def contents(maps: Maps, block: Block) -> tuple[Item, ...]:
    return maps[block.map] if block.map else block.items


def words(bitmap: Bitmap) -> Register:
    """The registers that a bitmap's bits are in."""
    count, size = -(-bitmap.count // bitmap.width), bitmap.width // 8
    return Register(
        name=bitmap.name,
        offset=bitmap.offset,
        width=bitmap.width,
        access=bitmap.access,
        when=bitmap.when,
        dim=Dim(count, size),
        doc=bitmap.doc,
        at=bitmap.at,
    )


def fields(register: Register) -> tuple[FlatField, ...]:
    """The fields of a register with arrays unrolled, from the lowest bit up."""
    made = (
        FlatField(name, field.lsb + offset, reset_of(register, field, offset), field)
        for field in register.fields
        for name, offset in unrolled(field.name, field.dim)
    )
    return tuple(sorted(made, key=lambda each: each.lsb))


def reset_of(register: Register, field: BitField, offset: int = 0) -> int | None:
    """What a field's bits are after a reset, if that is known of all of them."""
    if field.reset is not None:
        return field.reset
    lsb = field.lsb + offset
    mask = (1 << max(0, min(field.width, register.width - lsb))) - 1  # bits that there are
    return register.reset >> lsb & mask if register.known >> lsb & mask == mask else None


def unrolled(name: str, dim: Dim | None) -> Iterator[tuple[str, int]]:
    """The names of a thing, or of the items of an array, and how far each is from the first."""
    if dim is None:
        yield name, 0
        return
    for index in range(dim.count):
        yield dim.name(name, index), index * dim.step


def _times(item: Register | Block | Instance) -> int:
    return item.dim.count if item.dim is not None else 1


def _map_count(maps: Maps, counts: dict[str, int], name: str) -> int:
    if name not in counts:
        counts[name] = _count(maps, counts, maps[name])
    return counts[name]


def _count(maps: Maps, counts: dict[str, int], items: tuple[Item, ...]) -> int:
    total = 0
    for item in items:
        if isinstance(item, Bitmap):
            total += -(-item.count // item.width)
        elif isinstance(item, Register):
            total += _times(item)
        elif isinstance(item, Block):
            inside = _map_count(maps, counts, item.map) if item.map else None
            total += _times(item) * (_count(maps, counts, item.items) if inside is None else inside)
    return total
