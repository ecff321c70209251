"""The arguments of a call, one for each parameter: by position, by name, or the default."""

from __future__ import annotations

from kestrel.check.lowering import FnInfo, Lower
from kestrel.check.scope import Env, Names
from kestrel.ir.exprs import AnyExpr
from kestrel.syntax import ast
from kestrel.text.hints import did_you_mean


def arguments(
    lower: Lower, info: FnInfo, name: str, args: tuple[ast.Argument, ...], node: ast.Node, env: Env
) -> tuple[AnyExpr, ...] | None:
    """One expression a parameter: positional, named, or the default."""
    given = given_to(lower, info, args, env)
    due = [p for p in info.params if p.default is None]
    if given is None:
        return None
    if len(args) > len(info.params) or any(p.name not in given for p in due):
        lower.wrong_count(node, env, name, "argument", len(info.params), len(args))
        return None
    defaults = Env(info.module, Names({}), document=env.document, partial=env.partial)
    made: list[AnyExpr] = []
    for param in info.params:
        value = given.get(param.name)
        if value is not None:
            made.append(lower.value(value, param.type, env))
        elif param.default is not None:
            made.append(lower.value(param.default, param.type, defaults))
    return tuple(made)


def given_to(
    lower: Lower, info: FnInfo, args: tuple[ast.Argument, ...], env: Env
) -> dict[str, ast.Expr] | None:
    """Arguments by parameter; those beyond the last parameter are left out."""
    names = [p.name for p in info.params]
    given: dict[str, ast.Expr] = {}
    for position, arg in enumerate(args):
        if not isinstance(arg, ast.NamedArg):
            if position < len(names):
                given[names[position]] = arg
            continue
        key = arg.name.text
        if key not in names:
            helps = did_you_mean(key, names)
            lower.report("KS0101", arg.name, env, what="parameter", name=key, helps=helps)
            return None
        if key in given:
            lower.report("KS0137", arg.name, env, name=key)
            return None
        given[key] = arg.value
    return given
