"""Conditions as people read them, in the messages of findings."""

from __future__ import annotations

from kestrel.changes.prove import numbers
from kestrel.changes.prove.build import allowed
from kestrel.changes.prove.formula import Atom, Formula, Not, Within, atoms, both, mapped
from kestrel.changes.prove.texts import Long, Matches, OneOf
from kestrel.ir.exprs import AnyExpr, Const, MakeVariant
from kestrel.ir.text import write_expr
from kestrel.ir.types import SCALARS, AnyType, Scalar

MOST = 60
"""Characters of an expression that are shown."""

TIMES = (("h", 3_600 * 10**9), ("min", 60 * 10**9), ("s", 10**9), ("ms", 10**6), ("us", 1000))
SIZES = (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10))


def limit(what: str, parts: tuple[Formula, ...], base: AnyType) -> str:
    """Conditions of one kind, on values of a type: as intervals, texts, or by their number."""
    if not parts:
        return "any"
    if what in ("value", "length"):
        storage = SCALARS[base.name].storage if isinstance(base, Scalar) else ""
        found = _intervals(both(*parts), storage if what == "value" else "")
        if found:
            return found
    texts = [_text(part) for part in parts]
    if all(texts):
        return " and ".join(map(str, texts))
    return "1 condition" if len(parts) == 1 else f"{len(parts)} conditions"


def _intervals(whole: Formula, storage: str) -> str:
    tests = [atom.test for atom in atoms(whole)]
    subjects = {atom.subject for atom in atoms(whole)}
    if len(subjects) != 1 or not all(isinstance(test, Within | Long) for test in tests):
        return ""
    (subject,) = subjects
    found = allowed(_as_numbers(whole), subject)
    return ", ".join(_interval(lo, hi, storage) for lo, hi in found) or "nothing"


def _as_numbers(whole: Formula) -> Formula:
    def change(atom: Atom) -> Formula:
        if isinstance(atom.test, Long):
            return Atom(atom.subject, Within(atom.test.lengths))
        return atom

    return mapped(whole, change)


def _interval(lo: int, hi: int, storage: str) -> str:
    first = "" if lo == numbers.LEAST else number(lo, storage)
    last = "" if hi == numbers.MOST else number(hi, storage)
    if lo == hi:
        return first
    return f"{first}..={last}" if last else f"{first}.."


def value(expr: AnyExpr) -> str:
    """A default, as it is written; a long one shortened."""
    match expr:
        case Const(value=bool(said)):
            return str(said).lower()
        case Const(type=type_, value=int(said)):
            return number(said, SCALARS[type_].storage)
        case MakeVariant(variant=variant, args=()):
            return variant
    text = write_expr(expr)
    return text if len(text) <= MOST else text[: MOST - 1] + "…"


def number(value: int, storage: str) -> str:
    """A number as it is written: a duration or size in its largest whole unit."""
    if storage == "float":
        return repr(numbers.real(value))
    units = {"duration": (*TIMES, ("ns", 1)), "size": (*SIZES, ("B", 1))}.get(storage, ())
    for unit, one in units:
        if value % one == 0 and (value or one == 1):
            return f"{value // one}{unit}"
    return str(value)


def _text(part: Formula) -> str | None:
    match part:
        case Atom(test=Matches(pattern)):
            return pattern
        case Atom(test=OneOf(values)):
            return "one of " + ", ".join(sorted(values))
        case Not(part=Atom(test=Matches() | OneOf()) as atom):
            return f"not {_text(atom)}"
    return None
