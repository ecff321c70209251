"""Calls: methods, built-in functions, declared functions, variants with a payload."""

from __future__ import annotations

from kestrel.check.arguments import arguments
from kestrel.check.code import calls as code
from kestrel.check.code import exits, invoke
from kestrel.check.literals import some
from kestrel.check.lowering import NOTHING, Lower, Typed
from kestrel.check.merging import is_merge, value_merge
from kestrel.check.methods import NAMES, call_method
from kestrel.check.names import dotted, is_value, own_record
from kestrel.check.scope import KIND_WORDS, Env, Symbol
from kestrel.check.shapes import bare, has_error
from kestrel.check.variants import infer_all, make_variant, variant_named
from kestrel.check.world import SumInfo
from kestrel.ir.exprs import AnyExpr, Call, MakeVariant
from kestrel.ir.types import AnyType, ListOf, MapOf, OptionOf, ResultOf
from kestrel.syntax import ast
from kestrel.text.hints import did_you_mean


def call(lower: Lower, node: ast.Call, env: Env) -> Typed:
    return _call(lower, node, node.callee, node.args, None, env)


def value_call(lower: Lower, node: ast.Call, wanted: AnyType, env: Env) -> AnyExpr | None:
    """`Some({ … })` and variants, whose payload's type is said by what is due."""
    plain = bare(wanted)
    if isinstance(plain, OptionOf) and _is_some(node):
        inner = lower.value(_argument_value(node.args[0]), plain.item, env)
        return MakeVariant("", "Some", (inner,), at=env.module.at(node))
    if isinstance(plain, ResultOf) and (name := exits.is_made(node.callee, node.args)):
        arg = node.args[0] if node.args else None
        return exits.value_made(lower, node, name, arg, plain, env)
    if is_merge(node, env):
        return value_merge(lower, node, wanted, env)
    if (changed := _mapped(lower, node, node.callee, node.args, plain, env)) is not None:
        return lower.coerce(changed, wanted, node, env)
    if lower.world.sum(plain) is not None:
        found = _call(lower, node, node.callee, node.args, plain, env)
        return lower.coerce(found, wanted, node, env)
    return None


def value_pipe(lower: Lower, node: ast.Pipe, wanted: AnyType, env: Env) -> AnyExpr | None:
    """`xs |> map(f)`, whose result's type is said by what is due."""
    right = node.right
    if not isinstance(right, ast.Call):
        return None
    args = (node.left, *right.args)
    changed = _mapped(lower, node, right.callee, args, bare(wanted), env)
    return None if changed is None else lower.coerce(changed, wanted, node, env)


def _mapped(
    lower: Lower,
    node: ast.Node,
    callee: ast.Expr,
    args: tuple[ast.Argument, ...],
    wanted: AnyType,
    env: Env,
) -> Typed | None:
    """`xs.map(f)` or `map(xs, f)` where a collection is due: `f` makes its items."""
    due = wanted.value if isinstance(wanted, MapOf) else None
    if isinstance(wanted, ListOf | OptionOf):
        due = wanted.item
    name = callee.name if isinstance(callee, ast.Member) else callee
    if due is None or not isinstance(name, ast.Name) or name.text != "map":
        return None
    if isinstance(callee, ast.Member):
        path = dotted(callee.value)
        if path is not None and not is_value(lower, path[0], env):
            return None
        return call_method(lower, lower.infer(callee.value, env), name, args, node, env, due)
    if "map" in env.module.names or not args or isinstance(args[0], ast.NamedArg):
        return None
    return call_method(lower, lower.infer(args[0], env), name, args[1:], node, env, due)


def _is_some(node: ast.Call) -> bool:
    if not isinstance(node.callee, ast.Name) or node.callee.text != "Some" or len(node.args) != 1:
        return False
    return not isinstance(_argument_value(node.args[0]), ast.NamedArg)


def _argument_value(arg: ast.Argument) -> ast.Node:
    """`env:NAME` and `file:"…"` as an argument read like one with a name."""
    match arg:
        case ast.NamedArg(name=ast.Name(text="env"), value=ast.Name() as name):
            return ast.EnvSecret(arg.start, arg.end, name)
        case ast.NamedArg(name=ast.Name(text="file"), value=ast.Text() as path):
            return ast.FileSecret(arg.start, arg.end, path)
    return arg


