"""Conditions as combinations of tests on single values.

Evaluation goes from left to right and may fail, as the core's does: a test is true, false, or it
fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from kestrel.changes.prove.numbers import Numbers
from kestrel.changes.prove.texts import TextTest


class Within(msgspec.Struct, frozen=True):
    """Test: the number (of a float: its place, `numbers.place`) is one of these."""

    numbers: Numbers


class Opaque(msgspec.Struct, frozen=True):
    """Test: nothing is known of it, but that it turns out the same for the same subject."""


Test = Within | TextTest | Opaque


class Atom(msgspec.Struct, frozen=True):
    """A test on one subject, which is a canonical expression. `fails`: evaluating it may."""

    subject: bytes
    test: Test
    fails: bool = False


class Truth(msgspec.Struct, frozen=True):
    holds: bool


class Not(msgspec.Struct, frozen=True):
    part: Formula


class Both(msgspec.Struct, frozen=True):
    """The second only if the first holds."""

    first: Formula
    second: Formula


class Either(msgspec.Struct, frozen=True):
    """The second only if the first does not hold."""

    first: Formula
    second: Formula


class Choice(msgspec.Struct, frozen=True):
    test: Formula
    then: Formula
    other: Formula


Formula = Atom | Truth | Not | Both | Either | Choice

TRUE = Truth(True)
FALSE = Truth(False)


def both(*parts: Formula) -> Formula:
    """All of them, from left to right."""
    found: Formula = TRUE
    for part in parts:
        found = part if found == TRUE else Both(found, part)
    return found


def atoms(formula: Formula) -> Iterator[Atom]:
    """Every test in it, from left to right."""
    match formula:
        case Atom():
            yield formula
        case Not(part):
            yield from atoms(part)
        case Both(first, second) | Either(first, second):
            yield from atoms(first)
            yield from atoms(second)
        case Choice(test, then, other):
            for part in (test, then, other):
                yield from atoms(part)


def conjuncts(formula: Formula) -> Iterator[Formula]:
    """Parts that all have to hold."""
    if isinstance(formula, Both):
        yield from conjuncts(formula.first)
        yield from conjuncts(formula.second)
    elif formula != TRUE:
        yield formula


def mapped(formula: Formula, change: Callable[[Atom], Formula]) -> Formula:
    """The same combination of other tests."""
    match formula:
        case Truth():
            return formula
        case Atom():
            return change(formula)
        case Not(part):
            return Not(mapped(part, change))
        case Both(first, second):
            return Both(mapped(first, change), mapped(second, change))
        case Either(first, second):
            return Either(mapped(first, change), mapped(second, change))
        case Choice(test, then, other):
            return Choice(mapped(test, change), mapped(then, change), mapped(other, change))
