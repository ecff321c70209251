"""C++20 accessors: a header for each map, one for the device, and what checks all addresses."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from kestrel.backends.accessors.model import (
    BlockModel,
    FieldModel,
    MapModel,
    PlaceModel,
    RegisterModel,
    map_models,
    separate,
)
from kestrel.backends.accessors.names import Names, comment, identifier
from kestrel.ir.registers import Device

Files = dict[str, str]
"""By path below the folder that they are written to."""

WRITTEN = {
    None: "stores",
    "woclr": "ones_clear",
    "woset": "ones_set",
    "wot": "ones_toggle",
    "wzc": "zeros_clear",
    "wzs": "zeros_set",
    "wzt": "zeros_toggle",
}


def write_cpp(device: Device, version: str) -> Files:
    models = map_models(device)
    files = {"kestrel/reg.hpp": _support(version)}
    for each in models:
        files[f"{each.name}.hpp"] = _render("map.hpp.j2", map=each, version=version)
    if device.instances:
        name = identifier(device.name)
        name = f"{name}_device" if any(each.name == name for each in models) else name
        instances = list(_instances(device, models))
        values = {"name": name, "instances": instances, "version": version}
        doc = comment(device.doc)
        maps = [each.name for each in models]
        files[f"{name}.hpp"] = _render("device.hpp.j2", maps=maps, doc=doc, **values)
        checks = list(_checks(name, instances, {each.name: each for each in models}))
        files[f"{name}_check.cpp"] = _render("check.cpp.j2", checks=checks, **values)
    return files


def _instances(device: Device, models: list[MapModel]) -> Iterator[dict[str, Any]]:
    maps = {each.map.name: each.name for each in models}
    names = Names()
    for each in device.instances:
        for name, offset, dim in separate(each.name, each.dim):
            yield {
                "name": names.take(name),
                "map": maps[each.map],
                "base": each.base + offset,
                "count": dim.count if dim is not None else 0,
                "step": dim.step if dim is not None else 0,
                "doc": comment(each.doc),
            }


# ---------------------------------------------------------------- addresses, said once more


def _checks(
    device: str, instances: list[dict[str, Any]], maps: dict[str, MapModel]
) -> Iterator[tuple[str, int]]:
    """Expressions, and the addresses that they are at: of arrays the last item."""
    for each in instances:
        count, step = each["count"], each["step"]
        call = f"{device}::{each['name']}" + (f"<{count - 1}>()" if count else "")
        base = each["base"] + (max(count, 1) - 1) * step
        yield from _of_block(call, base, maps[each["map"]], maps[each["map"]].blocks[-1], maps)


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


def hexadecimal(value: int, bits: int = 32) -> str:
    return f"0x{value:x}{'ull' if bits > 32 else 'u'}"


def written(field: FieldModel) -> str:
    access = field.field.access
    return WRITTEN.get(access.onwrite, "stores") if access.writable else "none"


def uint(bits: int) -> str:
    return f"uint{next(each for each in (8, 16, 32, 64) if each >= bits)}_t"


def reads(field: FieldModel) -> str:
    """The type of what is read."""
    return field.reads or ("bool" if field.width == 1 else uint(field.width))


def readable(register: RegisterModel) -> bool:
    return any(each.field.access.readable for each in register.fields)


def writable(register: RegisterModel) -> bool:
    return any(each.field.access.writable for each in register.fields)


def wrapped(place: PlaceModel) -> str:
    """What is at the location `at`."""
    if place.type == "bitmap":
        kind = WRITTEN.get(place.access, "stores")
        what = f"{uint(place.bits)}, {place.words}, kestrel::on_write::{kind}"
        return f"kestrel::bitmap<{what}, decltype(at)>{{at}}"
    if place.words:
        return f"kestrel::words<{uint(place.bits)}, {place.words}, decltype(at)>{{at}}"
    if place.type.endswith(("_b", "::block")):
        return f"{place.type}<decltype(at)>{{at}}"
    return f"kestrel::reg<{place.type}, decltype(at)>{{at}}"


FILTERS = {
    "wrapped": wrapped,
    "hex": hexadecimal,
    "written": written,
    "uint": uint,
    "reads": reads,
    "readable": readable,
    "writable": writable,
}


@cache
def _environment() -> Any:
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_folder()),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS)
    return made


def _render(template: str, **values: Any) -> str:
    return str(_environment().get_template(template).render(**values))


def _support(version: str) -> str:
    text = (_folder() / "reg.hpp").read_text("utf-8")
    return f"// Of Kestrel {version}.\n{text}"


def _folder() -> Path:
    return Path(__file__).parents[2] / "codegen" / "cpp"
