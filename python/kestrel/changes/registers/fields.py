"""Changes of fields, in the context of their register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kestrel.changes.registers import shown
from kestrel.changes.registers.access import access_rules
from kestrel.changes.registers.context import Context
from kestrel.changes.registers.enums import enum_changes
from kestrel.changes.registers.locks import Resets, lock_changes
from kestrel.ir.flat import reset_of
from kestrel.ir.registers import BitField, Register

Change = tuple[str, str | None, str | None]
"""The rule, and what is old and new."""


class Sides(NamedTuple):
    """A field of both maps in its registers. `irqs`: old names of interrupts that are renamed."""

    old: BitField
    new: BitField
    before: Context
    after: Register
    irqs: Mapping[str, str]
    resets: Resets


def field_changes(sides: Sides) -> Iterator[Change]:
    for kind in (_bits, _access, _values, _interrupts, _hardware, _effects):
        yield from kind(sides)
    yield from enum_changes(sides.old, sides.new)
    yield from lock_changes(sides.old, sides.new, sides.resets)
    if sides.old.doc != sides.new.doc:
        yield "R120", None, None


def _bits(sides: Sides) -> Iterator[Change]:
    old, new = sides.old, sides.new
    if old.lsb != new.lsb:
        yield "R28", shown.bits(old), shown.bits(new)
    if old.width != new.width:
        rule = "R29" if new.width > old.width else "R30"
        yield rule, shown.bits(old), shown.bits(new)
    if old.dim != new.dim and old.dim is not None and new.dim is not None:
        if old.dim.count != new.dim.count:
            rule = "R31" if new.dim.count > old.dim.count else "R32"
            yield rule, shown.dim(old.dim), shown.dim(new.dim)
        if old.dim.step != new.dim.step:
            yield "R33", str(old.dim.step), str(new.dim.step)
    if old.when != new.when:
        yield "R108", _when(old), _when(new)


def _when(field: BitField) -> str | None:
    return ", ".join(str(shown.condition(each)) for each in field.when) or None


def _access(sides: Sides) -> Iterator[Change]:
    old, new = sides.old.access, sides.new.access
    for rule in access_rules(old, new):
        yield rule, shown.access(old), shown.access(new)


def _values(sides: Sides) -> Iterator[Change]:
    old, new = sides.old, sides.new
    was, now = reset_of(sides.before.register, old), reset_of(sides.after, new)
    if was != now and None not in (was, now):
        yield "R70", shown.number(was), shown.number(now)
    if old.neutral != new.neutral:
        yield "R75", _optional(old.neutral), _optional(new.neutral)
    yield from bounds_changes(old.bounds, new.bounds)
    if old.parity != new.parity:
        yield "R109", _parity(old), _parity(new)


def _optional(value: int | None) -> str | None:
    return None if value is None else shown.number(value)


def _parity(field: BitField) -> str | None:
    each = field.parity
    return None if each is None else f"{each.kind} [{each.msb}:{each.lsb}]"


def bounds_changes(old: tuple[int, int] | None, new: tuple[int, int] | None) -> Iterator[Change]:
    """R73, R74."""
    if old == new:
        return
    narrower = new is not None and (old is None or new[0] > old[0] or new[1] < old[1])
    yield ("R73" if narrower else "R74"), _bounds(old), _bounds(new)


def _bounds(value: tuple[int, int] | None) -> str | None:
    return None if value is None else f"{value[0]}..={value[1]}"


def _interrupts(sides: Sides) -> Iterator[Change]:
    old, new, irqs = sides.old, sides.new, sides.irqs
    if old.irq is None and new.irq is not None:
        yield "R91", None, new.irq.name
    elif old.irq is not None and (
        new.irq is None or irqs.get(old.irq.name, old.irq.name) != new.irq.name
    ):
        yield "R92", old.irq.name, None if new.irq is None else new.irq.name
    elif old.irq is not None and new.irq is not None and set(old.irq.kinds) != set(new.irq.kinds):
        yield "R90", " ".join(old.irq.kinds) or None, " ".join(new.irq.kinds) or None
    was = {kind: irqs.get(name, name) for kind, name in _switches(old).items()}
    now = _switches(new)
    if was == now:
        return
    said = _said(_switches(old)), _said(now)
    turned = (was["enables"], was["masks"]) == (now["masks"], now["enables"])
    if turned and was["tests"] == now["tests"]:
        yield "R93", *said
    elif any(was.values()):
        yield "R94", *said
    else:
        yield "R91", *said


def _switches(field: BitField) -> dict[str, str]:
    return {"enables": field.enables, "masks": field.masks, "tests": field.tests}


def _said(switches: dict[str, str]) -> str | None:
    return ", ".join(f"{kind} {name}" for kind, name in switches.items() if name) or None


HARDWARE = {
    "precedence": "R100",
    "resetsignal": "R101",
    "counter": "R102",
    "incrsaturate": "R102",
    "decrsaturate": "R102",
    "hwset": "R103",
    "hwclr": "R103",
    "hw": "R105",
    "endian": "R37",
}
"""The rule of each property of SystemRDL that software sees."""
DEFAULTS: dict[str, str | int] = {"precedence": "sw"}


def _hardware(sides: Sides) -> Iterator[Change]:
    yield from property_changes(dict(sides.old.properties), dict(sides.new.properties))
    if sides.old.singlepulse != sides.new.singlepulse:
        pulse = {True: "singlepulse", False: None}
        yield "R104", pulse[sides.old.singlepulse], pulse[sides.new.singlepulse]


def property_changes(old: dict[str, str | int], new: dict[str, str | int]) -> Iterator[Change]:
    for name, rule in HARDWARE.items():
        was, now = (each.get(name, DEFAULTS.get(name)) for each in (old, new))
        if was != now:
            yield rule, _property(name, was), _property(name, now)


def _property(name: str, value: str | int | None) -> str | None:
    return None if value is None else f"{name}={value}"


def _effects(sides: Sides) -> Iterator[Change]:
    old, new = sides.old, sides.new
    if old.on_read != new.on_read:
        rule = "R57" if new.on_read and not old.on_read else "R58"
        yield rule, old.on_read or None, new.on_read or None
    texts = (
        (old.on_write or None, new.on_write or None),
        (shown.words(old.sets), shown.words(new.sets)),
        (shown.words(old.clears), shown.words(new.clears)),
        (shown.effect(old.cleared), shown.effect(new.cleared)),
    )
    for was, now in texts:
        if was != now:
            yield "R106", was, now
    if old.locks != new.locks:
        yield "R85", shown.words(old.locks), shown.words(new.locks)


ONES = ("woclr", "wot")
"""Fields that a written 1 changes, even one that was read. (woset: what is set stays set.)"""


def new_field(field: BitField, after: Register, before: Context) -> Iterator[Change]:
    """What a field means in bits that old code took for nobody's."""
    said = f"{shown.bits(field)} {shown.access(field.access)}"
    for rule in _new_rules(field, after, before):
        yield rule, None, said


