"""Changes of registers, and of the fields in them."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping

import msgspec

from kestrel.changes.registers import shown
from kestrel.changes.registers.access import access_rules
from kestrel.changes.registers.arrays import unrolled_arrays
from kestrel.changes.registers.context import Context
from kestrel.changes.registers.fields import (
    Sides,
    bounds_changes,
    field_changes,
    new_field,
    property_changes,
)
from kestrel.changes.registers.findings import Change
from kestrel.changes.registers.locks import Resets
from kestrel.changes.registers.pairing import Pairing, pair
from kestrel.ir.flat import fields, unrolled
from kestrel.ir.registers import BitField, Register, RegMap


class RegisterPair(msgspec.Struct, frozen=True):
    """`was` and `path` are the paths of a register in its old map and in the new one."""

    old: Register
    new: Register
    was: str
    path: str
    fields: Pairing[BitField]

    def renamed_irqs(self) -> Iterator[tuple[str, str]]:
        for one, two, relation in self.fields.pairs:
            if relation == "renamed" and one.irq is not None and two.irq is not None:
                yield one.irq.name, two.irq.name

    def kept(self) -> Iterator[tuple[str, str]]:
        for one, two, _ in self.fields.pairs:
            yield f"{self.was}.{one.name}", f"{self.path}.{two.name}"


def register_pair(old: Register, new: Register, was: str, path: str) -> RegisterPair:
    ones, twos = list(_single(old)), list(_single(new))
    return RegisterPair(old, new, was, path, pair(ones, twos, _bits, _alike))


def _single(register: Register) -> Iterator[BitField]:
    for field in register.fields:
        if field.dim is None or field.dim.array:
            yield field
            continue
        for name, offset in unrolled(field.name, field.dim):
            yield msgspec.structs.replace(field, name=name, lsb=field.lsb + offset, dim=None)


def _bits(field: BitField) -> tuple[object, ...]:
    """Where a field is; what is only written may be where something else is read."""
    return field.lsb, field.width, field.access.readable or not field.access.writable


def _alike(one: BitField, two: BitField) -> bool:
    return one.width == two.width and (one.dim is None) == (two.dim is None)


def register_changes(
    found: RegisterPair, before: RegMap, after: RegMap, irqs: Mapping[str, str], resets: Resets
) -> Iterator[Change]:
    context = Context(found.old, before.reserved)
    yield from _register(found.old, found.new, found.path)
    own = {each.name: each.reset for each in fields(found.new)}
    yield from _fields(found, context, irqs, ChainMap(own, dict(resets)) if own else resets)
    yield from _new_fields(found, context, before)


def _register(old: Register, new: Register, path: str) -> Iterator[Change]:
    if old.width != new.width:
        yield Change("R34", path, str(old.width), str(new.width))
    yield from _accesses(old, new, path)
    texts = (
        ("R37", old.order or None, new.order or None),
        ("R107", _stable(old), _stable(new)),
        ("R107", old.shadow or None, new.shadow or None),
        ("R107", shown.effect(old.latched), shown.effect(new.latched)),
        ("R107", _after(old), _after(new)),
        ("R76", _reserved(old), _reserved(new)),
        ("R115", _volatile(old), _volatile(new)),
    )
    for rule, was, now in texts:
        if was != now:
            yield Change(rule, path, was, now)
    for rule, was, now in property_changes(dict(old.properties), dict(new.properties)):
        yield Change(rule, path, was, now)
    yield from (
        Change(rule, path, was, now) for rule, was, now in bounds_changes(old.bounds, new.bounds)
    )
    if not old.fields:
        yield from _without_fields(old, new, path)
    if old.doc != new.doc:
        yield Change("R120", path)


def _accesses(old: Register, new: Register, path: str) -> Iterator[Change]:
    was, now = old.accesses or (old.width,), new.accesses or (new.width,)
    if was == now or old.width != new.width:
        return
    rule = "R36" if min(now) > min(was) else "R35"
    yield Change(rule, path, ", ".join(map(str, was)), ", ".join(map(str, now)))


def _stable(register: Register) -> str | None:
    return "stable" if register.stable else None


def _volatile(register: Register) -> str | None:
    return "volatile" if register.volatile else None


def _after(register: Register) -> str | None:
    each = register.after
    if each is None:
        return None
    return f"after write {each.what} {shown.condition(each.until) or ''}".strip()


def _reserved(register: Register) -> str | None:
    made = (
        f"reserved {each.policy}"
        if each.lsb is None
        else f"reserved [{each.msb}:{each.lsb}] {each.policy}"
        for each in register.reserved
    )
    return ", ".join(made) or None


def _without_fields(old: Register, new: Register, path: str) -> Iterator[Change]:
    """A register that was one value: each of its fields had its access."""
    if not new.fields:
        for rule in access_rules(old.access, new.access):
            yield Change(rule, path, shown.access(old.access), shown.access(new.access))
        if old.reset != new.reset and old.known and new.known:
            yield Change("R70", path, shown.number(old.reset), shown.number(new.reset))
        return
    for each in new.fields:
        for rule in access_rules(old.access, each.access):
            inside = f"{path}.{each.name}"
            yield Change(rule, inside, shown.access(old.access), shown.access(each.access))


def _fields(
    found: RegisterPair, context: Context, irqs: Mapping[str, str], resets: Resets
) -> Iterator[Change]:
    for one, two, relation in found.fields.pairs:
        path = f"{found.path}.{two.name}"
        if relation == "renamed":
            yield Change("R02", path, one.name, two.name)
        elif relation == "swapped" and one.name < two.name:
            yield Change("R03", path, one.name, two.name)
        sides = Sides(one, two, context, found.new, irqs, resets)
        yield from (Change(rule, path, was, now) for rule, was, now in field_changes(sides))


def _new_fields(found: RegisterPair, context: Context, before: RegMap) -> Iterator[Change]:
    made = found.fields
    arrays = list(unrolled_arrays(made.removed, made.added, lambda f: f.lsb, _same_width))
    done = {id(x) for each in arrays for x in (each.array, *each.items)}
    for each in arrays:
        names = ", ".join(item.name for item in each.items)
        whole = f"{each.array.name}{shown.dim(each.array.dim)}"
        rule, said = ("R05", (whole, names)) if each.was_array else ("R06", (names, whole))
        name = each.items[0].name if each.was_array else each.array.name
        yield Change(rule, f"{found.path}.{name}", *said)
    for one in made.removed:
        if id(one) not in done:
            yield Change("R27", f"{found.path}.{one.name}", shown.bits(one))
    for two in made.added:
        if id(two) in done:
            continue
        path = f"{found.path}.{two.name}"
        if two.name in (*found.old.retired, *before.retired):
            yield Change("R11", path, None, two.name)
        if found.old.fields:
            changes = new_field(two, found.new, context)
            yield from (Change(rule, path, was, now) for rule, was, now in changes)
        else:
            yield Change("R26", path, None, f"{shown.bits(two)} {shown.access(two.access)}")
    for two in made.reused:
        yield Change("R04", f"{found.path}.{two.name}", two.name, two.name)


def _same_width(one: BitField, two: BitField) -> bool:
    return one.width == two.width
