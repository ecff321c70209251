"""Calls in functions: of other functions, of generic ones, of C."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from kestrel.check.arguments import arguments, given_to
from kestrel.check.code import invoke
from kestrel.check.lowering import NOTHING, FnInfo, Lower, Typed
from kestrel.check.scope import Body, Env, Frame, Names, Symbol, Variable
from kestrel.check.shapes import INT, UNIT, accepts, bare, has_error, kind, parts
from kestrel.ir.exprs import AnyExpr, Block, Call, Define, Local
from kestrel.ir.functions import ForeignFn
from kestrel.ir.types import AnyType, Scalar, TypeVar
from kestrel.ir.walk import walk
from kestrel.syntax import ast


def call(
    lower: Lower,
    symbol: Symbol,
    name: str,
    args: tuple[ast.Argument, ...],
    node: ast.Node,
    callee: ast.Expr,
    env: Env,
) -> Typed:
    if isinstance(symbol.node, ast.ForeignFn):
        return _foreign(lower, symbol, name, args, node, env)
    assert isinstance(symbol.node, ast.Fn)
    info = lower.callees.info(symbol, callee, None)
    if info is not None and symbol.node.generics:
        info = _instance(lower, symbol, info, name, args, node, env)
    if info is None:
        return _lost(lower, args, env)
    made = arguments(lower, info, name, args, node, env)
    if made is None:
        return Typed(NOTHING.expr, info.result)
    found = Call(info.name, made, of=bare(info.result), at=env.module.at(node))
    return Typed(found, info.result)


def _lost(lower: Lower, args: tuple[ast.Argument, ...], env: Env) -> Typed:
    for arg in args:
        value = arg.value if isinstance(arg, ast.NamedArg) else arg
        if not isinstance(value, ast.Lambda):
            lower.infer(value, env)
    return NOTHING


# ---------------------------------------------------------------- generic functions


def _instance(
    lower: Lower,
    symbol: Symbol,
    info: FnInfo,
    name: str,
    args: tuple[ast.Argument, ...],
    node: ast.Node,
    env: Env,
) -> FnInfo | None:
    """The types of a call's arguments say what the type parameters stand for."""
    given = given_to(lower, info, args, env)
    if given is None:
        return None
    found: dict[str, AnyType] = {}
    for param in info.params:
        arg = given.get(param.name)
        if arg is not None and _has_var(param.type) and not isinstance(arg, ast.Lambda):
            with lower.sink.muted():
                unify(param.type, lower.infer(arg, env).type, found)
    assert isinstance(symbol.node, ast.Fn)
    types: dict[str, AnyType] = {}
    for each in symbol.node.generics:
        if each.text not in found:
            what = f"`{each.text}` of `{name}`"
            helps = (f"no argument says it; give one with a type: `let x: … = {name}(…)`",)
            lower.report("KS0133", node, env, what=what, helps=helps)
            return None
        types[each.text] = found[each.text]
    return lower.callees.info(symbol, node, types)


def _has_var(type_: AnyType) -> bool:
    return isinstance(type_, TypeVar) or any(map(_has_var, parts(type_)))


def unify(wanted: AnyType, found: AnyType, types: dict[str, AnyType]) -> None:
    """What the variables in `wanted` stand for, where a `found` is given."""
    wanted, found = bare(wanted), bare(found)
    if isinstance(wanted, TypeVar):
        if has_error(found):
            return
        found = Scalar("i64") if found == INT else found
        known = types.get(wanted.name)
        if known is None or accepts(found, known):
            types[wanted.name] = found
        return
    if kind(wanted) == kind(found):
        for a, b in zip(parts(wanted), parts(found), strict=False):
            unify(a, b, types)


# ---------------------------------------------------------------- C


def _foreign(
    lower: Lower,
    symbol: Symbol,
    name: str,
    args: tuple[ast.Argument, ...],
    node: ast.Node,
    env: Env,
) -> Typed:
    fn = lower.world.foreign.get(symbol.name)
    if not isinstance(fn, ForeignFn):
        return _lost(lower, args, env)
    info = invoke.signature(lower, fn, symbol)
    if not any(_names(p.default) for p in fn.params):
        made = arguments(lower, info, name, args, node, env)
        if made is None:
            return Typed(NOTHING.expr, invoke.given(lower.world, fn))
        return invoke.call(lower, fn, made, node, env)
    return _with_defaults(lower, fn, info, name, args, node, env)


def _names(default: AnyExpr | None) -> frozenset[str]:
    if default is None:
        return frozenset()
    return frozenset(found.name for found in walk(default) if isinstance(found, Local))


def _with_defaults(
    lower: Lower,
    fn: ForeignFn,
    info: FnInfo,
    name: str,
    args: tuple[ast.Argument, ...],
    node: ast.Node,
    env: Env,
) -> Typed:
    """`len: u32 = len(buf)`: arguments are named, in order, before a default that names them."""
    result = invoke.given(lower.world, fn)
    given = given_to(lower, info, args, env)
    due = [p for p in info.params if p.default is None]
    if given is None or len(args) > len(info.params) or any(p.name not in given for p in due):
        if given is not None:
            lower.wrong_count(node, env, name, "argument", len(info.params), len(args))
        return Typed(NOTHING.expr, result)
    defined: list[AnyExpr] = []
    made: list[AnyExpr] = []
    seen: dict[str, Variable] = {}
    renamed: dict[str, str] = {}
    for param in info.params:
        arg = given.get(param.name)
        if arg is not None:
            value = lower.value(arg, param.type, env)
        else:
            assert param.default is not None
            frame = Frame(Body(fn.name, UNIT, {}), lambda_=True)
            inside = Env(info.module, Names(dict(seen)), code=frame)
            value = rename(lower.value(param.default, param.type, inside), renamed)
        if lower.world.handle(bare(param.type)) is None:
            fresh = lower.fresh()
            defined.append(Define(fresh, value, of=UNIT))
            value = Local(fresh, of=bare(param.type))
            renamed[param.name] = fresh
        seen[param.name] = Variable(param.type)
        made.append(value)
    called = invoke.call(lower, fn, tuple(made), node, env)
    block = Block((*defined, called.expr), of=bare(result), at=env.module.at(node))
    return Typed(block, result)


def rename(expr: AnyExpr, names: Mapping[str, str]) -> AnyExpr:
    """`expr` with other names for some of its locals; it binds none itself."""
    if isinstance(expr, Local):
        return replace(expr, name=names.get(expr.name, expr.name))
    changed = {
        field: _renamed(getattr(expr, field), names)
        for field in expr.__struct_fields__
        if field not in ("at", "of")
    }
    return replace(expr, **changed)


def _renamed(value: object, names: Mapping[str, str]) -> object:
    if isinstance(value, tuple):
        return tuple(_renamed(item, names) for item in value)
    return rename(value, names) if isinstance(value, AnyExpr) else value
