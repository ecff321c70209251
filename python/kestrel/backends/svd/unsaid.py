"""What CMSIS-SVD has no words for: each kind once, with how often and where first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from kestrel.backends.svd.write import SW
from kestrel.ir.registers import BitField, Block, Device, Item, Memory, Register, RegMap


class Unsaid(NamedTuple):
    """`times` it is said, the first time of `path`."""

    what: str
    times: int
    path: str


Rule = tuple[str, Callable[[Any], object]]
OF_FIELDS: tuple[Rule, ...] = (
    ("a neutral value", lambda f: f.neutral is not None),
    ("an interrupt of a field", lambda f: f.irq or f.enables or f.masks or f.tests),
    ("a lock", lambda f: f.locks or f.locked or f.unlocked or f.writable),
    ("an effect on other bits", lambda f: f.sets or f.clears or f.cleared),
    ("a queue behind a field", lambda f: f.on_read or f.on_write),
    ("parity", lambda f: f.parity),
    ("a pulse", lambda f: f.singlepulse),
    ("a bank", lambda f: f.when),
    ("a property of hardware", lambda f: f.properties),
    ("a reset of what shares its bits", lambda f: f.reset is not None),
    ("a view", lambda f: f.read_view),
    ("no access at all", lambda f: f.access.sw not in SW),
    ("a write that does something of its own", lambda f: f.access.onwrite == "wuser"),
)
OF_REGISTERS: tuple[Rule, ...] = (
    ("a width of access", lambda r: r.accesses),
    ("an order of words", lambda r: r.order or r.stable),
    ("a shadow", lambda r: r.shadow or r.latched),
    ("what follows a write", lambda r: r.after),
    ("a policy for reserved bits", lambda r: r.reserved),
    ("a retired name", lambda r: r.retired),
    ("a property of hardware", lambda r: r.properties),
    ("that it changes by itself", lambda r: r.volatile),
    ("a bank", lambda r: r.when),
)
OF_MAPS: tuple[Rule, ...] = (
    ("a version", lambda m: m.version),
    ("a bus", lambda m: m.bus.endian or m.bus.address or m.bus.word),
    ("a policy for reserved bits", lambda m: m.reserved != "reset"),
    ("an alias", lambda m: m.aliases),
    ("a key", lambda m: m.unlocks),
    ("a retired name", lambda m: m.retired),
    ("a sequence", lambda m: m.sequences),
)


def unsaid(device: Device) -> list[Unsaid]:
    found: dict[str, Unsaid] = {}
    for what, path in _all(device):
        before = found.get(what, Unsaid(what, 0, path))
        found[what] = before._replace(times=before.times + 1)
    return list(found.values())


def _all(device: Device) -> Iterator[tuple[str, str]]:
    for each in device.maps:
        yield from _of_map(each)
        yield from _of_items(each.items, each.name)


def _of_map(regmap: RegMap) -> Iterator[tuple[str, str]]:
    yield from ((what, regmap.name) for what, holds in OF_MAPS if holds(regmap))


def _of_items(items: tuple[Item, ...], path: str) -> Iterator[tuple[str, str]]:
    for item in items:
        here = f"{path}.{item.name}"
        if isinstance(item, Memory):
            yield "a memory", here
        elif isinstance(item, Block):
            yield from _of_items(item.items, here)
            if item.when:
                yield "a bank", here
        elif isinstance(item, Register):
            yield from ((what, here) for what, holds in OF_REGISTERS if holds(item))
            for field in item.fields:
                yield from _of_field(field, f"{here}.{field.name}")


def _of_field(field: BitField, path: str) -> Iterator[tuple[str, str]]:
    yield from ((what, path) for what, holds in OF_FIELDS if holds(field))
