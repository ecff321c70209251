"""What a refinement says of its value, taken apart: bounds, lengths, patterns, and the rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from kestrel.ir.exprs import AnyExpr, Const, Local, Op

Number = int | float
LENGTHS = ("text.len", "bytes.len", "list.len", "map.len")
TURNED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq"}
COMPARES = ("int.lt", "int.le", "int.gt", "int.ge", "float.lt", "float.le", "float.gt", "float.ge")


class Compare(NamedTuple):
    """`it OP number`, or of its length."""

    subject: Literal["value", "length"]
    op: str
    """lt, le, gt, ge, eq"""
    number: Number


class Matches(NamedTuple):
    pattern: str


class OneOf(NamedTuple):
    values: tuple[object, ...]


class Other(NamedTuple):
    """A condition that is none of these."""

    expr: AnyExpr


Condition = Compare | Matches | OneOf | Other


def conditions(where: AnyExpr) -> Iterator[Condition]:
    """The parts of a conjunction."""
    if isinstance(where, Op) and where.op == "bool.and":
        for part in where.args:
            yield from conditions(part)
    else:
        yield _matches(where) or _compare(where) or _one_of(where) or Other(where)


def number_of(expr: AnyExpr) -> Number | None:
    """A constant number, with or without a minus."""
    if isinstance(expr, Op) and expr.op in ("int.neg", "float.neg"):
        inner = number_of(expr.args[0])
        return None if inner is None else -inner
    good = isinstance(expr, Const) and not isinstance(expr.value, bool)
    return expr.value if good and isinstance(expr.value, int | float) else None  # type: ignore[union-attr]


def is_it(expr: AnyExpr) -> bool:
    return isinstance(expr, Local) and expr.name == "it"


def _matches(expr: AnyExpr) -> Matches | None:
    if not (isinstance(expr, Op) and expr.op == "text.matches" and is_it(expr.args[0])):
        return None
    pattern = expr.args[1]
    good = isinstance(pattern, Const) and isinstance(pattern.value, str)
    return Matches(pattern.value) if good else None  # type: ignore[union-attr, arg-type]


def _compare(expr: AnyExpr) -> Compare | None:
    if not isinstance(expr, Op) or (expr.op not in COMPARES and expr.op != "any.eq"):
        return None
    left, right = expr.args
    op = expr.op.partition(".")[2]
    number = number_of(right)
    if number is None:
        left, right, op, number = right, left, TURNED[op], number_of(left)
    if number is None:
        return None
    if is_it(left):
        return Compare("value", op, number)
    length = isinstance(left, Op) and left.op in LENGTHS and is_it(left.args[0])
    return Compare("length", op, number) if length else None


def _one_of(expr: AnyExpr) -> OneOf | None:
    """`it == a || it == b`, which is also what a literal type of integers is."""
    if isinstance(expr, Op) and expr.op == "bool.or":
        sides = [_one_of(side) for side in expr.args]
        if all(sides):
            return OneOf(tuple(value for side in sides if side for value in side.values))
        return None
    if not (isinstance(expr, Op) and expr.op == "any.eq" and is_it(expr.args[0])):
        return None
    number = number_of(expr.args[1])
    if number is not None:
        return OneOf((number,))
    value = expr.args[1]
    good = isinstance(value, Const) and isinstance(value.value, str)
    return OneOf((value.value,)) if good else None  # type: ignore[union-attr]
