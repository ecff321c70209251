"""Functions as arguments: lambdas, and declared functions by their names."""

from __future__ import annotations

from kestrel.check.binding import take_apart
from kestrel.check.lowering import NOTHING, Lower, Typed
from kestrel.check.names import bind
from kestrel.check.scope import Env, Variable
from kestrel.check.shapes import accepts
from kestrel.ir.exprs import AnyExpr, Call, Lambda, Let, Local
from kestrel.ir.types import AnyType
from kestrel.syntax import ast


def function(
    lower: Lower, node: ast.Expr, params: tuple[Variable, ...], wanted: AnyType | None, env: Env
) -> Typed:
    """A lambda, or a function's name, as an argument; its type is the result's."""
    if isinstance(node, ast.Paren):
        return function(lower, node.value, params, wanted, env)
    if isinstance(node, ast.Lambda):
        return _lambda(lower, node, params, wanted, env)
    symbol = env.module.names.get(node.text) if isinstance(node, ast.Name) else None
    if symbol is not None and symbol.kind == "fn":
        return _named_function(lower, symbol_call(lower, node, params, env), node, wanted, env)
    lower.infer(node, env)
    helps = ("write a lambda: `|x| …`",)
    return lower.report("KS0110", node, env, expected="a function", found="a value", helps=helps)


def _lambda(
    lower: Lower, node: ast.Lambda, params: tuple[Variable, ...], wanted: AnyType | None, env: Env
) -> Typed:
    if len(node.params) != len(params):
        due, found = len(params), len(node.params)
        return lower.wrong_count(node, env, "lambda", "parameter", due, found)
    names: list[str] = []
    parts: list[tuple[str, AnyExpr]] = []
    own: dict[str, Variable] = {}
    for param, variable in zip(node.params, params, strict=True):
        names.append(_param(lower, param.pattern, variable, own, parts, env))
    around = env if env.code is None else env.inside(lambda_=True, loop=False).frozen()
    body = _body(lower, node.body, wanted, bind(lower, own, node, around))
    made = body.expr
    for name, value in reversed(parts):
        made = Let(name, value, made)
    return Typed(Lambda(tuple(names), made, at=env.module.at(node)), body.type)


def _body(lower: Lower, node: ast.Expr, wanted: AnyType | None, env: Env) -> Typed:
    if wanted is None:
        return lower.infer(node, env)
    return Typed(lower.value(node, wanted, env), wanted)


def _param(
    lower: Lower,
    pattern: ast.Name | ast.TuplePattern,
    variable: Variable,
    own: dict[str, Variable],
    parts: list[tuple[str, AnyExpr]],
    env: Env,
) -> str:
    """The parameter's name; what a pattern takes out of it is added to `own` and `parts`."""
    if isinstance(pattern, ast.Name):
        check_small(lower, pattern, env)
        own[pattern.text] = variable
        return pattern.text
    name = lower.fresh()
    take_apart(lower, pattern, Typed(Local(name), variable.type), own, parts, env)
    return name


def check_small(lower: Lower, name: ast.Name, env: Env) -> None:
    """Variables begin with a small letter: what has a capital is a variant."""
    text = name.text
    if text[:1].isupper():
        helps = (f"write `{text[:1].lower()}{text[1:]}`",)
        lower.report(
            "KS0107", name, env, what="a variable", letter="a small letter", name=text, helps=helps
        )


def symbol_call(lower: Lower, node: ast.Expr, params: tuple[Variable, ...], env: Env) -> Typed:
    """`|x| f(x)` for the function's name `f`."""
    assert isinstance(node, ast.Name)
    info = lower.find_fn(env.module.names[node.text], node, env)
    if info is None:
        return NOTHING
    if len(info.params) != len(params):
        due, found = len(info.params), len(params)
        return lower.wrong_count(node, env, node.text, "argument", due, found)
    names = tuple(lower.fresh() for _ in params)
    for param, variable in zip(info.params, params, strict=True):
        if not accepts(param.type, variable.type):
            lower.mismatch(node, param.type, variable.type, env)
    call = Call(info.name, tuple(Local(n) for n in names), at=env.module.at(node))
    return Typed(Lambda(names, call, at=env.module.at(node)), info.result)


def _named_function(
    lower: Lower, made: Typed, node: ast.Expr, wanted: AnyType | None, env: Env
) -> Typed:
    if wanted is not None:
        lower.coerce(made, wanted, node, env)
    return made
