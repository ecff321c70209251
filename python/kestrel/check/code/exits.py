"""Ways out of a function, `return` and `?`, and the values that say how it went, `Ok` and `Err`."""

from __future__ import annotations

from kestrel.check.lowering import NOTHING, Lower, Typed
from kestrel.check.refused import refuse
from kestrel.check.scope import Body, Env
from kestrel.check.shapes import ERROR, NEVER, UNIT, accepts, bare, has_error, kind, show
from kestrel.ir.exprs import AnyExpr, Const, MakeVariant, Return, Try
from kestrel.ir.types import AnyType, OptionOf, ResultOf
from kestrel.syntax import ast


def returned(lower: Lower, node: ast.Return, env: Env) -> Typed:
    """`return`, with or without a value."""
    if env.code is None:
        return refuse(lower, node, env)
    body = env.code.body
    if not _may_leave(lower, node, "`return`", env):
        return NOTHING
    at = env.module.at(node)
    if node.value is None:
        value: AnyExpr = Const("Unit", of=UNIT, at=at)
        if body.result is not None:
            value = lower.coerce(Typed(value, UNIT), body.result, node, env)
    elif body.result is not None:
        value = lower.value(node.value, body.result, env)
    else:
        value, found = lower.infer(node.value, env)
        body.given.append(found)
    return Typed(Return(value, of=NEVER, at=at), NEVER)


def try_(lower: Lower, node: ast.Try, env: Env) -> Typed:
    """`value?`: the function's own result must be able to say what the value's says."""
    if env.code is None:
        return refuse(lower, node, env)
    found = lower.infer(node.value, env)
    plain = bare(found.type)
    if has_error(plain) or plain == NEVER:
        return found
    if not isinstance(plain, ResultOf | OptionOf):
        caret = f"this is `{show(plain)}`"
        return lower.report(
            "KS0204", node, env, why="only a `Result` or an `Option` can be tried", caret=caret
        )
    if not _may_leave(lower, node, "`?`", env):
        return NOTHING
    _passes_on(lower, env.code.body, plain, node, env)
    inner = plain.ok if isinstance(plain, ResultOf) else plain.item
    return Typed(Try(found.expr, of=bare(inner), at=env.module.at(node)), inner)


def _passes_on(
    lower: Lower, body: Body, plain: ResultOf | OptionOf, node: ast.Try, env: Env
) -> None:
    passed: AnyType = ResultOf(ERROR, plain.err) if isinstance(plain, ResultOf) else OptionOf(ERROR)
    if body.result is None:
        body.given.append(passed)
        return
    due = bare(body.result)
    if kind(due) != kind(passed):
        why = f"`{_short(body)}` gives `{show(due)}`, which has no place for what is passed on"
        helps = (_cure(due, passed),)
        lower.report("KS0204", node, env, why=why, helps=helps)
    elif (
        isinstance(plain, ResultOf)
        and isinstance(due, ResultOf)
        and not accepts(due.err, plain.err)
    ):
        why = f"the error is `{show(plain.err)}`, and `{_short(body)}` gives `{show(due.err)}`"
        helps = (f"turn it into one: `.map_err(|e| …)?`, `e` being `{show(plain.err)}`",)
        lower.report("KS0204", node, env, why=why, helps=helps)


def _cure(due: AnyType, passed: AnyType) -> str:
    if isinstance(passed, ResultOf):
        return f"let the function give `Result<{show(due)}, {show(passed.err)}>`, or use `match`"
    return f"let the function give `Option<{show(due)}>`, or use `match` or `.or(…)`"


def _short(body: Body) -> str:
    return body.name.rpartition(".")[2]


def _may_leave(lower: Lower, node: ast.Node, what: str, env: Env) -> bool:
    assert env.code is not None
    place = ""
    if env.code.defer:
        place = "a deferred expression"
    elif env.code.lambda_:
        place = "a lambda"
    if place:
        lower.report("KS0205", node, env, what=what, place=place)
    return not place


# ---------------------------------------------------------------- Ok and Err


def made(lower: Lower, node: ast.Node, name: str, arg: ast.Argument | None, env: Env) -> Typed:
    """`Ok(x)` or `Err(x)` where nothing says which result it is."""
    inner = lower.infer(arg, env) if arg is not None else Typed(Const("Unit", of=UNIT), UNIT)
    type_ = bare(inner.type)
    result = ResultOf(type_, ERROR) if name == "Ok" else ResultOf(ERROR, type_)
    return Typed(MakeVariant("", name, (inner.expr,), of=result, at=env.module.at(node)), result)


def value_made(
    lower: Lower, node: ast.Node, name: str, arg: ast.Argument | None, wanted: ResultOf, env: Env
) -> AnyExpr:
    """The same where a result is due."""
    due = wanted.ok if name == "Ok" else wanted.err
    if arg is None:
        inner = lower.coerce(Typed(Const("Unit", of=UNIT), UNIT), due, node, env)
    else:
        inner = lower.value(arg, due, env)
    return MakeVariant("", name, (inner,), of=wanted, at=env.module.at(node))


def is_made(callee: ast.Expr, args: tuple[ast.Argument, ...]) -> str:
    """`Ok` or `Err`, if a call is one of them; else empty."""
    name = callee.text if isinstance(callee, ast.Name) else ""
    plain = all(not isinstance(arg, ast.NamedArg) for arg in args)
    return name if name in ("Ok", "Err") and len(args) <= 1 and plain else ""
