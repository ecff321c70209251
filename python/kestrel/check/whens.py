"""Two `when`s of a schema that set one field: where both conditions hold, the later one counts.

Said as a warning, unless the conditions exclude each other, or the later is a special case of the
earlier: then the order is what was meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import msgspec

from kestrel.check.scope import ModuleScope
from kestrel.check.world import World
from kestrel.ir import canon
from kestrel.ir.decls import When
from kestrel.ir.exprs import AnyExpr, At, Const, Is, MakeVariant, Op
from kestrel.syntax import ast
from kestrel.text.diagnostic import Label
from kestrel.text.source import Span

SWAPPED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}


def report_overlaps(
    world: World, module: ModuleScope, node: ast.Schema, whens: tuple[When, ...]
) -> None:
    """A warning (KS0145) for each set of the schema's own that an earlier `when` makes as well."""
    written = [m for m in node.members if isinstance(m, ast.When)]
    first_own = len(whens) - len(written)
    for number, member in enumerate(written, first_own):
        for each in member.sets:
            path = tuple(name.text for name in each.place.items)
            earlier = _last_overlapping(whens[:number], whens[number], path)
            if earlier is not None:
                world.sink.report(
                    "KS0145",
                    module.span(each.place),
                    name=each.place.text,
                    labels=_labels(world, earlier.at),
                )


def _last_overlapping(earlier: tuple[When, ...], when: When, path: tuple[str, ...]) -> When | None:
    for other in reversed(earlier):
        sets_it = any(_meet(path, each.path) for each in other.sets)
        is_ordered = _is_special(when.cond, other.cond) or _exclude(when.cond, other.cond)
        if sets_it and not is_ordered:
            return other
    return None


def _meet(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Is one place the other, or in it?"""
    return all(x == y for x, y in zip(a, b, strict=False))


def _labels(world: World, at: At | None) -> list[Label]:
    if at is None:
        return []
    span = Span(world.loader.sources[at[0]], at[1], at[2])
    return [Label(span, "this may hold as well, and sets it too")]


# ---------------------------------------------------------------- what conditions say of each other


def _is_special(later: AnyExpr, earlier: AnyExpr) -> bool:
    """Does the later one hold only where the earlier does, and say more?"""
    a, b = ({canon.meaning(atom) for atom in _atoms(c)} for c in (later, earlier))
    return b < a


def _exclude(a: AnyExpr, b: AnyExpr) -> bool:
    """Can the two surely not hold together? False where that is not plain to see."""
    for side, other in ((a, b), (b, a)):
        if isinstance(side, Op) and side.op == "bool.or":
            return all(_exclude(part, other) for part in side.args)
    return any(_contradict(x, y) for x, y in product(_atoms(a), _atoms(b)))


def _atoms(cond: AnyExpr) -> Iterator[AnyExpr]:
    if isinstance(cond, Op) and cond.op == "bool.and":
        for part in cond.args:
            yield from _atoms(part)
    else:
        yield cond


def _contradict(a: AnyExpr, b: AnyExpr) -> bool:
    if _is_negation(a, b) or _is_negation(b, a):
        return True
    if isinstance(a, Is) and isinstance(b, Is):
        return _same(a.base, b.base) and a.variant != b.variant
    x, y = _comparison(a), _comparison(b)
    if x is None or y is None or not _same(x[1], y[1]):
        return False
    return _apart(x[0], x[2], y[0], y[2])


def _is_negation(a: AnyExpr, b: AnyExpr) -> bool:
    return isinstance(a, Op) and a.op == "bool.not" and _same(a.args[0], b)


def _comparison(expr: AnyExpr) -> tuple[str, AnyExpr, object] | None:
    """An operator, what it is applied to, and the constant beside it."""
    if not isinstance(expr, Op) or len(expr.args) != 2:
        return None
    group, _, name = expr.op.partition(".")
    if group not in ("any", "int", "float", "text"):
        return None
    left, right = (_constant(arg) for arg in expr.args)
    if right is not None and left is None:
        return name, expr.args[0], right
    if left is not None and right is None:
        return SWAPPED.get(name, name), expr.args[1], left
    return None


def _constant(expr: AnyExpr) -> object:
    if isinstance(expr, Const):
        return expr.value
    return (expr.type, expr.variant) if isinstance(expr, MakeVariant) and not expr.args else None


def _apart(a: str, x: object, b: str, y: object) -> bool:
    """Do `v a x` and `v b y` exclude each other, for constants x and y?"""
    if {a, b} == {"eq"}:
        return x != y
    if {a, b} == {"eq", "ne"}:
        return x == y
    if b == "eq" or (a in ("gt", "ge") and b in ("lt", "le")):
        return _apart(b, y, a, x)
    try:
        return _below(a, x, b, y)
    except TypeError:
        return False


def _below(a: str, x: object, b: str, y: object) -> bool:
    """`a` is `eq`, `lt` or `le`."""
    strict = "gt" in (a, b) or "lt" in (a, b)
    if b in ("gt", "ge") and a in ("eq", "lt", "le"):
        return x < y or (x == y and strict)  # type: ignore[operator]
    if b in ("lt", "le") and a == "eq":
        return x > y or (x == y and strict)  # type: ignore[operator]
    return False


def _same(a: msgspec.Struct, b: msgspec.Struct) -> bool:
    """Equal, wherever they stand."""
    return canon.meaning(a) == canon.meaning(b)
