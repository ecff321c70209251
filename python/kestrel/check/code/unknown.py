"""Values whose type nothing says, as `None` by itself: what C++ would they be?"""

from __future__ import annotations

from collections.abc import Iterator

from kestrel.check.shapes import has_unknown
from kestrel.ir.exprs import (
    AnyExpr,
    AnyPattern,
    Block,
    If,
    Let,
    MakeList,
    MakeMap,
    MakeVariant,
    Match,
    Unsafe,
)
from kestrel.ir.types import AnyType
from kestrel.ir.walk import children


def unknown(body: AnyExpr) -> AnyExpr | None:
    """The first expression whose type is not known, neither from itself nor from where it goes."""
    pending = [(body, False)]
    while pending:
        expr, told = pending.pop()
        known = told or expr.of is None or not has_unknown(expr.of)
        if not known:
            return expr
        flowing = tuple(_flowing(expr))
        inner = told or (expr.of is not None and not has_unknown(expr.of))
        for child in reversed(list(_exprs(expr))):
            pending.append((child, inner and any(child is each for each in flowing)))
    return None


def _flowing(expr: AnyExpr) -> Iterator[AnyExpr]:
    """The parts whose values become the expression's, or part of it."""
    match expr:
        case If(_, then, other):
            yield from (then, other)
        case Match(_, arms):
            yield from (arm.body for arm in arms)
        case Block(items) if items:
            yield items[-1]
        case Let(_, _, body) | Unsafe(_, body):
            yield body
        case MakeVariant(args=args) | MakeList(args):
            yield from args
        case MakeMap(entries):
            yield from (value for _, value in entries)


def _exprs(node: object) -> Iterator[AnyExpr]:
    for child in children(node):  # type: ignore[arg-type]
        if isinstance(child, AnyExpr):
            yield child
        elif not isinstance(child, AnyType | AnyPattern):
            yield from _exprs(child)
