"""Conditions on all, some or none of the items of a collection.

To the search they are opaque; but where a condition on one item implies another, so does the one on
all of them. What may fail on some item is left alone: evaluation may stop before it, or at it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

import msgspec

from kestrel.changes.prove.build import Builder
from kestrel.changes.prove.formula import TRUE, Atom, Choice, Formula
from kestrel.changes.prove.search import follows
from kestrel.ir.exprs import AnyExpr, Lambda, Local, Op

OPS = ("all", "any", "none")
ITEM = "it"


class Quantified(msgspec.Struct, frozen=True):
    """`op(collection, |it| body)`, and the test that it is in formulas."""

    op: str
    collection: bytes
    body: AnyExpr
    atom: Atom
    builder: Builder


def lemmas(assumed: Builder, goal: Builder) -> Iterator[Formula]:
    """What holds of the quantified conditions of two builders: one implies another."""
    pairs = product(_quantified(assumed), _quantified(goal))
    for strong, weak in pairs:
        if strong.op != weak.op or strong.collection != weak.collection:
            continue
        first, second = (weak, strong) if strong.op == "none" else (strong, weak)
        if strong.atom != weak.atom and _implies(first, second):
            yield Choice(strong.atom, weak.atom, TRUE)


def _quantified(builder: Builder) -> Iterable[Quantified]:
    for expr, atom in builder.opaque:
        match expr:
            case Op(op=op, args=(collection, Lambda(params=(param,), body=body))):
                kind, _, name = op.partition(".")
                if kind not in ("list", "map") or name not in OPS or atom.fails:
                    continue
                of = builder.mark(collection) + (builder.side.meaning(collection) or b"")
                yield Quantified(name, of, _renamed(body, param), atom, builder)


def _implies(first: Quantified, second: Quantified) -> bool:
    builders = [_inside(quantified) for quantified in (first, second)]
    a, b = (build.formula(q.body) for build, q in zip(builders, (first, second), strict=True))
    facts = [*builders[0].facts.values(), *builders[1].facts.values()]
    world = {**builders[1].world, **builders[0].world}
    return follows([a, *facts], b, world)


def _inside(quantified: Quantified) -> Builder:
    outer = quantified.builder
    side = outer.side
    match [expr for expr, atom in outer.opaque if atom == quantified.atom]:
        case [Op(args=(collection, _)), *_]:
            item = side.item(side.type_of(collection, outer.scope))
            own = {} if item is None else {ITEM: item}
            return Builder(side, {**outer.scope, **own}, outer.mark)
    return Builder(side, outer.scope, outer.mark)


def _renamed(body: AnyExpr, param: str) -> AnyExpr:
    """With the parameter called `it`: which name it has means nothing."""
    return _with(body, param)  # type: ignore[return-value]


def _with(node: object, param: str) -> object:
    if isinstance(node, Local):
        return msgspec.structs.replace(node, name=ITEM) if node.name == param else node
    if isinstance(node, Lambda) and param in node.params:
        return node
    if isinstance(node, tuple):
        return tuple(_with(part, param) for part in node)
    if isinstance(node, msgspec.Struct):
        parts = {n: _with(getattr(node, n), param) for n in node.__struct_fields__}
        return msgspec.structs.replace(node, **parts)
    return node
