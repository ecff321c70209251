"""From conditions of the IR to formulas: which part is a test on what."""

from __future__ import annotations

from collections.abc import Callable

from kestrel.changes.prove import numbers
from kestrel.changes.prove.formula import (
    FALSE,
    TRUE,
    Atom,
    Both,
    Choice,
    Either,
    Formula,
    Not,
    Opaque,
    Test,
    Truth,
    Within,
    atoms,
    both,
    conjuncts,
    mapped,
)
from kestrel.changes.prove.numbers import LENGTHS, Numbers
from kestrel.changes.prove.ranges import Ranges, Scope, natural
from kestrel.changes.prove.search import Domain
from kestrel.changes.prove.texts import Long, Matches, OneOf, Texts, beginning, ending, holding
from kestrel.changes.sides import Side
from kestrel.ir.exprs import (
    AnyExpr,
    Const,
    Field,
    If,
    Is,
    Local,
    MakeList,
    MakeVariant,
    Op,
)
from kestrel.ir.types import AnyType, Scalar

TURNED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq", "ne": "ne"}
COUNTED = frozenset({"bytes.len", "list.len", "map.len"})
AFFIXES = {
    "text.matches": lambda value: value,
    "text.starts_with": beginning,
    "text.ends_with": ending,
    "text.contains": holding,
}

Mark = Callable[[AnyExpr], bytes]
"""A prefix of a subject's name: two sides that read a value differently give it two names."""


class Builder:
    """Formulas of one side's conditions. `scope` gives the types of the names in them.

    `world` is what the subjects met so far may be by their types; `facts` what their refinements
    say of them.
    """

    def __init__(self, side: Side, scope: Scope, mark: Mark = lambda _: b"") -> None:
        self.side = side
        self.scope = scope
        self.mark = mark
        self.ranges = Ranges(side)
        self.world: dict[bytes, Domain] = {}
        self.facts: dict[bytes, Formula] = {}
        self.opaque: list[tuple[AnyExpr, Atom]] = []
        self.assuming = True

    def formula(self, expr: AnyExpr) -> Formula:
        match expr:
            case Const(value=bool(value)):
                return Truth(value)
            case Op(op="bool.not", args=(part,)):
                return Not(self.formula(part))
            case Op(op="bool.and", args=(a, b)):
                return Both(self.formula(a), self.formula(b))
            case Op(op="bool.or", args=(a, b)):
                return Either(self.formula(a), self.formula(b))
            case If(cond=cond, then=then, other=other):
                return Choice(self.formula(cond), self.formula(then), self.formula(other))
            case Is(base=base, variant=variant):
                return self._test(base, OneOf(frozenset({variant})))
            case Op(op="list.contains", args=(MakeList(items=items), subject)):
                return self._one_of(items, subject) or self._opaque(expr)
            case Op(op=op, args=(a, b)):
                return self._comparison(op, a, b) or self._opaque(expr)
        return self._opaque(expr)

    def _comparison(self, op: str, a: AnyExpr, b: AnyExpr) -> Formula | None:
        kind, _, test = op.partition(".")
        if op in AFFIXES:
            affix = _constant(b)
            return self._test(a, Matches(AFFIXES[op](affix))) if isinstance(affix, str) else None
        if test not in TURNED or kind not in ("int", "float", "any"):
            return None
        if _constant(a) is not None and _constant(b) is None:
            a, b, test = b, a, TURNED[test]
        value = _constant(b)
        if value is None or _constant(a) is not None:
            return self._between_two(kind, test, a, b)
        if isinstance(value, bool):
            return _same(self.formula(a), value == (test == "eq")) if kind == "any" else None
        if isinstance(value, str):
            found = self._test(a, OneOf(frozenset({value})))
            return found if test == "eq" else Not(found)
        return self._number(test, a, b, value)

    def _number(self, test: str, a: AnyExpr, b: AnyExpr, value: int | float) -> Formula | None:
        if isinstance(b, Const) and b.type in ("f32", "f64"):
            if not isinstance(a, Local | Field):  # what is worked out may be NaN
                return None
            exact = numbers.single(float(value)) if b.type == "f32" else float(value)
            return self._test(a, Within(_tested(test, numbers.place(exact))))
        if not isinstance(value, int):
            return None
        subject, by = self._shifted(a)
        if isinstance(subject, Op) and subject.op == "text.len":
            return self._test(subject.args[0], Long(_tested(test, value - by)))
        return self._test(subject, Within(_tested(test, value - by)))

    def _shifted(self, expr: AnyExpr) -> tuple[AnyExpr, int]:
        """`subject + by`, where the sum cannot fail."""
        match expr:
            case Op(op="int.add" | "int.sub" as op, args=(a, Const(value=int(by)))) if (
                not isinstance(by, bool) and not self.ranges.fails(expr, self.scope)
            ):
                subject, more = self._shifted(a)
                return subject, more + (by if op == "int.add" else -by)
            case Op(op="int.add", args=(Const(value=int(by)), a)) if not isinstance(
                by, bool
            ) and not self.ranges.fails(expr, self.scope):
                subject, more = self._shifted(a)
                return subject, more + by
        return expr, 0

    def _between_two(self, kind: str, test: str, a: AnyExpr, b: AnyExpr) -> Formula | None:
        """Of two subjects: one spelling for what means the same."""
        if kind == "any":
            first, second = sorted((a, b), key=lambda e: self.side.meaning(e) or b"")
            found = self._opaque(Op("any.eq", (first, second)))
            return found if test == "eq" else Not(found)
        if test in ("gt", "ge"):
            a, b, test = b, a, TURNED[test]
        if kind == "int" and test == "le":
            return Not(self._opaque(Op("int.lt", (b, a))))
        return self._opaque(Op(f"{kind}.{test}", (a, b)))

    def _one_of(self, items: tuple[AnyExpr, ...], subject: AnyExpr) -> Formula | None:
        values = [_constant(item) for item in items]
        if values and all(isinstance(value, str) for value in values):
            return self._test(subject, OneOf(frozenset(map(str, values))))
        tests = [self._comparison("any.eq", subject, item) for item in items]
        found: Formula = FALSE
        for test in tests:
            if test is None:
                return None
            found = test if found == FALSE else Either(found, test)
        return found

    # ---- subjects

    def _opaque(self, expr: AnyExpr) -> Atom:
        found = self._test(expr, Opaque())
        self.opaque.append((expr, found))
        return found

    def _test(self, subject: AnyExpr, test: Test) -> Atom:
        name = self.mark(subject) + (self.side.meaning(subject) or b"")
        if name not in self.facts:
            self.facts[name] = TRUE
            self._assume(name, subject)
        return Atom(name, test, self.ranges.fails(subject, self.scope))

    def _assume(self, name: bytes, subject: AnyExpr) -> None:
        """What the subject's type says of it."""
        if isinstance(subject, Op) and subject.op in COUNTED:
            self.world[name] = LENGTHS
        type_ = self.side.type_of(subject, self.scope)
        if type_ is None:
            return
        found = domain(self.side, type_)
        if found is not None:
            self.world[name] = found
        if self.assuming and isinstance(subject, Field):
            self.facts[name] = self._refined(subject, type_)

    def _refined(self, subject: Field, type_: AnyType) -> Formula:
        inner = Builder(self.side, {"it": type_})
        inner.assuming = False
        found = both(*(inner.formula(where) for where in self.side.refinements(type_)))
        name = self.mark(subject) + (self.side.meaning(subject) or b"")
        return moved(found, self.side.meaning(Local("it")) or b"", name)


