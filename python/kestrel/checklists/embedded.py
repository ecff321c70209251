"""Is a register map fit for firmware: against what is committed, its interrupts, its fail-safe?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import kestrel
from kestrel import compiler
from kestrel.backends.accessors.c import write_c
from kestrel.backends.accessors.cpp import write_cpp
from kestrel.checklists.items import Item, Unmet, look, not_tried
from kestrel.ir.registers import (
    AssertMasked,
    BitField,
    Block,
    Device,
    Register,
    RegMap,
)
from kestrel.ir.registers import Item as MapItem

WRITERS = {"c": (write_c, ".h"), "cpp": (write_cpp, ".hpp")}
SOUND = "the map has no errors or warnings"
CURRENT = "committed headers are those of the map"
MASKABLE = "every interrupt can be masked"
SAFE = "there is a fail-safe sequence, and it asserts that interrupts are masked"
BOUNDED = "no sequence waits without an end"


def check(path: str, headers: str | None) -> Iterator[Item]:
    """Look at the map at `path`, and at the folder `headers`.

    Raises:
        kestrel.InvalidSource: it is no register map.
    """
    device, found = compiler.load_registers(path)
    grave = [each for each in found if each.severity != "note"]
    yield look(path, SOUND, lambda: _sound(len(grave), [each.code for each in grave]))
    if headers is None:
        yield not_tried(path, CURRENT, "no --headers DIR is given")
    else:
        yield look(path, CURRENT, lambda: _current(device, Path(headers)))
    for regmap in device.maps:
        place = f"{path}: {regmap.name}"
        yield look(place, MASKABLE, partial(_maskable, regmap))
        yield look(place, SAFE, partial(_safe, regmap))
        yield look(place, BOUNDED, partial(_bounded, regmap))


def _sound(count: int, codes: list[str]) -> str:
    if count:
        raise Unmet(f"{count}: {', '.join(dict.fromkeys(codes))}")
    return "nothing found"


def _current(device: Device, folder: Path) -> str:
    """Those of the language that the folder has."""
    for writer, suffix in WRITERS.values():
        if not list(folder.glob(f"*{suffix}")):
            continue
        files = writer(device, kestrel.__version__)
        wrong = [
            name
            for name, text in files.items()
            if not (folder / name).is_file() or (folder / name).read_text("utf-8") != text
        ]
        if wrong:
            raise Unmet(f"{len(wrong)} of {len(files)} differ: {', '.join(wrong[:5])}")
        return f"{len(files)} files in {folder}"
    raise Unmet(f"there are no headers in {folder}")


def _maskable(regmap: RegMap) -> str:
    fields = list(_fields(regmap.items))
    shown = [field.irq.name for field in fields if field.irq is not None]
    switched = {field.enables or field.masks for field in fields}
    missing = [name for name in shown if name not in switched]
    if missing:
        raise Unmet(f"nothing enables or masks {', '.join(missing)}")
    return f"{len(shown)} interrupts" if shown else "there are no interrupts"


def _safe(regmap: RegMap) -> str:
    has_interrupts = any(field.irq is not None for field in _fields(regmap.items))
    found = [
        each.name
        for each in regmap.sequences
        if any(isinstance(step, AssertMasked) for step in each.steps) or not has_interrupts
    ]
    if not found:
        raise Unmet("there is none")
    return ", ".join(found)


def _bounded(regmap: RegMap) -> str:
    waits = [
        each.name
        for each in regmap.sequences
        for step in each.steps
        if getattr(step, "until", None) is not None and getattr(step, "timeout", None) is None
    ]
    if waits:
        raise Unmet(f"no timeout in {', '.join(dict.fromkeys(waits))}")
    return f"{len(regmap.sequences)} sequences"


def _fields(items: tuple[MapItem, ...]) -> Iterator[BitField]:
    for item in items:
        if isinstance(item, Register):
            yield from item.fields
        elif isinstance(item, Block):
            yield from _fields(item.items)
