"""A file: its maps, then the device that has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

import msgspec

from kestrel.backends.kreg import fields, registers
from kestrel.backends.kreg.words import (
    address,
    condition,
    dimension,
    documented,
    name,
    number,
    place,
    quoted,
)
from kestrel.ir.registers import (
    AssertMasked,
    Assign,
    Bitmap,
    Block,
    Bus,
    Call,
    Condition,
    Device,
    Enum,
    Instance,
    Item,
    Memory,
    Register,
    RegMap,
    Sequence,
    Unlock,
    Wait,
)

UNITS = (("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000), ("ns", 1))


def write_kreg(device: Device) -> str:
    """The text of a `.kreg` file that means this device.

    Reading it back gives the same: all but the places in files.
    """
    parts = ["\n".join(_map(each, device.width)) for each in device.maps]
    if device.name or device.instances or device.width != 32 or device.endian != "little":
        parts.append("\n".join(_device(device)))
    return "\n\n".join(parts) + "\n"


# ---------------------------------------------------------------- maps


def _map(given: RegMap, width: int) -> Iterator[str]:
    """With all that it says of itself before its registers."""
    version = f" version {given.version}" if given.version else ""
    yield from documented(f"regmap {name(given.name)}{version}", given.doc, " {", "")
    inside = [list(part) for part in _parts(given, given.bus.width or width)]
    yield from _parted(part for part in inside if part)
    yield "}"


def _parted(parts: Iterable[list[str]]) -> Iterator[str]:
    """An empty line between two where one of them has several."""
    before: list[str] = []
    for lines in parts:
        if before and (len(before) > 1 or len(lines) > 1):
            yield ""
        yield from lines
        before = lines


def _parts(given: RegMap, width: int) -> Iterator[Iterable[str]]:
    shared = _shared(given.items)
    yield list(_settings(given))
    for each in shared.values():
        yield _enum(each)
    yield from _items(given.items, "  ", width, set(shared))
    for unlock in given.unlocks:
        yield [_unlock(unlock)]
    for sequence in given.sequences:
        yield _sequence(sequence)


def _settings(given: RegMap) -> Iterator[str]:
    if given.bus != Bus():
        yield f"  {_bus(given.bus)}"
    if given.reserved != "reset":
        yield f"  reserved {given.reserved}"
    if given.aliases:
        said = "  ".join(f"{name(kind)} +{address(offset)}" for kind, offset in given.aliases)
        yield f"  aliases {{ {said} }}"
    yield from (f"  retired {name(each)}" for each in given.retired)


def _bus(bus: Bus) -> str:
    given = ((key, getattr(bus, key)) for key in bus.__struct_fields__)
    said = (f"{key} {value}" for key, value in given if value is not None)
    return f"bus {{ {'  '.join(said)} }}"


# ---------------------------------------------------------------- enums that several fields have


def _shared(items: tuple[Item, ...]) -> dict[str, Enum]:
    """Of each name for which all that have it are the same, and which is there twice."""
    found: dict[str, list[Enum]] = {}
    for each in _enums(items):
        found.setdefault(each.name, []).append(_meaning(each))
    return {
        called: each[0]
        for called, each in found.items()
        if called and len(each) > 1 and all(other == each[0] for other in each)
    }


def _meaning(enum: Enum) -> Enum:
    """Without places, and for whatever way it is used."""
    values = tuple(msgspec.structs.replace(each, at=None) for each in enum.values)
    return Enum(name=enum.name, values=values)


def _enums(items: tuple[Item, ...]) -> Iterator[Enum]:
    for item in items:
        if isinstance(item, Block):
            yield from _enums(item.items)
        elif isinstance(item, Register):
            yield from (each for field in item.fields for each in field.enums)


def _enum(given: Enum) -> Iterator[str]:
    yield f"  enum {name(given.name)} {{"
    most = max((each.care or each.value or 0 for each in given.values), default=0)
    yield from fields.enum_values(given.values, "    ", most.bit_length())
    yield "  }"


# ---------------------------------------------------------------- items


def _items(
    items: tuple[Item, ...], indent: str, width: int, shared: set[str]
) -> Iterator[Iterable[str]]:
    digits = max(2, *(len(f"{each.offset:X}") for each in items), 0) if items else 2
    for when, group in groupby(items, key=lambda each: each.when):
        inner = indent + "  " * len(when)
        parts = [list(_item(each, inner, digits, width, shared)) for each in group]
        yield from parts if not when else [_banked(when, indent, parts)]


def _banked(when: tuple[Condition, ...], indent: str, parts: list[list[str]]) -> list[str]:
    heads = [f"{indent}{'  ' * depth}{_bank(each)} {{" for depth, each in enumerate(when)]
    ends = [f"{indent}{'  ' * depth}}}" for depth in reversed(range(len(when)))]
    return [*heads, *_parted(parts), *ends]


def _bank(given: Condition) -> str:
    return f"page by {condition(given)}" if given.op == "=" else f"when {condition(given)}"


def _item(item: Item, indent: str, digits: int, width: int, shared: set[str]) -> Iterator[str]:
    if isinstance(item, Register):
        yield from registers.lines(item, indent, digits, width, shared)
    elif isinstance(item, Block):
        yield from _block(item, indent, digits, width, shared)
    else:
        yield from _store(item, indent, digits)


def _block(block: Block, indent: str, digits: int, width: int, shared: set[str]) -> Iterator[str]:
    said = f"block {name(block.name)}{dimension(block.dim)} @ {address(block.offset, digits)}"
    if block.dim is not None:
        said += f" step {address(block.dim.step)}"
    if block.alternate:
        said += f" alternate {name(block.alternate)}"
    if block.map:
        yield from documented(said, block.doc, f" : {name(block.map)}", indent)
        return
    yield from documented(said, block.doc, " {", indent)
    yield from _parted(list(part) for part in _items(block.items, indent + "  ", width, shared))
    yield indent + "}"


def _store(item: Memory | Bitmap, indent: str, digits: int) -> Iterator[str]:
    kind, how = ("memory", "width") if isinstance(item, Memory) else ("bitmap", "in")
    said = f"{kind} {name(item.name)}[{item.count}] @ {address(item.offset, digits)}"
    colon = "" if isinstance(item, Memory) else " :"
    said += f" {how} {item.width}{colon} {fields.access(item.access)}"
    yield from documented(said, item.doc, "", indent)


# ---------------------------------------------------------------- what is done with them


def _unlock(given: Unlock) -> str:
    keys = ", ".join(map(number, given.keys))
    until = f" until {condition(given.until)}" if given.until is not None else ""
    return f"  unlock {name(given.name)} = {place(given.place)}: {keys}{until}"


def _sequence(given: Sequence) -> Iterator[str]:
    yield from documented(f"sequence {name(given.name)}", given.doc, " {", "  ")
    for step in given.steps:
        yield f"    {STEPS[type(step)](step)}"
    yield "  }"


def _wait(step: Wait) -> str:
    said = f"wait {condition(step.until)}"
    if step.timeout is not None:
        said += f" timeout {duration(step.timeout)}"
    return f"{said} else {name(step.otherwise)}" if step.otherwise else said


def _value(value: int | str) -> str:
    return number(value) if isinstance(value, int) else name(value)


STEPS: dict[type, Callable[..., str]] = {
    AssertMasked: lambda step: f"assert masked({', '.join(map(name, step.irqs))})",
    Assign: lambda step: f"{place(step.place)} = {_value(step.value)}",
    Wait: _wait,
    Call: lambda step: f"{name(step.sequence)}()",
}


def duration(nanoseconds: int) -> str:
    word, size = next(each for each in UNITS if nanoseconds % each[1] == 0)
    return f"{nanoseconds // size}{word}"


# ---------------------------------------------------------------- devices


def _device(device: Device) -> Iterator[str]:
    yield from documented(f"device {name(device.name)}", device.doc, " {", "")
    if device.width != 32 or device.endian != "little":
        width = device.width if device.width != 32 else None
        endian = device.endian if device.endian != "little" else None
        yield f"  {_bus(Bus(width=width, endian=endian))}"
    longest = max((len(name(each.name)) for each in device.instances), default=0)
    for each in device.instances:
        yield from _instance(each, longest)
    yield "}"


def _instance(given: Instance, longest: int) -> Iterator[str]:
    called = f"{name(given.name)}{dimension(given.dim)}"
    said = f"{called}: {name(given.map)} @ {address(given.base, 8)}"
    if given.dim is not None:
        said += f" step {address(given.dim.step)}"
    if given.alternate:
        said += f" alternate {name(given.alternate)}"
    wires = list(_wires(given))
    if not wires:
        yield from documented(said, given.doc, "", "  ")
        return
    yield from documented(said, given.doc, " {", "  ")
    yield from (f"    {each}" for each in wires)
    yield "  }"


def _wires(given: Instance) -> Iterator[str]:
    for each in given.interrupts:
        yield _described(f"irq {name(each.name)} = {each.number}", each.doc)
    for span in given.spans:
        usage = span.usage if span.usage != "registers" else ""
        yield _described(f"span {address(span.offset)} size {address(span.size)}", usage)


def _described(said: str, doc: str) -> str:
    return f"{said} {quoted(doc)}" if doc else said
