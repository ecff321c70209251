"""The peripherals of a device, as C and C++ name them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kestrel.backends.accessors.model import MapModel, separate
from kestrel.backends.accessors.names import Names, comment, identifier
from kestrel.ir.registers import Device


class InstanceModel(msgspec.Struct, frozen=True):
    """`count` items, `step` bytes apart, of an array; of one it is 0."""

    name: str
    map: str
    base: int
    count: int
    step: int
    doc: str


def device_name(device: Device, maps: list[MapModel]) -> str:
    name = identifier(device.name)
    return f"{name}_device" if any(each.name == name for each in maps) else name


def instance_models(device: Device, maps: list[MapModel]) -> list[InstanceModel]:
    return list(_instances(device, {each.map.name: each.name for each in maps}))


def _instances(device: Device, maps: dict[str, str]) -> Iterator[InstanceModel]:
    names = Names()
    for each in device.instances:
        for name, offset, dim in separate(each.name, each.dim):
            yield InstanceModel(
                name=names.take(name),
                map=maps[each.map],
                base=each.base + offset,
                count=dim.count if dim is not None else 0,
                step=dim.step if dim is not None else 0,
                doc=comment(each.doc),
            )
