"""What conditions on one value allow, as far as it can be decided, and which of two allows more.

A condition is a conjunction of bounds on `it`, bounds on its length, patterns that it matches, and
the rest. Of the first three, containment is decided; of the rest, equality alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from kestrel import _core
from kestrel.ir import canon
from kestrel.ir.exprs import AnyExpr, Const, Local, Op
from kestrel.ir.types import SCALARS, AnyType, Refined, Scalar

Relation = Literal["same", "wider", "narrower", "unknown"]
"""Of a new condition to an old one: all that was allowed stays allowed, or nothing new is."""

Bound = int | float | None
Interval = tuple[Bound, Bound]
"""Both ends included; None is no bound."""

LENGTHS = ("text.len", "bytes.len", "list.len", "map.len")
SIGNS = {"lt": ("hi", -1), "le": ("hi", 0), "gt": ("lo", 1), "ge": ("lo", 0)}
TURNED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}


class Limits(msgspec.Struct, frozen=True):
    """What a type allows."""

    value: Interval = (None, None)
    length: Interval = (0, None)
    patterns: frozenset[str] = frozenset()
    rest: frozenset[bytes] = frozenset()


def limits(type_: AnyType, natural: bool = True) -> Limits:
    """The limits that a type's refinements set; with those of its scalar, if `natural`."""
    found = Limits()
    while isinstance(type_, Refined):
        for part in _conjuncts(type_.where):
            found = _add(found, part)
        type_ = type_.base
    if natural and isinstance(type_, Scalar):
        info = SCALARS[type_.name]
        found = _meet_value(found, info.lo, info.hi)
    return found


def of_interval(old: Interval, new: Interval) -> Relation:
    """How a new interval relates to an old one; of two that merely overlap: unknown."""
    if old == new:
        return "same"
    if _within(old, new):
        return "wider"
    return "narrower" if _within(new, old) else "unknown"


def of_patterns(old: frozenset[str], new: frozenset[str]) -> Relation:
    """How "matches all of these" relates to the same of others; containment is decided pairwise."""
    if old == new:
        return "same"
    widened, narrowed = _implied(old, new), _implied(new, old)
    if widened and narrowed:
        return "same"
    return "wider" if widened else "narrower" if narrowed else "unknown"


def of_rest(old: frozenset[bytes], new: frozenset[bytes]) -> Relation:
    """Conditions that are not understood: fewer allow more, and others may allow anything."""
    if old == new:
        return "same"
    if old > new:
        return "wider"
    return "narrower" if old < new else "unknown"


def _implied(strong: frozenset[str], weak: frozenset[str]) -> bool:
    """Each pattern of `weak` is implied by one of `strong`."""
    return all(any(_contained(one, wide) for one in strong) for wide in weak)


def _contained(narrow: str, wide: str) -> bool:
    if narrow == wide:
        return True
    try:
        return _core.Pattern(narrow).contained_in(_core.Pattern(wide))[0]
    except _core.Invalid:
        return False


def _conjuncts(where: AnyExpr) -> Iterator[AnyExpr]:
    if isinstance(where, Op) and where.op == "bool.and":
        for part in where.args:
            yield from _conjuncts(part)
    else:
        yield where


def _add(found: Limits, part: AnyExpr) -> Limits:
    """One more condition; the limits that it sets, or that it is not understood."""
    if isinstance(part, Op) and len(part.args) == 2:
        left, right = part.args
        kind, _, test = part.op.partition(".")
        if isinstance(left, Const) and test in TURNED:
            left, right, test = right, left, TURNED[test]
        if isinstance(right, Const):
            set_ = _bounded(found, kind, test, left, right.value)
            if set_ is not None:
                return set_
    rest = found.rest | {canon.meaning(part)}
    return msgspec.structs.replace(found, rest=rest)


def _bounded(found: Limits, kind: str, test: str, subject: AnyExpr, value: object) -> Limits | None:
    if kind == "text" and test == "matches" and _is_it(subject) and isinstance(value, str):
        return msgspec.structs.replace(found, patterns=found.patterns | {value})
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    lo, hi = _interval(kind, test, value)
    if lo is None and hi is None:
        return None
    if _is_it(subject):
        return _meet_value(found, lo, hi)
    if isinstance(subject, Op) and subject.op in LENGTHS and _is_it(subject.args[0]):
        return msgspec.structs.replace(found, length=_meet(found.length, (lo, hi)))
    return None


def _interval(kind: str, test: str, value: int | float) -> Interval:
    """What `it TEST value` allows. An open end of floats is taken as closed on the other side."""
    if kind == "any" and test == "eq":
        return value, value
    if kind not in ("int", "float") or test not in SIGNS:
        return None, None
    end, step = SIGNS[test]
    if kind == "float" and step:
        return None, None
    return (value + step, None) if end == "lo" else (None, value + step)


def _is_it(subject: AnyExpr) -> bool:
    return isinstance(subject, Local) and subject.name == "it"


def _meet_value(found: Limits, lo: Bound, hi: Bound) -> Limits:
    return msgspec.structs.replace(found, value=_meet(found.value, (lo, hi)))


def _meet(a: Interval, b: Interval) -> Interval:
    los = [lo for lo in (a[0], b[0]) if lo is not None]
    his = [hi for hi in (a[1], b[1]) if hi is not None]
    return max(los, default=None), min(his, default=None)


def _within(inner: Interval, outer: Interval) -> bool:
    (lo, hi), (low, high) = inner, outer
    above = low is None or (lo is not None and lo >= low)
    return above and (high is None or (hi is not None and hi <= high))
