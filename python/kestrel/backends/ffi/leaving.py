"""`return`, `?`, `defer` and `unsafe` as C++."""

from __future__ import annotations

from kestrel.backends.ffi.emitter import NOTHING, Emitter
from kestrel.backends.ffi.names import cpp_text
from kestrel.backends.ffi.values import Val
from kestrel.check.shapes import UNIT, bare, kind
from kestrel.ir.exprs import (
    AnyExpr,
    Call,
    Defer,
    Invoke,
    Return,
    Try,
    Unsafe,
)
from kestrel.ir.types import (
    Foreign,
    ResultOf,
)


def return_(e: Emitter, expr: Return) -> Val:
    if kind(e.result) == "unit":
        e.value(expr.value)
        e.leave("k::unit")
    else:
        e.leave(e.as_type(expr.value, e.result))
    return NOTHING


def try_(e: Emitter, expr: Try) -> Val:
    found = e.value(expr.value)
    held = found if found.text.isidentifier() else e.temp(e.moved(found), found.type)
    type_ = bare(expr.of) if expr.of is not None else UNIT
    plain = e.types.stored(bare(found.type))
    due = e.types.of(e.result)
    if isinstance(plain, ResultOf):
        e.say(f"if (!{held.text}.is_ok) return {due}::err(std::move({held.text}.error));")
        return Val(f"{held.text}.value", type_)
    e.say(f"if (!{held.text}) return {due}{{}};")
    return Val(f"(*{held.text})", type_)


def defer(e: Emitter, expr: Defer) -> Val:
    """A guard of the block: its expression runs when the block is left."""
    name = e.names.fresh("d")
    inner, result = e.lines, e.result
    e.lines = []
    e.result = UNIT
    e.depth += 1
    with e.branch():
        found = e.value(expr.value)
        _report(e, expr, found)
        e.say("return k::unit;")
    e.depth -= 1
    lines, e.lines, e.result = e.lines, inner, result
    e.say(f"k::Deferred {name}([&]() {{")
    e.say("  const auto run = [&]() -> k::Out<k::Unit> {")
    e.lines += [f"  {line}" for line in lines]
    e.say("  };")
    test = "if (const auto done = run(); done.failed())"
    e.say(f"  {test} k::deferred_failed({_what(expr)}, done.fault);")
    e.say("});")
    return NOTHING


def _what(expr: Defer) -> str:
    value = expr.value
    name = value.fn if isinstance(value, Invoke | Call) else "a deferred expression"
    return cpp_text(name.rpartition(".")[2])


def _report(e: Emitter, expr: Defer, found: Val) -> None:
    """What a deferred call says of its failure goes to the audit sink."""
    if not isinstance(bare(found.type), ResultOf) or _ignored(e, expr.value):
        if found.text != "k::unit":
            e.say(f"static_cast<void>({found.text});")
        return
    plain = bare(found.type)
    assert isinstance(plain, ResultOf)
    status = isinstance(plain.err, Foreign)
    code = f"{found.text}.error.value" if status else "0"
    e.say(f"if (!{found.text}.is_ok) k::deferred_failed({_what(expr)}, k::Int{{{code}}});")


def _ignored(e: Emitter, value: AnyExpr) -> bool:
    from kestrel.ir.functions import ForeignFn, Handle

    if not isinstance(value, Invoke):
        return False
    fn = e.types.foreign[value.fn]
    assert isinstance(fn, ForeignFn)
    always = any(
        isinstance(h, Handle) and h.release == fn.name and h.always
        for h in e.types.foreign.values()
    )
    return fn.ignore or always


def unsafe(e: Emitter, expr: Unsafe) -> Val:
    unsafe_check(e, expr)
    return e.value(expr.body)


def unsafe_check(e: Emitter, expr: Unsafe) -> None:
    place = e.shared.places.number(e.function.name, expr.at)
    e.say(f"if (!k::has_sink()) return k::Fault{{k::Fail::sink, {place}}};")