def _new_rules(field: BitField, after: Register, before: Context) -> Iterator[str]:
    whole = (1 << before.register.width) - 1
    mask = field.mask & whole & ~before.taken()
    found = list(_hazards(field, after, before, mask))
    yield from found or ["R26"]


def _hazards(field: BitField, after: Register, before: Context, mask: int) -> Iterator[str]:
    access = field.access
    if access.onread is not None or field.on_read:
        yield "R65" if before.is_read else "R66"
    if not access.writable or not before.is_written:
        return
    policy = before.policy_of(mask)
    if access.onwrite in (*ONES, "woset"):
        safe = policy == "zero" or (access.onwrite == "woset" and policy != "one")
        yield "R61" if safe else "R60"
    elif access.onwrite in ("wzc", "wzt", "wzs"):
        safe = policy == "one" or (access.onwrite == "wzs" and policy == "keep")
        yield "R63" if safe else "R62"
    elif access.onwrite is not None or access.sw in ("w", "w1"):
        if field.neutral != 0 or policy not in (None, "zero", "reset"):
            yield "R64"
    elif (reset_of(after, field) or 0) != 0:
        yield from _switched_off(before, mask, reset_of(after, field) or 0, field)


def _switched_off(before: Context, mask: int, reset: int, field: BitField) -> Iterator[str]:
    written = before.written_as(mask)
    if written is None:
        yield "R68"
    elif written != reset << field.lsb & mask:
        yield "R67"
