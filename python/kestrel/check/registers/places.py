"""What maps say of other registers by name: whether there are such, and whether values fit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kestrel.check.registers.view import Found, MapView, Placed
from kestrel.ir.exprs import At
from kestrel.ir.flat import unrolled
from kestrel.ir.registers import (
    AssertMasked,
    Assign,
    BitField,
    Call,
    Condition,
    Place,
    Register,
    Sequence,
    Wait,
)
from kestrel.text.hints import nearest

FAULT = "fault"
"""What a wait ends in where there is no sequence of this name: the sequence ends as timed out."""
MAX_HINTS = 50
ITEM = re.compile(r"\[(\w+)\]")
Target = Register | BitField


class Names:
    """Registers and fields of a map by the paths that places have; an index stands for any."""

    def __init__(self, view: MapView) -> None:
        self.targets: dict[str, Target] = {}
        self.counts: dict[str, int] = {}
        self.asked = 0
        for placed in view.registers:
            path = placed.path.partition(".")[2]
            self._add(path, placed.of, placed.of)
            for field in placed.of.fields:
                self._add(f"{path}.{field.name}", field, field)

    def _add(self, path: str, target: Target, declared: Target) -> None:
        dim = declared.dim
        for name, _ in unrolled(path, dim) if dim is not None and not dim.array else ((path, 0),):
            self.targets[name] = target
        if declared.dim is not None and declared.dim.array:
            self.counts[path] = declared.dim.count

    def find(self, place: Place, own: str) -> Target | None:
        bare = ITEM.sub("", place)
        return self.targets.get(bare) or self.targets.get(f"{own}.{bare}")

    def nearest(self, place: Place, own: str) -> str | None:
        """Of all names, and of those in the register `own` without its name. Where many places are
        wrong, the first ones are enough to see why."""
        self.asked += 1
        if self.asked > MAX_HINTS:
            return None
        inside = f"{own}."
        short = [t.removeprefix(inside) for t in self.targets if own and t.startswith(inside)]
        return nearest(place, [*self.targets, *short])

    def beyond(self, place: Place) -> bool:
        """Is an index outside of its array?"""
        path = ""
        for part in place.split("."):
            name, _, index = part.rstrip("]").partition("[")
            path = f"{path}.{name}" if path else name
            if index.isdigit() and path in self.counts and int(index) >= self.counts[path]:
                return True
        return False


def places(view: MapView) -> Iterator[Found]:
    names = Names(view)
    for placed in view.registers:
        own = placed.path.partition(".")[2]
        for place, condition in _of_register(placed):
            yield from _place(place, condition, own, placed.of.at, placed.path, names)
        for field in placed.of.fields:
            for place, condition in _of_field(field):
                here = f"{placed.path}.{field.name}"
                yield from _place(place, condition, own, field.at, here, names)
    for unlock in view.map.unlocks:
        yield from _place(unlock.place, None, "", view.map.at, view.map.name, names)
        if unlock.until is not None:
            yield from _place(
                unlock.until.place, unlock.until, "", view.map.at, view.map.name, names
            )
    for sequence in view.map.sequences:
        yield from _sequence(sequence, view, names)


Said = Iterator[tuple[Place, Condition | None]]


def _of_register(placed: Placed) -> Said:
    register = placed.of
    yield from ((touch.place, None) for touch in register.latched)
    if register.after is not None and register.after.until is not None:
        yield register.after.until.place, register.after.until
    yield from ((each.place, each) for each in register.when)
    if register.shadow not in ("", "twice"):
        yield register.shadow, None


def _of_field(field: BitField) -> Said:
    for each in (*field.locks, *field.sets, *field.clears):
        yield each, None
    for condition in (field.locked, field.unlocked, field.writable, *field.when):
        if condition is not None:
            yield condition.place, condition
    yield from ((touch.place, None) for touch in field.cleared)


def _place(
    place: Place,
    condition: Condition | None,
    own: str,
    at: At | None,
    path: str,
    names: Names,
) -> Iterator[Found]:
    target = names.find(place, own)
    if target is None:
        near = names.nearest(ITEM.sub("", place), own)
        hint = f"; did you mean `{near}`?" if near else ""
        yield Found("KR0401", at, path, {"place": place, "hint": hint})
    elif names.beyond(place):
        yield Found("KR0402", at, path, {"place": place})
    elif condition is not None and condition.value >> target.width:
        values = {"value": condition.value, "place": place, "width": target.width}
        yield Found("KR0403", at, path, values)


# ---------------------------------------------------------------- sequences


def _sequence(sequence: Sequence, view: MapView, names: Names) -> Iterator[Found]:
    path = f"{view.map.name}.{sequence.name}"
    known = {each.name: each for each in view.map.sequences}
    for step in sequence.steps:
        if isinstance(step, AssertMasked):
            yield from _masked(step, sequence, path, view)
        elif isinstance(step, Assign):
            yield from _assign(step, sequence, path, names)
        elif isinstance(step, Wait):
            yield from _place(step.until.place, step.until, "", sequence.at, path, names)
            if step.otherwise not in ("", FAULT):
                yield from _called(step.otherwise, sequence, path, known)
        elif isinstance(step, Call):
            yield from _called(step.sequence, sequence, path, known)
    if _calls_itself(sequence, known):
        yield Found("KR0408", sequence.at, path, {"name": sequence.name})


def _masked(step: AssertMasked, sequence: Sequence, path: str, view: MapView) -> Iterator[Found]:
    fields = [field for placed in view.registers for field in placed.of.fields]
    shown = {field.irq.name for field in fields if field.irq is not None}
    switched = {field.enables or field.masks for field in fields}
    for irq in step.irqs:
        if irq not in shown:
            yield Found("KR0405", sequence.at, path, {"name": irq})
        elif irq not in switched:
            yield Found("KR0407", sequence.at, path, {"name": irq})


def _assign(step: Assign, sequence: Sequence, path: str, names: Names) -> Iterator[Found]:
    found = list(_place(step.place, None, "", sequence.at, path, names))
    yield from found
    target = names.find(step.place, "")
    if target is None:
        return
    if not _writable(target):
        yield Found("KR0404", sequence.at, path, {"place": step.place})
    if isinstance(step.value, int):
        if step.value >> target.width:
            values = {"value": step.value, "place": step.place, "width": target.width}
            yield Found("KR0403", sequence.at, path, values)
    elif isinstance(target, BitField):
        known = {each.name for enum in target.enums for each in enum.values}
        if step.value not in known:
            yield Found("KR0409", sequence.at, path, {"name": step.value, "place": step.place})


def _writable(target: Target) -> bool:
    if isinstance(target, Register) and target.fields:
        return any(field.access.writable for field in target.fields)
    return target.access.writable


def _called(
    name: str, sequence: Sequence, path: str, known: dict[str, Sequence]
) -> Iterator[Found]:
    if name not in known:
        yield Found("KR0406", sequence.at, path, {"name": name})


def _calls_itself(sequence: Sequence, known: dict[str, Sequence]) -> bool:
    seen: set[str] = set()
    waiting = [sequence]
    while waiting:
        for step in waiting.pop().steps:
            name = step.sequence if isinstance(step, Call) else ""
            name = step.otherwise if isinstance(step, Wait) else name
            if name == sequence.name:
                return True
            if name in known and name not in seen:
                seen.add(name)
                waiting.append(known[name])
    return False
