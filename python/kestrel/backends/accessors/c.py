"""C11 accessors: a header for each map, one for the device, and what checks all addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kestrel.backends.accessors.c_model import VERBS, CMap, CPlace, CRegister, c_map
from kestrel.backends.accessors.instances import InstanceModel, device_name, instance_models
from kestrel.backends.accessors.model import FieldModel, RegisterModel, map_models
from kestrel.backends.accessors.names import comment
from kestrel.backends.accessors.policy import neutral
from kestrel.backends.accessors.sequences import sequence_models
from kestrel.backends.accessors.templates import environment, hexadecimal, support
from kestrel.ir.registers import Device

Files = dict[str, str]
"""By path below the folder that they are written to."""


def write_c(device: Device, version: str) -> Files:
    models = map_models(device)
    maps = {each.name: c_map(each) for each in models}
    files = {"kestrel/reg.h": support("c", "reg.h", version)}
    for model in models:
        values: dict[str, Any] = {"map": maps[model.name], "version": version}
        values["sequences"] = sequence_models(model)
        files[f"{model.name}.h"] = _render("map.h.j2", **values)
    if device.instances:
        name = device_name(device, models)
        instances = instance_models(device, models)
        values = {"name": name, "instances": instances, "version": version}
        used = list(maps)
        doc = comment(device.doc)
        files[f"{name}.h"] = _render("device.h.j2", maps=used, doc=doc, **values)
        checks = list(_checks(name, instances, maps))
        files[f"{name}_check.c"] = _render("check.c.j2", checks=checks, **values)
    return files


# ---------------------------------------------------------------- addresses, said once more


def _checks(
    device: str, instances: list[InstanceModel], maps: dict[str, CMap]
) -> Iterator[tuple[str, int]]:
    """Sums of offsets, and the addresses that they are: of arrays of the last item."""
    for each in instances:
        steps = each.step * (max(each.count, 1) - 1)
        base = f"{device}_{each.name}_Base" + (f" + {hexadecimal(steps)}" if steps else "")
        owner = maps[each.map]
        yield from _of_handle(base, each.base + steps, owner, f"{owner.name}_t", maps)


def _of_handle(
    base: str, address: int, owner: CMap, handle: str, maps: dict[str, CMap]
) -> Iterator[tuple[str, int]]:
    for each in owner.places:
        if each.handle != handle:
            continue
        place = each.place
        last = place.count - 1
        steps = f" + {each.stem}_Step * {last}u" if place.array else ""
        here = address + place.offset + place.step * last
        sum_ = f"{base} + {each.stem}_Offset{steps}"
        if each.kind != "block":
            yield sum_, here
            continue
        inner = maps.get(each.target.removesuffix("_t"))
        other = owner if each.target in owner.handles or inner is None else inner
        yield from _of_handle(sum_, here, other, each.target, maps)


# ---------------------------------------------------------------- what templates ask for


def wide(register: RegisterModel) -> int:
    """The bits in which values of a register are computed."""
    return 64 if register.raw > 32 else 32


def fits(field: FieldModel) -> str:
    """What does not compile where `value` does not fit."""
    if field.width == 1:
        return "KESTREL_ONE_BIT(value)"
    return f"KESTREL_CONSTANT(value, {hexadecimal(field.top, 64)})"


def bits(field: FieldModel) -> str:
    """`value` as bits of the field's width; of one bit, any condition."""
    if field.width == 1:
        return "((value) != 0)"
    return f"((value) & {hexadecimal(field.top, 64 if field.width > 32 else 32)})"


def each_place(field: FieldModel) -> list[tuple[str, int]]:
    """The items of an array with what comes behind the name, and where they begin."""
    if not field.array:
        return [("", field.lsb)]
    return [(f"[{i}]", field.lsb + i * field.step) for i in range(field.count)]


def joined(register: CRegister, what: str) -> str:
    """The masks or bits of all fields that were given."""
    return " | ".join(
        f"given.{each.model.name}{place}.{what}"
        for each in register.fields
        if each.model.field.access.writable
        for place, _ in each_place(each.model)
    )


def parts(register: RegisterModel) -> list[tuple[int, int]]:
    """The words of a register in the order in which they are accessed: the offset in bytes, and how
    far from the lowest bit."""
    count, size = register.words, register.word // 8
    order = reversed(range(count)) if register.high_first else range(count)
    big = register.big_endian
    return [((count - 1 - n if big else n) * size, n * register.word) for n in order]


def rest(register: CRegister) -> int:
    """What `write` stores in bits that are not given."""
    model = register.model
    return model.register.reset & model.fill.keep | model.fill.fill


def no_modify(register: RegisterModel) -> str:
    """Why there is no read-modify-write of a register."""
    if register.fill.effects:
        return "modify would read fields that change when they are read: use write"
    return ""


def acting(field: FieldModel) -> int:
    """The value whose writing does what a field is there for: the opposite of the neutral one."""
    return field.top ^ (neutral(field.field) or 0)


def bitmap_verbs(place: CPlace) -> list[str]:
    access = place.place.access
    return ["set", "clear"] if access == "stores" else [VERBS[access]] if access in VERBS else []


FILTERS = {
    "wide": wide,
    "fits": fits,
    "bits": bits,
    "each_place": each_place,
    "joined": joined,
    "parts": parts,
    "rest": rest,
    "no_modify": no_modify,
    "acting": acting,
    "bitmap_verbs": bitmap_verbs,
}


def _render(template: str, **values: Any) -> str:
    made = environment("c")
    made.filters.update(FILTERS)
    return str(made.get_template(template).render(**values))
