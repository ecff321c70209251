"""The search for a counterexample: values for which all that is assumed holds, and a goal does not.

It decides one test after the other, as evaluation would come to them, and keeps for each subject
the set of values that is left. Where a set is empty, the search turns back; where none is left to
try, the goal follows. Bounded: what takes longer is undecided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from kestrel.changes.prove import numbers
from kestrel.changes.prove.formula import (
    Atom,
    Both,
    Choice,
    Either,
    Formula,
    Not,
    Opaque,
    Truth,
    Within,
)
from kestrel.changes.prove.numbers import Numbers
from kestrel.changes.prove.texts import Texts

MOST_STEPS = 4000

Domain = Numbers | Texts
World = Mapping[bytes, Domain]
"""What each subject may be; all numbers, or all texts, where nothing is said."""


class Undecided(Exception):
    """The search took too long."""


class Example(msgspec.Struct, frozen=True):
    """What is left of each subject. `certain`: values of these sets are a counterexample indeed,
    since every test was understood and none had to fail."""

    values: dict[bytes, Domain]
    certain: bool


FAILS = "fails"
Value = bool | str | Atom
"""True, False, FAILS, or the test that has to be decided next."""


def counterexample(assumed: Iterable[Formula], goal: Formula, world: World) -> Example | None:
    """None: wherever all of `assumed` holds, `goal` holds, and does not fail.

    Raises:
        Undecided: after MOST_STEPS tests.
    """
    return _Search(tuple(assumed), goal).run({}, dict(world))


def follows(assumed: Iterable[Formula], goal: Formula, world: World) -> bool:
    """Is there a proof? What is undecided has none."""
    try:
        return counterexample(assumed, goal, world) is None
    except (Undecided, RecursionError):
        return False


class _Search:
    def __init__(self, assumed: tuple[Formula, ...], goal: Formula) -> None:
        self.assumed = assumed
        self.goal = goal
        self.steps = 0

    def run(self, decided: dict[Atom, bool | str], left: dict[bytes, Domain]) -> Example | None:
        for part in self.assumed:
            found = _value(part, decided)
            if isinstance(found, Atom):
                return self.decide(found, decided, left)
            if found is not True:
                return None
        found = _value(self.goal, decided)
        if isinstance(found, Atom):
            return self.decide(found, decided, left)
        if found is True:
            return None
        return Example(left, all(_is_certain(a, v) for a, v in decided.items()))

    def decide(
        self, atom: Atom, decided: dict[Atom, bool | str], left: dict[bytes, Domain]
    ) -> Example | None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise Undecided
        unsure = None
        for outcome in _outcomes(atom, decided):
            after = _after(atom, outcome, left)
            if after is None:
                continue
            found = self.run({**decided, atom: outcome}, after)
            if found is not None and found.certain:
                return found
            unsure = unsure or found
        return unsure


def _outcomes(atom: Atom, decided: Mapping[Atom, bool | str]) -> tuple[bool | str, ...]:
    """A subject that fails once fails in every test."""
    if not atom.fails:
        return True, False
    before = {v == FAILS for a, v in decided.items() if a.subject == atom.subject}
    if not before:
        return True, False, FAILS
    return (FAILS,) if True in before else (True, False)


def _after(
    atom: Atom, outcome: bool | str, left: dict[bytes, Domain]
) -> dict[bytes, Domain] | None:
    """What is left; None if nothing is."""
    if outcome == FAILS or isinstance(atom.test, Opaque):
        return left
    found: Domain
    if isinstance(atom.test, Within):
        before = left.get(atom.subject, numbers.ALL)
        assert isinstance(before, tuple)
        allowed = atom.test.numbers if outcome else numbers.rest(atom.test.numbers)
        found = numbers.meet(before, allowed)
        if not found:
            return None
    else:
        texts = left.get(atom.subject, Texts())
        assert isinstance(texts, Texts)
        found = texts.after(atom.test, bool(outcome))
        if found.is_empty():
            return None
    return {**left, atom.subject: found}


def _is_certain(atom: Atom, value: bool | str) -> bool:
    return value != FAILS and not isinstance(atom.test, Opaque)


def _value(formula: Formula, decided: Mapping[Atom, bool | str]) -> Value:
    match formula:
        case Truth(holds):
            return holds
        case Atom():
            return decided.get(formula, formula)
        case Not(part):
            found = _value(part, decided)
            return not found if isinstance(found, bool) else found
        case Both(first, second):
            found = _value(first, decided)
            return _value(second, decided) if found is True else found
        case Either(first, second):
            found = _value(first, decided)
            return _value(second, decided) if found is False else found
        case Choice(test, then, other):
            found = _value(test, decided)
            if not isinstance(found, bool):
                return found
            return _value(then if found else other, decided)
