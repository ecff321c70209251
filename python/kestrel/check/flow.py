"""Expressions that decide and bind: `if`, and blocks with `let`."""

from __future__ import annotations

from kestrel.check.binding import plain_name, take_apart
from kestrel.check.code import statements
from kestrel.check.literals import infer_braces_fields, value_braces
from kestrel.check.lowering import NOTHING, Lower, Typed
from kestrel.check.names import bind
from kestrel.check.operators import type_place
from kestrel.check.refused import REFUSED, refuse
from kestrel.check.scope import Env, Variable
from kestrel.check.shapes import BOOL, UNIT, bare, join, kind
from kestrel.ir.exprs import AnyExpr, Const, If, Let, Local
from kestrel.ir.types import AnyType
from kestrel.syntax import ast


def conditional(lower: Lower, node: ast.If, env: Env) -> Typed:
    cond = lower.value(node.condition, BOOL, env)
    then = lower.infer(node.then, env)
    other = lower.infer(node.otherwise, env)
    joined = join(then.type, other.type)
    if joined is None:
        lower.mismatch(node.otherwise, then.type, other.type, env)
        return NOTHING
    return Typed(If(cond, then.expr, other.expr, at=env.module.at(node)), bare(joined))


def value_if(lower: Lower, node: ast.If, wanted: AnyType, env: Env) -> AnyExpr:
    cond = lower.value(node.condition, BOOL, env)
    then, other = (lower.value(branch, wanted, env) for branch in (node.then, node.otherwise))
    return If(cond, then, other, at=env.module.at(node))


# ---------------------------------------------------------------- blocks


def block(lower: Lower, node: ast.Braces, env: Env) -> Typed:
    if not node.items:
        return Typed(Const("Unit", at=env.module.at(node)), UNIT)
    if any(isinstance(item, ast.Entry) for item in node.items):
        return infer_braces_fields(lower, node, env)
    if env.code is not None:
        return statements.block(lower, node, None, env)
    return _block(lower, node.items, None, env)


def value_of_braces(lower: Lower, node: ast.Braces, wanted: AnyType, env: Env) -> AnyExpr | None:
    if env.code is not None and kind(wanted) in ("unit", "never"):
        return statements.block(lower, node, wanted, env).expr
    made = value_braces(lower, node, wanted, env)
    if made is not None:
        return made
    if env.code is not None:
        return statements.block(lower, node, wanted, env).expr
    return _block(lower, node.items, wanted, env).expr


def _block(lower: Lower, items: tuple[ast.Item, ...], wanted: AnyType | None, env: Env) -> Typed:
    """`let`s, and a last expression that is the value."""
    first, rest = items[0], items[1:]
    if isinstance(first, ast.Let):
        return _let(lower, first, rest, wanted, env)
    if type(first) in REFUSED:
        return refuse(lower, first, env)
    if rest:
        lower.infer(first, env)
        help_ = "only the last expression of a block is its value: bind this one with `let`"
        lower.report("KS0130", first, env, what="a value that is not used", helps=(help_,))
        return _block(lower, rest, wanted, env)
    if wanted is None:
        return lower.infer(first, env)
    return Typed(lower.value(first, wanted, env), wanted)


def _let(
    lower: Lower, node: ast.Let, rest: tuple[ast.Item, ...], wanted: AnyType | None, env: Env
) -> Typed:
    value = _bound_value(lower, node, env)
    parts: list[tuple[str, AnyExpr]] = []
    own: dict[str, Variable] = {}
    name = plain_name(node.pattern)
    if name is None:
        name = lower.fresh()
        take_apart(lower, node.pattern, Typed(Local(name), value.type), own, parts, env)
    else:
        own[name] = Variable(value.type)
    inside = bind(lower, own, node.pattern, env)
    if not rest:
        help_ = "end the block with the expression that is its value"
        return lower.report(
            "KS0130", node, env, what="a `let` at the end of a block", helps=(help_,)
        )
    body = _block(lower, rest, wanted, inside)
    made = body.expr
    for part, expr in reversed(parts):
        made = Let(part, expr, made)
    return Typed(Let(name, value.expr, made, at=env.module.at(node)), body.type)


def _bound_value(lower: Lower, node: ast.Let, env: Env) -> Typed:
    if node.type is None:
        return lower.infer(node.value, env)
    wanted = lower.types.plain(node.type, type_place(env))
    return Typed(lower.value(node.value, wanted, env), wanted)
