"""`merge(base, over, …)`: documents laid over one another, whole or in part, the last on top."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kestrel.check.lowering import NOTHING, Lower, Typed
from kestrel.check.scope import Env
from kestrel.check.shapes import bare, has_error, key_of, kind, show
from kestrel.ir.exprs import AnyExpr, Merge
from kestrel.ir.types import AnyType
from kestrel.syntax import ast

NAME = "merge"


def is_merge(node: ast.Call, env: Env) -> bool:
    """Is it the built-in function, in a document, with all its arguments written as values?"""
    callee = node.callee
    return (
        env.document
        and isinstance(callee, ast.Name)
        and callee.text == NAME
        and NAME not in env.module.names
        and env.names.get(NAME) is None
        and len(node.args) > 1
        and not any(isinstance(arg, ast.NamedArg) for arg in node.args)
    )


def merge(lower: Lower, base: Typed, overs: Sequence[ast.Expr], node: ast.Node, env: Env) -> Typed:
    """The first document's type is that of the others."""
    if has_error(base.type):
        return NOTHING
    if not _can_merge(lower, bare(base.type)):
        return lower.report(
            "KS0144", node, env, type=show(base.type), helps=_cures(base.type, node, overs, env)
        )
    return Typed(_over(lower, base.expr, base.type, overs, node, env), bare(base.type))


def value_merge(lower: Lower, node: ast.Call, wanted: AnyType, env: Env) -> AnyExpr | None:
    """Where the type is known it is also the first one's."""
    if not _can_merge(lower, bare(wanted)):
        return None
    args = [arg for arg in node.args if not isinstance(arg, ast.NamedArg)]
    base = lower.value(args[0], wanted, env)
    return _over(lower, base, wanted, args[1:], node, env)


def _over(
    lower: Lower,
    base: AnyExpr,
    type_: AnyType,
    overs: Sequence[ast.Expr],
    node: ast.Node,
    env: Env,
) -> AnyExpr:
    for over in overs:
        made = lower.value(over, type_, env)
        base = Merge(base, made, bare(type_), at=env.module.at(node))
    return base


def _can_merge(lower: Lower, type_: AnyType) -> bool:
    stored = bare(lower.world.stored(type_))
    return lower.world.record(stored) is not None or kind(stored) == "map" or bool(key_of(stored))


_Cure = Callable[[str, str], str]
_CURES: dict[str, _Cure] = {
    "list": lambda a, b: f"`{a} + {b}` appends; a list with `@key` is merged by it",
    "set": lambda a, b: f"`{a} + {b}` has the items of both",
    "option": lambda a, b: f"`{b}` alone says what stands there",
}


def _cures(type_: AnyType, node: ast.Node, overs: Sequence[ast.Expr], env: Env) -> tuple[str, ...]:
    cure = _CURES.get(kind(type_))
    if cure is None or not overs or not isinstance(node, ast.Call):
        return ()
    first: ast.Node = node.args[0]
    if len(node.args) == len(overs) and isinstance(node.callee, ast.Member):
        first = node.callee.value
    return (cure(_short(first, env, "a"), _short(overs[0], env, "b")),)


def _short(node: ast.Node, env: Env, otherwise: str) -> str:
    text = env.module.span(node).text
    return text if len(text) < 30 and "\n" not in text else otherwise
