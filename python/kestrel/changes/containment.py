"""What conditions on one value allow, and which of two allows more.

All that can be said of one value is decided: bounds of numbers, durations, sizes and lengths, sets
of values, patterns, and `&&`, `||`, `!` of them. Other conditions are the same, or they are not.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kestrel.changes.prove import numbers
from kestrel.changes.prove.build import Builder, allowed, domain
from kestrel.changes.prove.formula import Atom, Formula, Opaque, Within, atoms, both, conjuncts
from kestrel.changes.prove.ranges import natural
from kestrel.changes.prove.search import Undecided, World, counterexample, follows
from kestrel.changes.prove.texts import Long, Matches, OneOf, Texts
from kestrel.changes.sides import Side
from kestrel.ir import canon
from kestrel.ir.exprs import Local
from kestrel.ir.types import SCALARS, AnyType, ListOf, Scalar, SetOf

IT = canon.meaning(Local("it"))
KINDS = ("value", "length", "pattern", "condition")


class Limits(msgspec.Struct, frozen=True):
    """The conditions on values of a type, by what they are about."""

    parts: dict[str, tuple[Formula, ...]]
    world: World
    whole: Formula


class Difference(msgspec.Struct, frozen=True):
    """Conditions of one kind that are not the same.

    `wider`: all that was allowed is; `narrower`: nothing new is. Both are proved where they are
    true. `example` was allowed and is no longer, or the other way.
    """

    what: str
    old: tuple[Formula, ...]
    new: tuple[Formula, ...]
    wider: bool
    narrower: bool
    example: str = ""


def differences(old_side: Side, old: AnyType, new_side: Side, new: AnyType) -> Iterator[Difference]:
    """In what the conditions of two types differ: one difference for each kind."""
    a, b = limits(old_side, old), limits(new_side, new)
    if a.whole == b.whole and old_side.base(old) == new_side.base(new):
        return
    forth, back = {**b.world, **a.world}, {**a.world, **b.world}
    for what in KINDS:
        was, now = both(*a.parts[what]), both(*b.parts[what])
        if was == now:
            continue
        wider, narrower = follows([a.whole], now, forth), follows([b.whole], was, back)
        if wider and narrower:
            continue
        shown = _example(a.whole, now, forth) if not wider else _example(b.whole, was, back)
        yield Difference(what, a.parts[what], b.parts[what], wider, narrower, shown)


def alike(old: AnyType, new: AnyType) -> bool:
    """Can conditions on the two (without refinements) be held against each other?"""
    if isinstance(old, Scalar) and isinstance(new, Scalar):
        return SCALARS[old.name].storage == SCALARS[new.name].storage
    lists = ListOf | SetOf
    return type(old) is type(new) or (isinstance(old, lists) and isinstance(new, lists))


def limits(side: Side, type_: AnyType) -> Limits:
    builder = Builder(side, {"it": type_})
    formulas = [builder.formula(where) for where in side.refinements(type_)]
    whole = both(*formulas)
    parts: dict[str, list[Formula]] = {what: [] for what in KINDS}
    for part in conjuncts(whole):
        parts[_kind(part)].append(part)
    world = dict(builder.world)
    found = domain(side, type_)
    if found is not None:
        world[IT] = found
    return Limits({what: tuple(found) for what, found in parts.items()}, world, whole)


def fits(side: Side, type_: AnyType, scalar: AnyType) -> bool:
    """Is every value of an integer type one of another, whose conditions do not count?"""
    return numbers.within(_values(side, type_), natural(scalar) or numbers.NONE)


def among(side: Side, type_: AnyType, lo: int, hi: int) -> bool:
    """Are all values of an integer type between two?"""
    return numbers.within(_values(side, type_), numbers.between(lo, hi))


def _values(side: Side, type_: AnyType) -> numbers.Numbers:
    """The integers that values of an integer type are among."""
    found = allowed(limits(side, type_).whole, IT)
    return numbers.meet(found, natural(side.base(type_)) or numbers.ALL)


def all_among(side: Side, type_: AnyType, choices: frozenset[str]) -> bool:
    """Is every value of a text type one of these? False where that is not proved."""
    found = limits(side, type_)
    return follows([found.whole], Atom(IT, OneOf(choices)), found.world)


def admits_all(side: Side, type_: AnyType, choices: frozenset[str]) -> bool:
    """Does a text type accept each of these? False where that is not proved."""
    found = limits(side, type_)
    return follows([], found.whole, {**found.world, IT: Texts(only=choices)})


def _kind(part: Formula) -> str:
    found = list(atoms(part))
    tests = {type(atom.test) for atom in found}
    if tests & {Matches}:
        return "pattern"
    if tests & {Opaque}:
        return "condition"
    if tests <= {Within, OneOf} and all(atom.subject == IT for atom in found):
        return "value"
    return "length" if tests <= {Within, Long} else "condition"


def _example(assumed: Formula, goal: Formula, world: World) -> str:
    """A text that is as assumed, and not as the goal; empty where none can be shown."""
    try:
        found = counterexample([assumed], goal, world)
    except (Undecided, RecursionError):
        return ""
    left = found.values.get(IT) if found is not None and found.certain else None
    text = left.example() if isinstance(left, Texts) else None
    return "" if text is None else msgspec.json.encode(text).decode()
