"""Methods that only functions have: of integers of a width, and of results.

Integers of a width wrap or saturate on request; each such method is the plain operation and then
one that brings the mathematical result into the width (`int.wrap`, `int.clamp`, `int.within`).
Those of results are written out as the `match` that they stand for.
"""

from __future__ import annotations

from typing import NamedTuple

from kestrel.check.lambdas import function
from kestrel.check.lowering import Lower, Typed, typed
from kestrel.check.scope import Env, Variable
from kestrel.check.shapes import BOOL, INT, bare, kind, show
from kestrel.ir.exprs import (
    AnyExpr,
    Arm,
    Bind,
    Const,
    Copy,
    Is,
    Lambda,
    Let,
    Local,
    MakeVariant,
    Match,
    OfVariant,
    Op,
    Wild,
)
from kestrel.ir.types import SCALARS, AnyType, OptionOf, PointerTo, ResultOf, Scalar
from kestrel.syntax import ast


class Bounded(NamedTuple):
    """`op` gives the mathematical result; `bring` brings it into the receiver's width."""

    op: str
    bring: str


_BASES = {"add": "int.add", "sub": "int.sub", "mul": "int.mul"}
INTEGERS: dict[str, Bounded] = {
    **{f"wrapping_{name}": Bounded(op, "int.wrap") for name, op in _BASES.items()},
    **{f"saturating_{name}": Bounded(op, "int.clamp") for name, op in _BASES.items()},
    "wrapping_mul": Bounded("int.mul_wrap", "int.wrap"),
    "saturating_mul": Bounded("int.mul_clamp", "int.clamp"),
}
RESULTS = frozenset({"or", "map", "map_err", "ok", "is_ok", "is_err"})
POINTERS = frozenset({"bytes"})
NAMES = frozenset(INTEGERS) | RESULTS | POINTERS


def names(type_: AnyType) -> list[str]:
    """The methods that a value of this type has here."""
    if kind(type_) == "int":
        return list(INTEGERS)
    if kind(type_) == "pointer":
        return list(POINTERS)
    return list(RESULTS) if kind(type_) == "result" else []


def call(
    lower: Lower,
    value: Typed,
    name: ast.Name,
    args: tuple[ast.Argument, ...],
    node: ast.Node,
    env: Env,
) -> Typed | None:
    """The call of one of them; `None` if it is none."""
    plain = bare(value.type)
    if isinstance(plain, ResultOf) and name.text in RESULTS:
        return _result(lower, value, plain, name.text, args, node, env)
    if isinstance(plain, PointerTo) and name.text in POINTERS:
        return _copied(lower, value, plain, args, node, env)
    stored = lower.world.stored(plain)
    if isinstance(stored, Scalar) and kind(stored) == "int" and name.text in INTEGERS:
        return _integer(lower, value, stored, name.text, args, node, env)
    return None


def _integer(
    lower: Lower,
    value: Typed,
    width: Scalar,
    name: str,
    args: tuple[ast.Argument, ...],
    node: ast.Node,
    env: Env,
) -> Typed:
    if width == INT:
        helps = ("give it a width first: `(x as u32)`",)
        return lower.report("KS0112", node, env, op=name, operands="`integer`", helps=helps)
    if len(args) != 1 or isinstance(args[0], ast.NamedArg):
        return lower.wrong_count(node, env, name, "argument", 1, len(args))
    row, info, at = INTEGERS[name], SCALARS[width.name], env.module.at(node)
    other = lower.value(args[0], width, env)
    made: AnyExpr = Op(row.op, (value.expr, other), of=INT, at=at)
    bounds = (Const("Int", info.lo, of=INT), Const("Int", info.hi, of=INT))
    return Typed(Op(row.bring, (made, *bounds), of=bare(value.type), at=at), bare(value.type))


def _copied(
    lower: Lower,
    value: Typed,
    plain: PointerTo,
    args: tuple[ast.Argument, ...],
    node: ast.Node,
    env: Env,
) -> Typed:
    """`p.bytes(n)`: what stands at an address that C gave, copied."""
    if plain.item not in (Scalar("u8"), Scalar("i8")):
        found = show(plain)
        return lower.report("KS0110", node, env, expected="Ptr<u8>", found=found)
    if len(args) != 1 or isinstance(args[0], ast.NamedArg):
        return lower.wrong_count(node, env, "bytes", "argument", 1, len(args))
    size = lower.value(args[0], INT, env)
    type_ = Scalar("Bytes")
    return Typed(Copy(value.expr, size, of=type_, at=env.module.at(node)), type_)


# ---------------------------------------------------------------- results


def _result(
    lower: Lower,
    value: Typed,
    plain: ResultOf,
    name: str,
    args: tuple[ast.Argument, ...],
    node: ast.Node,
    env: Env,
) -> Typed:
    at = env.module.at(node)
    wanted = 1 if name in ("or", "map", "map_err") else 0
    if len(args) != wanted or any(isinstance(arg, ast.NamedArg) for arg in args):
        return lower.wrong_count(node, env, name, "argument", wanted, len(args))
    if name in ("is_ok", "is_err"):
        variant = "Ok" if name == "is_ok" else "Err"
        return Typed(Is(value.expr, variant, of=BOOL, at=at), BOOL)
    inner = lower.fresh()
    x = Local(inner, of=plain.err if name == "map_err" else plain.ok)
    if name == "ok":
        made = OptionOf(plain.ok)
        some = MakeVariant("", "Some", (x,), of=made, at=at)
        none = MakeVariant("", "None", of=made, at=at)
        return _matched(value, inner, "Ok", some, none, made, at)
    if name == "or":
        other = lower.value(_expr(args[0]), plain.ok, env)
        return _matched(value, inner, "Ok", x, other, plain.ok, at)
    due = plain.err if name == "map_err" else plain.ok
    found = function(lower, _expr(args[0]), (Variable(due),), None, env)
    changed = _applied(found.expr, x, found.type)
    if name == "map":
        result = ResultOf(bare(found.type), plain.err)
        kept = Local(inner, of=plain.err)
        same = MakeVariant("", "Err", (kept,), of=result, at=at)
        made_ = MakeVariant("", "Ok", (changed,), of=result, at=at)
        return _matched(value, inner, "Ok", made_, same, result, at, other_name=inner)
    result = ResultOf(plain.ok, bare(found.type))
    kept = Local(inner, of=plain.ok)
    same = MakeVariant("", "Ok", (kept,), of=result, at=at)
    made_ = MakeVariant("", "Err", (changed,), of=result, at=at)
    return _matched(value, inner, "Err", made_, same, result, at, other_name=inner)


def _expr(arg: ast.Argument) -> ast.Expr:
    assert not isinstance(arg, ast.NamedArg)
    return arg


def _applied(fn: AnyExpr, x: AnyExpr, result: AnyType) -> AnyExpr:
    """A lambda's body, its parameter named."""
    if not isinstance(fn, Lambda):
        return fn
    return typed(Let(fn.params[0], x, fn.body, at=fn.at), result)


def _matched(
    value: Typed,
    name: str,
    variant: str,
    then: AnyExpr,
    other: AnyExpr,
    result: AnyType,
    at: tuple[int, int, int],
    other_name: str = "",
) -> Typed:
    """`match value with | Ok(name) -> then | Err(…) -> other`, or the other way round."""
    rest = "Err" if variant == "Ok" else "Ok"
    second = Bind(other_name) if other_name else Wild()
    arms = (
        Arm(OfVariant(variant, (Bind(name),)), then),
        Arm(OfVariant(rest, (second,)), other),
    )
    return Typed(Match(value.expr, arms, of=bare(result), at=at), result)
