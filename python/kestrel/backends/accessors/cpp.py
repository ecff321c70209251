"""C++20 accessors: a header for each map, one for the device, and what checks all addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kestrel.backends.accessors.instances import InstanceModel, device_name, instance_models
from kestrel.backends.accessors.model import (
    BlockModel,
    FieldModel,
    MapModel,
    PlaceModel,
    map_models,
)
from kestrel.backends.accessors.names import comment
from kestrel.backends.accessors.sequences import sequence_models
from kestrel.backends.accessors.templates import NEUTRAL, environment, support, uint
from kestrel.ir.registers import Device

Files = dict[str, str]
"""By path below the folder that they are written to."""


def write_cpp(device: Device, version: str) -> Files:
    models = map_models(device)
    files = {"kestrel/reg.hpp": support("cpp", "reg.hpp", version)}
    for each in models:
        values: dict[str, Any] = {"map": each, "version": version}
        values["sequences"] = sequence_models(each)
        files[f"{each.name}.hpp"] = _render("map.hpp.j2", **values)
    if device.instances:
        name = device_name(device, models)
        instances = instance_models(device, models)
        values = {"name": name, "instances": instances, "version": version}
        doc = comment(device.doc)
        maps = [each.name for each in models]
        files[f"{name}.hpp"] = _render("device.hpp.j2", maps=maps, doc=doc, **values)
        checks = list(_checks(name, instances, {each.name: each for each in models}))
        files[f"{name}_check.cpp"] = _render("check.cpp.j2", checks=checks, **values)
    return files


# ---------------------------------------------------------------- addresses, said once more


def _checks(
    device: str, instances: list[InstanceModel], maps: dict[str, MapModel]
) -> Iterator[tuple[str, int]]:
    """Expressions, and the addresses that they are at: of arrays the last item."""
    for each in instances:
        call = f"{device}::{each.name}" + (f"<{each.count - 1}>()" if each.count else "")
        base = each.base + (max(each.count, 1) - 1) * each.step
        yield from _of_block(call, base, maps[each.map], maps[each.map].blocks[-1], maps)


def _of_block(
    call: str, base: int, owner: MapModel, block: BlockModel, maps: dict[str, MapModel]
) -> Iterator[tuple[str, int]]:
    for place in block.places:
        index = f"template {place.name}<{place.count - 1}>()" if place.array else f"{place.name}()"
        index = index.removeprefix("template ")
        inside, address = f"{call}.{index}", base + place.offset + (place.count - 1) * place.step
        kind = _block_of(place, owner, maps)
        if kind is None:
            yield inside, address
        else:
            yield from _of_block(inside, address, *kind, maps)


def _block_of(
    place: PlaceModel, owner: MapModel, maps: dict[str, MapModel]
) -> tuple[MapModel, BlockModel] | None:
    if place.type.endswith("::block"):
        used = maps[place.type.removesuffix("::block")]
        return used, used.blocks[-1]
    found = (each for each in owner.blocks[:-1] if each.name == place.type)
    return next(((owner, each) for each in found), None)


# ---------------------------------------------------------------- what templates ask for


def reads(field: FieldModel) -> str:
    """The type of what is read."""
    return field.reads or ("bool" if field.width == 1 else uint(field.width))


def wrapped(place: PlaceModel, owner: str) -> str:
    """What is at the location `at`. Types are named with their map: a member may have the name."""
    if place.type == "bitmap":
        kind = NEUTRAL.get(place.access, "stores")
        what = f"{uint(place.bits)}, {place.words}, kestrel::on_write::{kind}"
        return f"kestrel::bitmap<{what}, decltype(at)>{{at}}"
    if place.words:
        return f"kestrel::words<{uint(place.bits)}, {place.words}, decltype(at)>{{at}}"
    if place.type.endswith("::block"):
        return f"::{place.type}<decltype(at)>{{at}}"
    if place.type.endswith("_b"):
        return f"::{owner}::{place.type}<decltype(at)>{{at}}"
    return f"kestrel::reg<::{owner}::{place.type}, decltype(at)>{{at}}"


def _render(template: str, **values: Any) -> str:
    made = environment("cpp")
    made.filters.update(reads=reads, wrapped=wrapped)
    return str(made.get_template(template).render(**values))