def pipe(lower: Lower, node: ast.Pipe, env: Env) -> Typed:
    """`x |> f` is `f(x)`, `x |> f(a)` is `f(x, a)`."""
    right = node.right
    if isinstance(right, ast.Call):
        return _call(lower, node, right.callee, (node.left, *right.args), None, env)
    return _call(lower, node, right, (node.left,), None, env)


def _call(
    lower: Lower,
    node: ast.Node,
    callee: ast.Expr,
    args: tuple[ast.Argument, ...],
    wanted: AnyType | None,
    env: Env,
) -> Typed:
    path = dotted(callee)
    if invoke.is_log(path, env):
        return invoke.log(lower, node, args, env)
    if path is None:
        if isinstance(callee, ast.Member):
            return call_method(lower, lower.infer(callee.value, env), callee.name, args, node, env)
        return _not_callable(lower, callee, args, env)
    if len(path) == 1:
        return _call_name(lower, node, path[0], args, env)
    assert isinstance(callee, ast.Member)
    found = variant_named(lower, path, env, wanted) if not _local(lower, path[0], env) else None
    if isinstance(found, SumInfo):
        return make_variant(lower, found, path[-1], args, node, env)
    if found is not None:
        return NOTHING
    symbol = lower.world.lookup(env.module, tuple(n.text for n in path))
    if symbol is not None and not _local(lower, path[0], env):
        return _call_symbol(lower, symbol, node, callee, args, env)
    return call_method(lower, lower.infer(callee.value, env), callee.name, args, node, env)


def _local(lower: Lower, first: ast.Name, env: Env) -> bool:
    record = own_record(lower, env)
    return env.names.get(first.text) is not None or (
        record is not None and first.text in record.fields
    )


def _call_name(
    lower: Lower, node: ast.Node, name: ast.Name, args: tuple[ast.Argument, ...], env: Env
) -> Typed:
    symbol = env.module.names.get(name.text)
    if symbol is not None:
        return _call_symbol(lower, symbol, node, name, args, env)
    if env.code is not None and (made := exits.is_made(name, args)):
        return exits.made(lower, node, made, args[0] if args else None, env)
    if name.text == "Some" and len(args) == 1 and not isinstance(args[0], ast.NamedArg):
        return some(lower, node, args[0], env)
    if name.text in NAMES and args and not isinstance(args[0], ast.NamedArg):
        return call_method(lower, lower.infer(args[0], env), name, args[1:], node, env)
    if name.text in NAMES:
        expected = "the value that it is about first"
        return lower.report("KS0115", node, env, name=name.text, expected=expected, found="none is")
    infer_all(lower, args, env)
    if env.module.lost(name.text):
        return NOTHING
    functions = [n for n, s in env.module.names.items() if s.kind in ("fn", "template")]
    helps = did_you_mean(name.text, [*functions, *NAMES, "Some"])
    return lower.report("KS0101", name, env, what="function", name=name.text, helps=helps)


def _not_callable(
    lower: Lower, callee: ast.Expr, args: tuple[ast.Argument, ...], env: Env
) -> Typed:
    found = lower.infer(callee, env)
    infer_all(lower, args, env)
    if has_error(found.type):
        return NOTHING
    return lower.report(
        "KS0106",
        callee,
        env,
        name=env.module.span(callee).text,
        found="a value",
        expected="a function",
    )


# ---------------------------------------------------------------- declared functions


def _call_symbol(
    lower: Lower,
    symbol: Symbol,
    node: ast.Node,
    callee: ast.Expr,
    args: tuple[ast.Argument, ...],
    env: Env,
) -> Typed:
    name = env.module.span(callee).text
    if env.code is not None and isinstance(symbol.node, ast.Fn | ast.ForeignFn):
        return code.call(lower, symbol, name, args, node, callee, env)
    if symbol.kind == "foreign":
        infer_all(lower, args, env)
        return lower.report("KS0130", callee, env, what=f"a call of the foreign `{name}`")
    if symbol.kind not in ("fn", "template") or (symbol.kind == "template" and not env.document):
        found, expected = KIND_WORDS[symbol.kind], "a function"
        return lower.report("KS0106", callee, env, name=name, found=found, expected=expected)
    info = lower.find_fn(symbol, callee, env)
    if info is None:
        infer_all(lower, args, env)
        return NOTHING
    made = arguments(lower, info, name, args, node, env)
    if made is None:
        return Typed(NOTHING.expr, info.result)
    return Typed(Call(info.name, made, at=env.module.at(node)), info.result)
