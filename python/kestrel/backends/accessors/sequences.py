"""Sequences of a map as functions of C and C++: the steps with the accessors that they use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from kestrel.backends.accessors.c_model import CField, CPlace, c_map
from kestrel.backends.accessors.model import MapModel
from kestrel.backends.accessors.names import Names, comment
from kestrel.ir.flat import unrolled
from kestrel.ir.registers import (
    AssertMasked,
    Assign,
    BitField,
    Block,
    Call,
    Condition,
    Item,
    Place,
    Register,
    Sequence,
    Unlock,
    Wait,
)


class StepModel(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` is `masked` or `open` (return if this does not hold), `do`, `wait` or `call`. `c` and
    `cpp` are expressions; `at` is where the map is. `nanoseconds`: none, without an end."""

    kind: str
    c: str = ""
    cpp: str = ""
    name: str = ""
    nanoseconds: int = 0


class SequenceModel(msgspec.Struct, frozen=True):
    name: str
    steps: tuple[StepModel, ...]
    doc: str


class _Target(NamedTuple):
    """`c` and `cpp` reach the register; `args` are the arguments of C functions."""

    place: CPlace
    args: str
    cpp: str
    field: CField | None
    item: str


def sequence_models(model: MapModel) -> tuple[SequenceModel, ...]:
    """With those that open locks: `unlock_NAME`."""
    return tuple(_Maker(model).made()) if model.map.sequences or model.map.unlocks else ()


class _Maker:
    def __init__(self, model: MapModel) -> None:
        self.model = model
        self.places = dict(_paths(model))
        taken = [each.name for each in model.blocks[-1].places]
        names = Names(taken=(*taken, "block", "ref", "at"))
        self.names = {each.name: names.take(each.name) for each in model.map.sequences}
        self.keys = {e.name: names.take(f"unlock_{e.name}") for e in model.map.unlocks}

    def made(self) -> Iterator[SequenceModel]:
        for each in self.model.map.sequences:
            yield SequenceModel(self.names[each.name], tuple(self._steps(each)), comment(each.doc))
        for unlock in self.model.map.unlocks:
            doc = f"Open {comment(unlock.name)} with its keys."
            yield SequenceModel(self.keys[unlock.name], tuple(self._unlock(unlock)), doc)

    def _unlock(self, unlock: Unlock) -> Iterator[StepModel]:
        for key in unlock.keys:
            yield from self._assign(Assign(unlock.place, key))
        if unlock.until is not None:
            c, cpp = self._condition(unlock.until)
            yield StepModel(kind="open", c=c, cpp=cpp)

    def _steps(self, sequence: Sequence) -> Iterator[StepModel]:
        for step in sequence.steps:
            if isinstance(step, AssertMasked):
                for irq in step.irqs:
                    yield from self._masked(irq)
            elif isinstance(step, Assign):
                yield from self._assign(step)
            elif isinstance(step, Wait):
                yield from self._wait(step)
            elif isinstance(step, Call):
                yield StepModel(kind="call", name=self.names[step.sequence])

    def _masked(self, irq: str) -> Iterator[StepModel]:
        """What enables it is 0, or what masks it is not."""
        for path, register in _registers(self.model.map.items, ""):
            for field in register.fields:
                if irq in (field.enables, field.masks):
                    wanted = 0 if field.enables == irq else (1 << field.width) - 1
                    held = Condition(f"{path}.{field.name}", "==", wanted)
                    c, cpp = self._condition(held)
                    yield StepModel(kind="masked", c=c, cpp=cpp)

    def _wait(self, step: Wait) -> Iterator[StepModel]:
        c, cpp = self._condition(step.until)
        name = self.names.get(step.otherwise, "")
        yield StepModel(kind="wait", c=c, cpp=cpp, name=name, nanoseconds=step.timeout or 0)

    def _condition(self, given: Condition) -> tuple[str, str]:
        target = self._find(given.place)
        if target is None:
            return "1", "true"
        value, op = f"{given.value}u", "!=" if given.op == "!=" else "=="
        c = f"{target.place.stem}_read_raw({target.args})"
        if target.field is None:
            return f"{c} {op} {value}", f"{target.cpp}.read_raw() {op} {value}"
        stem = target.field.stem + "_{}" + target.item
        mask, pos = stem.format("Msk"), stem.format("Pos")
        name = _cpp_field(target)
        read = f"({target.cpp}.read_raw() & {name}::mask) >> {name}::lsb"
        return f"(({c} & {mask}) >> {pos}) {op} {value}", f"({read}) {op} {value}"

    def _assign(self, step: Assign) -> Iterator[StepModel]:
        target = self._find(step.place)
        if target is None:
            return
        value = step.value if isinstance(step.value, int) else self._named(step)
        stem = target.place.stem
        if target.field is None:
            c = f"{stem}_write_raw({target.args}, {value}u)"
            yield StepModel(kind="do", c=c, cpp=f"{target.cpp}.write_raw({value}u)")
            return
        register = target.place.register
        assert register is not None
        model = register.model
        verb = "write" if model.fill.effects or not _readable(target) else "modify"
        given = f"{target.field.stem}({target.item[1:-1]}{', ' if target.item else ''}{value}u)"
        name = _cpp_field(target)
        bits = f"static_cast<{name}::raw>({value}ull << {name}::lsb)"
        yield StepModel(
            kind="do",
            c=f"{stem}_{verb}({target.args}, {given})",
            cpp=f"{target.cpp}.{verb}_given({name}::mask, {bits})",
        )

    def _named(self, step: Assign) -> int:
        """The value that a name of an enum is."""
        for path, register in _registers(self.model.map.items, ""):
            for field in register.fields:
                if f"{path}.{field.name}" == _bare(step.place):
                    return _value(field, str(step.value))
        return 0

    def _find(self, place: Place) -> _Target | None:
        """A register or field from the map on."""
        args, cpp, path = "at", "at", ""
        for part in place.split("."):
            name, _, index = part.rstrip("]").partition("[")
            path = f"{path}.{name}" if path else name
            found = self.places.get(path)
            if found is None:
                return None
            item = index or "0"
            if isinstance(found, CPlace):
                place_ = found
                cpp += (
                    f".template {found.place.name}<{item}>()"
                    if found.place.array
                    else (f".{found.place.name}()")
                )
                args += f", {item}u" if found.place.array else ""
                if found.kind == "block":
                    args = f"{found.stem}({args})"
            else:
                shown = f"({item}u)" if found.model.array else ""
                return _Target(place_, args, cpp, found, shown)
        return _Target(place_, args, cpp, None, "") if place_.kind == "register" else None