def moved(formula: Formula, old: bytes, new: bytes) -> Formula:
    """What a conjunction says of `old` alone, said of `new`."""
    kept = [part for part in conjuncts(formula) if {a.subject for a in atoms(part)} == {old}]
    return both(*(mapped(part, lambda atom: Atom(new, atom.test)) for part in kept))


def domain(side: Side, type_: AnyType) -> Domain | None:
    """What values of a type there are before any condition; None where nothing is known."""
    base = side.base(type_)
    names = side.names(base)
    if names is not None:
        return Texts(only=names)
    return natural(base) if isinstance(base, Scalar) else None


def allowed(formula: Formula, subject: bytes, holds: bool = True) -> Numbers:
    """The numbers of one subject for which a formula may turn out so: no fewer than there are."""
    match formula:
        case Truth(value):
            return numbers.ALL if value == holds else numbers.NONE
        case Atom(test=Within(found)) if formula.subject == subject:
            return found if holds else numbers.rest(found)
        case Atom():
            return numbers.ALL
        case Not(part):
            return allowed(part, subject, not holds)
        case Both(first, second) | Either(first, second):
            a, b = allowed(first, subject, holds), allowed(second, subject, holds)
            narrows = isinstance(formula, Both) == holds
            return numbers.meet(a, b) if narrows else numbers.join(a, b)
        case Choice(_, then, other):
            return numbers.join(allowed(then, subject, holds), allowed(other, subject, holds))


def _tested(test: str, value: int) -> Numbers:
    match test:
        case "lt":
            return numbers.between(None, value - 1)
        case "le":
            return numbers.between(None, value)
        case "gt":
            return numbers.between(value + 1, None)
        case "ge":
            return numbers.between(value, None)
        case "eq":
            return numbers.just([value])
    return numbers.rest(numbers.just([value]))


def _same(formula: Formula, holds: bool) -> Formula:
    return formula if holds else Not(formula)


def _constant(expr: AnyExpr) -> bool | int | float | str | None:
    """A constant's value; a variant without payload by its name."""
    match expr:
        case Const(value=value, type=type_) if type_ != "Bytes":
            return value
        case MakeVariant(variant=variant, args=()):
            return variant
        case Op(op="int.neg", args=(Const(value=int(value)),)) if not isinstance(value, bool):
            return -value
    return None
