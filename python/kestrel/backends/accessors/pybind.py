"""A Python module around the C++ accessors: tables by name, what compiles it, and its types."""

from __future__ import annotations

import keyword
from collections.abc import Iterator
from typing import Any

import msgspec

from kestrel.backends.accessors.behaviour import Behaviour
from kestrel.backends.accessors.c_model import VERBS
from kestrel.backends.accessors.cpp import Files, write_cpp
from kestrel.backends.accessors.instances import device_name, instance_models
from kestrel.backends.accessors.model import (
    BlockModel,
    FieldModel,
    MapModel,
    PlaceModel,
    RegisterModel,
    map_models,
)
from kestrel.backends.accessors.policy import neutral
from kestrel.backends.accessors.sequences import sequence_models
from kestrel.backends.accessors.templates import (
    NEUTRAL,
    environment,
    readable,
    support,
    writable,
    written,
)
from kestrel.ir.flat import instances
from kestrel.ir.registers import Device

SUPPORT = ("host.hpp", "host.cpp", "mock.hpp")
ON_READ = {None: "none", "rclr": "clears", "rset": "sets", "ruser": "none"}


def write_pybind(device: Device, version: str) -> Files:
    named = msgspec.structs.replace(device, instances=instances(device))
    models = map_models(named)
    name = device_name(named, models) if device.name else models[-1].name
    files = write_cpp(device, version)
    files |= {f"kestrel/{each}": support("pybind", each, version) for each in SUPPORT}
    tables = [_map_table(each) for each in models]
    made = instance_models(named, models)
    values: dict[str, Any] = {"name": name, "version": version, "maps": tables, "instances": made}
    templates = environment("pybind")
    for template, path in (
        ("module.cpp.j2", f"{name}_module.cpp"),
        ("stub.pyi.j2", f"{name}.pyi"),
        ("CMakeLists.txt.j2", "CMakeLists.txt"),
        ("pyproject.toml.j2", "pyproject.toml"),
    ):
        files[path] = str(templates.get_template(template).render(**values))
    return files


def pythonic(name: str) -> str:
    """A name that Python can say after a point."""
    return f"{name}_" if keyword.iskeyword(name) or keyword.issoftkeyword(name) else name


def _map_table(model: MapModel) -> dict[str, Any]:
    behaviour = Behaviour(model.map)
    return {
        "name": model.name,
        "registers": [_register_table(each, behaviour) for each in model.registers],
        "blocks": [_block_table(each, model) for each in model.blocks],
    }


# ---------------------------------------------------------------- registers


def _register_table(model: RegisterModel, behaviour: Behaviour) -> dict[str, Any]:
    stem = _stem(model.name)
    fields = [_field_table(each, model, stem, behaviour) for each in model.fields]
    return {
        "stem": stem,
        "type": model.name,
        "bytes": model.word * model.words // 8,
        "big_endian": model.big_endian,
        "enums": model.enums,
        "fields": fields,
        "modifiable": _modifiable(model),
        "verbs": list(_verbs(model)),
    }


def _stem(register: str) -> str:
    return pythonic(register.removesuffix("_r").rstrip("_"))


def _modifiable(model: RegisterModel) -> bool:
    return writable(model) and not model.fill.effects and (readable(model) or not model.fill.keep)


def _verbs(model: RegisterModel) -> Iterator[tuple[str, list[str]]]:
    for verb in dict.fromkeys(VERBS.values()):
        names = [
            pythonic(each.name)
            for each in model.fields
            if each.field.access.writable and VERBS.get(each.field.access.onwrite or "") == verb
        ]
        if names:
            yield verb, names


def _field_table(
    model: FieldModel, register: RegisterModel, stem: str, behaviour: Behaviour
) -> dict[str, Any]:
    field, access = model.field, model.field.access
    value = neutral(field)
    flags = (
        model.array,
        access.readable,
        access.writable,
        access.sw in ("rw1", "w1"),
        field.singlepulse,
        field.on_read == "pop",
        field.on_write == "push",
        field.neutral is not None,
    )
    return {
        "name": pythonic(model.name),
        "lsb": model.lsb,
        "width": model.width,
        "count": model.count,
        "step": model.step,
        "flags": ", ".join(str(each).lower() for each in flags),
        "neutral": field.neutral or 0,
        "written": written(model),
        "read": ON_READ[access.onread],
        "reads": _enumeration(model.reads, stem, register),
        "writes": _enumeration(model.writes, stem, register),
        "effects": behaviour.effects(register.register, field),
        "cleared": behaviour.cleared(register.register, field),
        "readable": access.readable,
        "writable": access.writable,
        "forced": value is None and bool(register.fill.forced >> model.lsb & 1),
        "read_type": _read_type(model, register),
        "write_type": _write_type(model, register),
    }


def _enumeration(name: str, stem: str, register: RegisterModel) -> str:
    if not name:
        return "{nullptr, 0}"
    count = next(len(each.values) for each in register.enums if each.name == name)
    return f"{{{stem}_{name}, {count}}}"


def _literal(name: str, register: RegisterModel) -> str:
    names = next(each.values for each in register.enums if each.name == name)
    return "_Literal[" + ", ".join(f'"{each.name}"' for each in names) + "]"


def _read_type(model: FieldModel, register: RegisterModel) -> str:
    kind = "bool" if model.width == 1 else "int"
    if model.reads:
        kind = f"{_literal(model.reads, register)} | int"
    return f"list[{kind}]" if model.array else kind


def _write_type(model: FieldModel, register: RegisterModel) -> str:
    kind = f"{_literal(model.writes, register)} | int" if model.writes else "int"
    return f"_Mapping[int, {kind}] | _Iterable[{kind}]" if model.array else kind


# ---------------------------------------------------------------- blocks


def _block_table(block: BlockModel, model: MapModel) -> dict[str, Any]:
    top = block is model.blocks[-1]
    return {
        "name": block.name,
        "places": [_place_table(each, model) for each in block.places],
        "aliases": block.aliases,
        "sequences": [each.name for each in sequence_models(model)] if top else [],
    }


def _place_table(place: PlaceModel, model: MapModel) -> dict[str, Any]:
    registers = {each.name for each in model.registers}
    kind, reg, block, type_ = "words", "nullptr", "nullptr", "Words"
    if place.type in registers:
        stem = _stem(place.type)
        kind, reg, type_ = "reg", f"&{stem}", f"_{model.name}.{stem}_register"
    elif place.type == "bitmap":
        kind, type_ = "bitmap", "Bitmap"
    elif place.type.endswith("::block"):
        other = place.type.removesuffix("::block")
        kind, block, type_ = "block", f"&table_{other}::block", f"_{other}.block"
    elif place.type:
        kind, block, type_ = "block", f"&{place.type}", f"_{model.name}.{place.type}"
    return {
        "name": pythonic(place.name),
        "kind": kind,
        "offset": place.offset,
        "step": place.step,
        "count": place.count,
        "array": place.array,
        "reg": reg,
        "block": block,
        "words": place.words,
        "bytes": place.bits // 8,
        "written": _bitmap_written(place),
        "type": f"Array[{type_}]" if place.array else type_,
    }


def _bitmap_written(place: PlaceModel) -> str:
    return NEUTRAL.get(place.access, "stores")
