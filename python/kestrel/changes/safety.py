"""Is what an expression works out always a value that its place accepts?"""

from __future__ import annotations

from kestrel.changes.containment import IT, limits
from kestrel.changes.prove import numbers
from kestrel.changes.prove.ranges import Ranges, Scope, natural
from kestrel.changes.prove.search import Domain, follows
from kestrel.changes.prove.texts import Texts
from kestrel.changes.sides import Side
from kestrel.ir.decls import Record, Sum
from kestrel.ir.exprs import AnyExpr, Const, Local, MakeVariant
from kestrel.ir.types import AnyType, Literals, Named, OptionOf, Scalar

OUTSIDE = frozenset({"self", "outer", "root"})
ANY_VALUE = frozenset({"Bool", "String", "Unit"})
"""Scalars all of whose values an expression of this type may have."""


def is_safe(side: Side, owner: Record, type_: AnyType | None, expr: AnyExpr, checked: bool) -> bool:
    """Does evaluating it never fail, and is its value always one of `type_`? (None: a condition.)

    `checked`: the compiler has held it to the type already, where it is constant.
    """
    if checked and not any(map(_is_outside, side.code(expr))):
        return True
    scope: Scope = {"self": Named(owner.name)}
    if Ranges(side).fails(expr, scope):
        return False
    return type_ is None or _fits(side, type_, expr, scope)


def _fits(side: Side, type_: AnyType, expr: AnyExpr, scope: Scope) -> bool:
    if any(_is_outside(node) for node in side.code(*side.refinements(type_))):
        return False
    if isinstance(type_, OptionOf):
        if isinstance(expr, MakeVariant) and not expr.type:
            return not expr.args or _fits(side, type_.item, expr.args[0], scope)
        return side.type_of(expr, scope) == type_
    if side.type_of(expr, scope) == type_:
        return True
    base, found = side.base(type_), limits(side, type_)
    values = _values(side, expr, scope)
    whole = natural(base) if isinstance(base, Scalar) else None
    if whole is not None:
        return values is not None and _within(values, whole) and (
            follows([], found.whole, {**found.world, IT: values})
        )  # fmt: skip
    if not side.refinements(type_):
        return _takes_any(side, base) or isinstance(expr, Const)
    world = {**found.world, IT: values} if values is not None else found.world
    return _takes_any(side, base) and follows([], found.whole, world)


def _is_outside(node: object) -> bool:
    return isinstance(node, Local) and node.name in OUTSIDE


def _values(side: Side, expr: AnyExpr, scope: Scope) -> Domain | None:
    match expr:
        case Const(value=str(value)):
            return Texts(only=frozenset({value}))
        case MakeVariant(variant=variant):
            return Texts(only=frozenset({variant}))
    return Ranges(side).numbers(expr, scope)


def _within(values: Domain, whole: Domain) -> bool:
    return isinstance(values, tuple) and isinstance(whole, tuple) and numbers.within(values, whole)


def _takes_any(side: Side, base: AnyType) -> bool:
    if isinstance(base, Literals):
        return False
    decl = side.decl(base)
    if isinstance(decl, Sum):
        return not any(v.items or v.fields for v in decl.variants)
    return isinstance(base, Scalar) and base.name in ANY_VALUE
