"""Between which bounds the integers of a function lie, and so where it may fail.

A forward analysis over a function's body: names have the bounds of what they were given, and where
a condition holds, those that it says. Loops forget what they assign to. What is not proved to hold
may fail, which is what the effect `panic` means; and what is proved to fit 64 bits is computed in
64 bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from kestrel.ir.exprs import (
    AnyExpr,
    AnyPattern,
    Assign,
    At,
    Bind,
    Block,
    Break,
    Const,
    Convert,
    Copy,
    Define,
    ForEach,
    If,
    Lambda,
    Let,
    Local,
    MakeMap,
    Match,
    OfRecord,
    OfTuple,
    OfVariant,
    Op,
    While,
)
from kestrel.ir.functions import Function
from kestrel.ir.types import SCALARS, AnyType, BufferOf, Refined, Scalar
from kestrel.ir.walk import children, walk

Stored = Callable[[AnyType], AnyType]
"""What a value of a type is kept as: newtypes seen through."""


class Interval(NamedTuple):
    """Both bounds are included."""

    lo: int
    hi: int

    def within(self, other: Interval) -> bool:
        return other.lo <= self.lo and self.hi <= other.hi

    def meet(self, other: Interval) -> Interval:
        """What both allow; if that is nothing, the code cannot be reached, and anything serves."""
        lo, hi = max(self.lo, other.lo), min(self.hi, other.hi)
        return Interval(lo, hi) if lo <= hi else self

    def join(self, other: Interval) -> Interval:
        return Interval(min(self.lo, other.lo), max(self.hi, other.hi))


INT = Interval(-(2**127), 2**127 - 1)
WORD = Interval(-(2**63), 2**63 - 1)
LENGTH = Interval(0, 2**48)
"""How long anything in memory can be."""


class Panic(NamedTuple):
    """Where a function may fail, and why."""

    at: At | None
    why: str


def analyse(function: Function, stored: Stored) -> Ranges:
    made = Ranges(stored)
    for param in function.params:
        if (bounds := made.bounds(param.type)) is not None:
            made.env[param.name] = bounds
    made.visit(function.body)
    return made


Env = dict[str, Interval]
LENGTHS = frozenset({"list.len", "text.len", "bytes.len", "map.len"})

FAILS: dict[str, str] = {
    "map.at": "a key that is not there",
    "option.get": "an option that has none",
    "list.min": "the least of none",
    "list.max": "the greatest of none",
    "map.min": "the least of none",
    "map.max": "the greatest of none",
    "list.sum": "overflow",
    "map.sum": "overflow",
    "float.to_int": "a number that is no integer of this width",
    "text.split": "an empty separator",
}
"""Operations that may fail whatever is known of integers."""


class Ranges:
    """The analysis of one function; `of` and `panics` are what it finds."""

    def __init__(self, stored: Stored) -> None:
        self.stored = stored
        self.env: Env = {}
        self.panics: list[Panic] = []
        self._found: dict[int, Interval] = {}
        self._kept: list[AnyExpr] = []

    def of(self, expr: AnyExpr) -> Interval:
        """The bounds of an integer expression of the function."""
        return self._found.get(id(expr), INT)

    def bounds(self, type_: AnyType | None) -> Interval | None:
        """What values of an integer type can be; `None` of any other type."""
        while isinstance(type_, Refined):
            type_ = type_.base
        plain = self.stored(type_) if type_ is not None else None
        info = SCALARS.get(plain.name) if isinstance(plain, Scalar) else None
        if info is None or info.lo is None or info.hi is None:
            return None
        return Interval(info.lo, info.hi)

    # ---------------------------------------------------------------- the walk

    def visit(self, expr: AnyExpr) -> Interval | None:
        found = self._visit(expr)
        if found is None:
            found = self.bounds(expr.of)
        if found is not None:
            known = self._found.get(id(expr))  # one node may stand in two places
            self._found[id(expr)] = found if known is None else known.join(found)
            self._kept.append(expr)  # so that no other node gets its id
        return found

    def _visit(self, expr: AnyExpr) -> Interval | None:
        match expr:
            case Const(value=bool()):
                return None
            case Const(value=int() as value):
                return Interval(value, value)
            case Local(name):
                return self.env.get(name)
            case Op():
                return self._op(expr)
            case Convert(value):
                return self._convert(expr, value)
            case If(cond, then, other):
                return self._if(cond, then, other)
            case Let(name, value, body):
                self._bind(name, self.visit(value))
                return self.visit(body)
            case Define(name, value):
                self._bind(name, self.visit(value))
                return None
            case Assign(name, value):
                self._bind(name, self.visit(value))
                return None
            case Block(items):
                return self._block(items)
            case While() | ForEach():
                self._loop(expr)
                return None
            case Match():
                return self._match(expr)
            case Lambda(params, body):
                self._lambda(params, body)
                return None
            case Copy(address, size):
                self.visit(address)
                self.visit(size)
                if not self.of(size).within(LENGTH):
                    self.panics.append(Panic(expr.at, "a size that nothing has"))
                return None
            case MakeMap():
                self._children(expr)
                if len(expr.entries) > 1:
                    self.panics.append(Panic(expr.at, "two entries with one key"))
                return None
        self._children(expr)
        return None

    def _children(self, expr: AnyExpr) -> None:
        for child in _exprs(expr):
            self.visit(child)

    def _bind(self, name: str, value: Interval | None) -> None:
        self.env.pop(f"len {name}", None)
        if value is not None:
            self.env[name] = value
        else:
            self.env.pop(name, None)

    def _block(self, items: tuple[AnyExpr, ...]) -> Interval | None:
        """Names of the block hide outer ones until its end."""
        hidden = {item.name: self.env.get(item.name) for item in items if isinstance(item, Define)}
        last = None
        for item in items:
            last = self.visit(item)
        for name, before in hidden.items():
            self._bind(name, before)
        return last

    def _if(self, cond: AnyExpr, then: AnyExpr, other: AnyExpr) -> Interval | None:
        self.visit(cond)
        before = dict(self.env)
        self.assume(cond, True)
        a = self.visit(then)
        after = self.env
        self.env = before
        self.assume(cond, False)
        b = self.visit(other)
        if _leaves(then):
            return b
        if _leaves(other):
            self.env = after
            return a
        self.env = _joined(after, self.env)
        return a.join(b) if a is not None and b is not None else None

    def _loop(self, expr: While | ForEach) -> None:
        if isinstance(expr, ForEach):
            item = self._element(expr.values)
        self._forget(expr)
        before = dict(self.env)
        if isinstance(expr, While):
            self.visit(expr.cond)
            before = dict(self.env)
            self.assume(expr.cond, True)
        else:
            self._bind(expr.name, item)
        self.visit(expr.body)
        self.env = before
        if isinstance(expr, While) and not _has_break(expr.body):
            self.assume(expr.cond, False)

    def _element(self, values: AnyExpr) -> Interval | None:
        self.visit(values)
        if isinstance(values, Op) and values.op == "list.range":
            lo, hi = (self.of(arg) for arg in values.args)
            return Interval(lo.lo, max(lo.lo, hi.hi - 1))
        return None

    def _forget(self, expr: AnyExpr) -> None:
        """What a loop assigns to may have any value of its type."""
        for node in walk(expr):
            if isinstance(node, Assign):
                bounds = self.bounds(node.value.of)
                self._bind(node.name, bounds)

    def _match(self, expr: Match) -> Interval | None:
        subject = self.visit(expr.subject)
        before, result, after = dict(self.env), None, None
        for number, arm in enumerate(expr.arms):
            self.env = dict(before)
            for name in _bound(arm.pattern):
                self._bind(name, None)
            if isinstance(arm.pattern, Bind) and subject is not None:
                self._bind(arm.pattern.name, subject)
            value = self.visit(arm.body)
            if _leaves(arm.body):
                continue
            after = self.env if after is None else _joined(after, self.env)
            if number == 0 or result is None:
                result = value
            elif value is not None:
                result = result.join(value)
        self.env = {n: i for n, i in (after or before).items() if n in before}
        return result if self.bounds(expr.of) is not None else None

    def _lambda(self, params: tuple[str, ...], body: AnyExpr) -> None:
        before = dict(self.env)
        for name in params:
            self._bind(name, None)
        self.visit(body)
        self.env = before

    # ---------------------------------------------------------------- operations

    def _convert(self, expr: Convert, value: AnyExpr) -> Interval | None:
        found, due = self.visit(value), self.bounds(expr.of)
        if due is None or found is None:
            if due is not None or _holds_integers(expr.of):
                self.panics.append(Panic(expr.at, "a value that does not fit"))
            return due
        if not found.within(due):
            self.panics.append(Panic(expr.at, "a value that does not fit"))
        return found.meet(due)

    def _op(self, expr: Op) -> Interval | None:
        if expr.op in ("bool.and", "bool.or"):
            self.visit(expr.args[0])
            before = dict(self.env)
            self.assume(expr.args[0], expr.op == "bool.and")
            self.visit(expr.args[1])
            self.env = before
            return None
        args = [self.visit(arg) for arg in expr.args]
        if expr.op in LENGTHS:
            return self.env.get(_length(expr), LENGTH)
        if expr.op in ("list.at", "bytes.at"):
            self._at(expr)
            return None
        if expr.op in FAILS and not self._harmless(expr):
            self.panics.append(Panic(expr.at, FAILS[expr.op]))
        if expr.op == "list.range":
            self._list_range(expr)
        made = INTERVALS.get(expr.op)
        if made is None or any(arg is None for arg in args):
            return None
        found, why = made(*args)
        if why:
            self.panics.append(Panic(expr.at, why))
        return found

    def _harmless(self, expr: Op) -> bool:
        separator = expr.args[-1]
        return expr.op == "text.split" and isinstance(separator, Const) and bool(separator.value)

    def _at(self, expr: Op) -> None:
        index = self.of(expr.args[1])
        length = self.env.get(f"len {_name(expr.args[0])}", LENGTH)
        if index.lo < 0 or index.hi >= length.lo:
            self.panics.append(Panic(expr.at, "an index that is not there"))

    def _list_range(self, expr: Op) -> None:
        lo, hi = (self.of(arg) for arg in expr.args)
        if hi.hi - lo.lo > 65_536:
            self.panics.append(Panic(expr.at, "a range of too many numbers"))

    # ---------------------------------------------------------------- conditions

    def assume(self, cond: AnyExpr, holds: bool) -> None:
        """Keep what is known where `cond` holds, or does not."""
        match cond:
            case Op("bool.not", (inner,)):
                self.assume(inner, not holds)
            case Op("bool.and", (a, b)) if holds:
                self.assume(a, True)
                self.assume(b, True)
            case Op("bool.or", (a, b)) if not holds:
                self.assume(a, False)
                self.assume(b, False)
            case Let(name, value, body):
                self._bind(name, self._found.get(id(value)))
                self.assume(body, holds)
            case Op(op, (a, b)) if op in NEGATED:
                op = op if holds else NEGATED[op]
                self._narrow(a, op, b)
                self._narrow(b, SWAPPED[op], a)

    def _narrow(self, subject: AnyExpr, op: str, other: AnyExpr) -> None:
        key = _key(subject)
        limit = self._found.get(id(other))
        known = self._found.get(id(subject))
        if key is None or limit is None or known is None:
            return
        known = self.env.get(key, known)
        if op == "any.ne":
            if limit.lo == limit.hi == known.lo:
                known = Interval(min(known.lo + 1, known.hi), known.hi)
            elif limit.lo == limit.hi == known.hi:
                known = Interval(known.lo, max(known.hi - 1, known.lo))
            self.env[key] = known
            return
        allowed = {
            "int.lt": Interval(INT.lo, limit.hi - 1),
            "int.le": Interval(INT.lo, limit.hi),
            "int.gt": Interval(limit.lo + 1, INT.hi),
            "int.ge": Interval(limit.lo, INT.hi),
            "any.eq": limit,
        }[op]
        self.env[key] = known.meet(allowed)


NEGATED = {
    "int.lt": "int.ge",
    "int.ge": "int.lt",
    "int.le": "int.gt",
    "int.gt": "int.le",
    "any.eq": "any.ne",
    "any.ne": "any.eq",
}
SWAPPED = {
    "int.lt": "int.gt",
    "int.gt": "int.lt",
    "int.le": "int.ge",
    "int.ge": "int.le",
    "any.eq": "any.eq",
    "any.ne": "any.ne",
}


def _key(expr: AnyExpr) -> str | None:
    """The name that facts about an expression are kept under."""
    match expr:
        case Local(name):
            return name
        case Op(op, (Local(name),)) if op in LENGTHS:
            return f"len {name}"
        case Convert(value):
            return _key(value)
    return None


def _length(expr: Op) -> str:
    return f"len {_name(expr.args[0])}"


def _name(expr: AnyExpr) -> str:
    return expr.name if isinstance(expr, Local) else "?"


def _joined(a: Env, b: Env) -> Env:
    return {name: a[name].join(b[name]) for name in a.keys() & b.keys()}


def _leaves(expr: AnyExpr) -> bool:
    if isinstance(expr, Block) and expr.items:
        return _leaves(expr.items[-1])
    return expr.of == Scalar("Never")


def _has_break(body: AnyExpr) -> bool:
    return any(isinstance(node, Break) for node in walk(body))


def _exprs(expr: AnyExpr) -> Iterator[AnyExpr]:
    """The expressions directly below, through what is none itself."""
    for child in children(expr):
        if isinstance(child, AnyExpr):
            yield child
        elif not isinstance(child, AnyType | AnyPattern):
            yield from _exprs(child)  # type: ignore[arg-type]


def _bound(pattern: AnyPattern) -> Iterator[str]:
    match pattern:
        case Bind(name):
            yield name
        case OfRecord(names):
            yield from names
        case OfVariant(items=items) | OfTuple(items=items):
            for item in items:
                yield from _bound(item)


def _holds_integers(type_: AnyType | None) -> bool:
    """Does a conversion to it look at integers inside?"""
    if type_ is None or isinstance(type_, BufferOf):
        return False
    return any(
        isinstance(node, Scalar) and SCALARS[node.name].lo is not None
        for node in walk(type_)
        if not isinstance(node, Scalar) or node.name in SCALARS
    )


# ---------------------------------------------------------------- bounds of operations

Result = tuple[Interval, str]
"""The bounds of what an operation gives, and why it may give nothing; empty if it cannot fail."""


def _checked(lo: int, hi: int) -> Result:
    found = Interval(max(lo, INT.lo), min(hi, INT.hi))
    return found, "" if (lo, hi) == found else "overflow"


def _add(a: Interval, b: Interval) -> Result:
    return _checked(a.lo + b.lo, a.hi + b.hi)


def _sub(a: Interval, b: Interval) -> Result:
    return _checked(a.lo - b.hi, a.hi - b.lo)


def _mul(a: Interval, b: Interval) -> Result:
    corners = [x * y for x in a for y in b]
    return _checked(min(corners), max(corners))


def _div(a: Interval, b: Interval) -> Result:
    divisors = [d for d in (b.lo, b.hi, -1, 1) if d != 0 and b.lo <= d <= b.hi]
    if not divisors:
        return INT, "division by zero"
    corners = [_truncated(x, d) for x in a for d in divisors]
    if a.lo <= 0 <= a.hi:
        corners.append(0)
    found, why = _checked(min(corners), max(corners))
    return found, "division by zero" if b.lo <= 0 <= b.hi else why


def _truncated(a: int, b: int) -> int:
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def _rem(a: Interval, b: Interval) -> Result:
    most = max(abs(b.lo), abs(b.hi)) - 1
    lo = max(-most, a.lo) if a.lo < 0 else 0
    hi = min(most, a.hi) if a.hi > 0 else 0
    why = "division by zero" if b.lo <= 0 <= b.hi else ""
    return Interval(min(lo, hi), max(lo, hi)), why


def _neg(a: Interval) -> Result:
    return _checked(-a.hi, -a.lo)


def _and(a: Interval, b: Interval) -> Result:
    if a.lo >= 0 and b.lo >= 0:
        return Interval(0, min(a.hi, b.hi)), ""
    if a.lo >= 0 or b.lo >= 0:
        return Interval(0, a.hi if a.lo >= 0 else b.hi), ""
    return _bits(a, b), ""


def _bits(a: Interval, b: Interval) -> Interval:
    """All numbers of as many bits."""
    size = max(x.bit_length() for x in (*a, *b))
    negative = a.lo < 0 or b.lo < 0
    return Interval(-(1 << size) if negative else 0, (1 << size) - 1)


def _or(a: Interval, b: Interval) -> Result:
    return _bits(a, b), ""


def _shl(a: Interval, b: Interval) -> Result:
    if b.lo < 0 or b.hi > 127:
        return INT, "a shift by this count"
    corners = [x << y for x in a for y in b]
    return _checked(min(corners), max(corners))


def _shr(a: Interval, b: Interval) -> Result:
    if b.lo < 0 or b.hi > 127:
        return a.join(Interval(-1, 0)), "a shift by this count"
    corners = [x >> y for x in a for y in b]
    return Interval(min(corners), max(corners)), ""


def _bring(a: Interval, lo: Interval, hi: Interval) -> Result:
    due = Interval(lo.lo, hi.hi)
    return (a if a.within(due) else due), ""


def _clamp(a: Interval, lo: Interval, hi: Interval) -> Result:
    return Interval(*(max(lo.lo, min(hi.hi, x)) for x in a)), ""


def _mul_wrap(a: Interval, b: Interval) -> Result:
    found, why = _mul(a, b)
    return (INT if why else found), ""


def _mul_clamp(a: Interval, b: Interval) -> Result:
    return _mul(a, b)[0], ""


INTERVALS: dict[str, Callable[..., Result]] = {
    "int.add": _add,
    "int.sub": _sub,
    "int.mul": _mul,
    "int.div": _div,
    "int.rem": _rem,
    "int.neg": _neg,
    "int.and": _and,
    "int.or": _or,
    "int.xor": _or,
    "int.shl": _shl,
    "int.shr": _shr,
    "int.wrap": _bring,
    "int.clamp": _clamp,
    "int.mul_wrap": _mul_wrap,
    "int.mul_clamp": _mul_clamp,
}
