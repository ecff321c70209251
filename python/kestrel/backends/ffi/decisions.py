"""`if`, `is` and `match` as C++."""

from __future__ import annotations

from collections.abc import Callable

from kestrel.backends.ffi.emitter import Emitter
from kestrel.backends.ffi.patterns import binding, condition
from kestrel.backends.ffi.values import Val
from kestrel.check.shapes import BOOL, UNIT, bare
from kestrel.ir.exprs import (
    AnyExpr,
    Const,
    If,
    Is,
    Match,
)


def conditional(e: Emitter, expr: If) -> Val:
    cond = e.value(expr.cond)
    name, cpp = e.variable(expr.of, e.interval(expr))
    type_ = bare(expr.of) if expr.of is not None else UNIT
    with e.braces(f"if ({cond.text})"), e.branch():
        e.branch_into(name, cpp, expr.then, type_)
    if not (isinstance(expr.other, Const) and expr.other.value is None):
        e.lines[-1] += " else {"
        e.depth += 1
        with e.branch():
            e.branch_into(name, cpp, expr.other, type_)
        e.depth -= 1
        e.say("}")
    return Val(name or "k::unit", type_, cpp=cpp)


def is_variant(e: Emitter, expr: Is) -> Val:
    from kestrel.ir.exprs import OfVariant

    base = e.value(expr.base)
    return Val(condition(e, OfVariant(expr.variant), base) or "true", BOOL, base.steady)


def match(e: Emitter, expr: Match, arm: Callable[[AnyExpr], None]) -> None:
    """The arms in order; the first that fits is done."""
    subject = e.value(expr.subject)
    if not subject.text.isidentifier():
        name = e.names.fresh("t")
        e.say(f"auto&& {name} = {subject.text};")
        subject = subject._replace(text=name)
    closed = False
    for each in expr.arms:
        if closed:
            break
        test = condition(e, each.pattern, subject)
        closed = not test
        head = f"if ({test})" if test else ""
        if e.lines[-1].strip() == "} else":
            e.lines[-1] += f" {head} {{" if head else " {"
        else:
            e.say(f"{head} {{" if head else "{")
        e.depth += 1
        with e.branch():
            binding(e, each.pattern, subject)
            arm(each.body)
        e.depth -= 1
        e.say("} else" if not closed else "}")
    if not closed:
        e.lines[-1] += " {"
        e.say("  __builtin_unreachable();")
        e.say("}")


def matched(e: Emitter, expr: Match) -> Val:
    name, cpp = e.variable(expr.of, e.interval(expr))
    type_ = bare(expr.of) if expr.of is not None else UNIT
    match(e, expr, lambda body: e.branch_into(name, cpp, body, type_))
    return Val(name or "k::unit", type_, cpp=cpp)
