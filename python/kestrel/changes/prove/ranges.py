"""Can evaluating an expression fail? And between which numbers is its value?

A failure makes a rule fail, and a derived member be refused; so what cannot fail is worth knowing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kestrel.changes.prove import numbers
from kestrel.changes.prove.numbers import Numbers
from kestrel.changes.sides import Side
from kestrel.ir.decls import Fn
from kestrel.ir.exprs import (
    AnyExpr,
    Call,
    Const,
    Field,
    If,
    Is,
    Item,
    Lambda,
    Let,
    Local,
    MakeList,
    MakeMap,
    MakeRecord,
    MakeVariant,
    Match,
    Op,
    SecretRef,
)
from kestrel.ir.types import SCALARS, AnyType, Scalar

MOST = 2**127 - 1
COUNTS = numbers.between(0, 2**48)
"""More than any length that there is."""

SAFE_OF = {
    "bool": "not and or",
    "int": "and or xor lt le gt ge to_float",
    "float": "add sub mul div neg lt le gt ge",
    "text": "lt le gt ge len concat matches starts_with ends_with contains lower upper trim join",
    "bytes": "len",
    "any": "show eq ne",
    "list": "len contains all any none count map filter concat unique",
    "map": "len has all any none count keys values map filter merge without",
    "entry": "key",
    "option": "or some none",
}
"""Operations of ops.def that never fail of themselves; sums of integers are looked at."""

SAFE = frozenset(f"{of}.{op}" for of, ops in SAFE_OF.items() for op in ops.split())

SUMS = frozenset({"int.add", "int.sub", "int.mul", "int.neg"})
LENGTH = frozenset({"text.len", "bytes.len", "list.len", "map.len", "list.count", "map.count"})
Scope = dict[str, AnyType]


class Ranges:
    """`natural` gives the numbers that a type's values are among."""

    def __init__(self, side: Side) -> None:
        self.side = side

    def fails(self, expr: AnyExpr, scope: Scope) -> bool:
        """May evaluating it fail?"""
        match expr:
            case Const() | Local() | SecretRef():
                return False
            case Field(base=part) | Item(base=part) | Is(base=part):
                return self.fails(part, scope)
            case If(cond=cond, then=then, other=other):
                return self._any((cond, then, other), scope)
            case Let(name=name, value=value, body=body):
                return self.fails(value, scope) or self.fails(body, _without(scope, name))
            case MakeList(items=parts) | MakeVariant(args=parts):
                return self._any(parts, scope)
            case MakeRecord(members=members):
                return self._any((value for _, value in members), scope)
            case MakeMap(entries=entries):
                return any(self._any(entry, scope) for entry in entries)
            case Match(subject=subject, arms=arms):
                return self.fails(subject, scope) or self._any((a.body for a in arms), {})
            case Call(fn=name, args=args):
                fn = self.side.decls.get(name)
                if not isinstance(fn, Fn) or self._any(args, scope):
                    return True
                return self.fails(fn.body, {p.name: p.type for p in fn.params})
            case Op(op=op, args=args):
                return self._operation(expr, op, args, scope)
        return True

    def _operation(self, expr: Op, op: str, args: tuple[AnyExpr, ...], scope: Scope) -> bool:
        if op in SUMS:
            return self._any(args, scope) or self.numbers(expr, scope) is None
        if op not in SAFE:
            return True
        own = scope
        if len(args) == 2 and isinstance(args[1], Lambda):
            item = self.side.item(self.side.type_of(args[0], scope))
            names = args[1].params
            own = _without(scope, *names) | ({names[0]: item} if item and names else {})
            return self.fails(args[0], scope) or self.fails(args[1].body, own)
        return self._any(args, scope)

    def _any(self, parts: Iterable[AnyExpr], scope: Scope) -> bool:
        return any(self.fails(part, scope) for part in parts)

    def numbers(self, expr: AnyExpr, scope: Scope) -> Numbers | None:
        """Between which integers its value is; None: it may fail, or nothing is known."""
        match expr:
            case Const(value=bool()):
                return None
            case Const(value=int(value)):
                return numbers.just([value])
            case If(then=then, other=other):
                a, b = self.numbers(then, scope), self.numbers(other, scope)
                return None if a is None or b is None else numbers.join(a, b)
            case Op(op=op) if op in LENGTH:
                return COUNTS
            case Op(op=op, args=args) if op in SUMS:
                return self._sum(op, [self.numbers(arg, scope) for arg in args])
        type_ = self.side.type_of(expr, scope)
        return None if type_ is None else natural(self.side.base(type_))

    def _sum(self, op: str, parts: list[Numbers | None]) -> Numbers | None:
        ends = [(part[0][0], part[-1][1]) for part in parts if part]
        if len(ends) != len(parts) or any(abs(n) > MOST for end in ends for n in end):
            return None
        lo, hi = _SPANS[op](*ends)
        return None if lo < -MOST - 1 or hi > MOST else numbers.between(lo, hi)


End = tuple[int, int]


def _times(a: End, b: End) -> End:
    products = [x * y for x in a for y in b]
    return min(products), max(products)


def _plus(a: End, b: End) -> End:
    return a[0] + b[0], a[1] + b[1]


def _negative(a: End) -> End:
    return -a[1], -a[0]


_SPANS: dict[str, Callable[..., End]] = {
    "int.add": _plus,
    "int.sub": lambda a, b: _plus(a, _negative(b)),
    "int.mul": _times,
    "int.neg": _negative,
}
"""Between which numbers the result is, given that of the operands."""


def natural(base: AnyType) -> Numbers | None:
    """The integers of a scalar type; None if it has none."""
    info = SCALARS.get(base.name) if isinstance(base, Scalar) else None
    return None if info is None or info.lo is None else numbers.between(info.lo, info.hi)


def _without(scope: Scope, *names: str) -> Scope:
    return {name: type_ for name, type_ in scope.items() if name not in names}
