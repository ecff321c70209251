"""A C header in which the old names of registers and fields mean the new ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kestrel.backends.accessors.c_model import (
    OF_A_FIELD,
    OF_A_REGISTER,
    CMap,
    CPlace,
    c_map,
)
from kestrel.backends.accessors.model import map_models
from kestrel.backends.accessors.names import comment
from kestrel.ir.flat import unrolled
from kestrel.ir.registers import Block, Device, Item, Register

REGISTER = (*OF_A_REGISTER, "_Offset", "_Step", "_Count")
FIELD = (*OF_A_FIELD, "_Pos", "_Msk", "_Val")


def compat_header(old: Device, new: Device, kept: Iterable[tuple[str, str]], version: str) -> str:
    """`kept` has paths of the old map and of the new one, from the names of the maps on. What has
    no new name, such as a value of an enum, is not in it."""
    was, now = _stems(old), _stems(new)
    lines = [line for pair in kept for line in _aliases(*pair, was, now)]
    head = [
        f"// Old names of {comment(old.name) or 'the map'} by Kestrel {version}.",
        "// Include it after the new headers. Members of values have their new names only.",
        "#ifndef KESTREL_COMPAT_H",
        "#define KESTREL_COMPAT_H",
        "",
    ]
    return "\n".join([*head, *dict.fromkeys(lines), "", "#endif", ""])


def _aliases(
    old: str, new: str, was: dict[str, tuple[str, bool]], now: dict[str, tuple[str, bool]]
) -> Iterator[str]:
    if old not in was or new not in now or was[old][0] == now[new][0]:
        return
    (one, is_register), (two, _) = was[old], now[new]
    if one in {stem for stem, _ in now.values()}:
        yield f"// {one} is the name of something else now."
        return
    for suffix in REGISTER if is_register else FIELD:
        yield f"#define {one}{suffix} {two}{suffix}"


def _stems(device: Device) -> dict[str, tuple[str, bool]]:
    """By path the beginning of the C names, and whether it is a register."""
    found: dict[str, tuple[str, bool]] = {}
    for model in map_models(device):
        made = c_map(model)
        paths = list(_paths(model.map.items, model.map.name))
        for path, place in zip(paths, _places(made), strict=False):
            found[path] = (place.stem, True)
            if place.register is None:
                continue
            for field, c_field in zip(_names(place), place.register.fields, strict=False):
                found[f"{path}.{field}"] = (c_field.stem, False)
    return found


def _places(made: CMap) -> list[CPlace]:
    return [each for each in made.places if each.kind == "register"]


def _names(place: CPlace) -> list[str]:
    """The names of the fields in the map, as the model has them in order."""
    register = place.register
    assert register is not None
    return [
        name
        for field in register.model.register.fields
        for name, _ in (
            ((field.name, 0),)
            if field.dim is None or field.dim.array
            else unrolled(field.name, field.dim)
        )
    ]


def _paths(items: tuple[Item, ...], path: str) -> Iterator[str]:
    """Of registers that are no wider than a number, in the order of the model's places."""
    for item in items:
        if not isinstance(item, Register | Block):
            continue
        single = item.dim is None or item.dim.array
        for name in [item.name] if single else [n for n, _ in unrolled(item.name, item.dim)]:
            if isinstance(item, Register):
                if item.width <= 64:
                    yield f"{path}.{name}"
            elif not item.map:
                yield from _paths(item.items, f"{path}.{name}")