def _cpp_field(target: _Target) -> str:
    register = target.place.register
    assert register is not None
    assert target.field is not None
    name = f"{register.model.name}::{target.field.model.name}"
    return f"{name}<{target.item[1:-1]}>" if target.item else name


def _readable(target: _Target) -> bool:
    register = target.place.register
    return register is not None and any(
        each.model.field.access.readable for each in register.fields
    )


def _bare(place: Place) -> str:
    return ".".join(part.partition("[")[0] for part in place.split("."))


def _value(field: BitField, name: str) -> int:
    values = (each for enum in field.enums for each in enum.values if each.name == name)
    return next((each.value for each in values if each.value is not None), 0)


def _registers(items: tuple[Item, ...], path: str) -> Iterator[tuple[str, Register]]:
    for item in items:
        here = f"{path}.{item.name}" if path else item.name
        if isinstance(item, Register):
            yield here, item
        elif isinstance(item, Block):
            yield from _registers(item.items, here)


def _paths(model: MapModel) -> Iterator[tuple[str, CPlace | CField]]:
    """Registers, blocks and fields by what the map calls them, without indices."""
    places = [each for each in c_map(model).places if each.kind in ("register", "block")]
    for path, place in zip(_called(model.map.items, ""), places, strict=True):
        yield path, place
        if place.register is not None:
            for field in place.register.fields:
                yield f"{path}.{field.model.field.name}", field


def _called(items: tuple[Item, ...], path: str) -> Iterator[str]:
    """In the order of the model's places."""
    for item in items:
        if isinstance(item, Register) and item.width > 64:
            continue
        if not isinstance(item, Register | Block):
            continue
        dim = item.dim if item.dim is not None and not item.dim.array else None
        for name, _ in unrolled(item.name, dim):
            here = f"{path}.{name}" if path else name
            yield here
            if isinstance(item, Block) and not item.map:
                yield from _called(item.items, here)
