"""Names, blocks and loops as C++."""

from __future__ import annotations

from kestrel.backends.ffi.emitter import NOTHING, Emitter
from kestrel.backends.ffi.values import W128, Val, width
from kestrel.check.shapes import INT, STRING, UNIT, bare, kind
from kestrel.ir.exprs import (
    Assign,
    Block,
    Break,
    Continue,
    Define,
    ForEach,
    Let,
    Op,
    While,
)
from kestrel.ir.types import (
    AnyType,
    ListOf,
    MapOf,
    OptionOf,
    Scalar,
    SetOf,
)


def define(e: Emitter, name: str, value: Val, mutable: bool) -> None:
    made = e.names.fresh("v_", name)
    e.say(f"[[maybe_unused]] auto {made} = {e.moved(value)};")
    e.env[name] = Val(made, value.type, steady=not mutable, cpp=value.cpp)


def defined(e: Emitter, expr: Define) -> Val:
    define(e, expr.name, e.value(expr.value), expr.mutable)
    return NOTHING


def let(e: Emitter, expr: Let) -> Val:
    before = dict(e.env)
    define(e, expr.name, e.value(expr.value), mutable=False)
    found = e.value(expr.body)
    e.env = before
    return found


def assign(e: Emitter, expr: Assign) -> Val:
    target = e.env[expr.name]
    e.say(f"{target.text} = {e.as_type(expr.value, target.type)};")
    return NOTHING


def block(e: Emitter, expr: Block) -> Val:
    type_ = bare(expr.of) if expr.of is not None else UNIT
    name, cpp = e.variable(expr.of, e.interval(expr))
    with e.branch(), e.braces():
        for item in expr.items[:-1]:
            e.statement(item)
        if expr.items:
            e.branch_into(name, cpp, expr.items[-1], type_)
    return Val(name or "k::unit", type_, cpp=cpp)


def while_(e: Emitter, expr: While) -> Val:
    with e.braces("while (true)"):
        cond = e.value(expr.cond)
        if cond.text != "true":
            e.say(f"if (!{cond.text}) break;")
        e.statement(expr.body)
    return NOTHING


def for_each(e: Emitter, expr: ForEach) -> Val:
    values = expr.values
    with e.branch():
        if isinstance(values, Op) and values.op == "list.range":
            _for_range(e, expr, values)
        else:
            _for_items(e, expr)
    return NOTHING


def _for_range(e: Emitter, expr: ForEach, values: Op) -> None:
    cpp = width(*(e.interval(arg) for arg in values.args))
    lo, hi = e.all(values.args)
    end = e.temp(e.as_int(hi, cpp), INT)
    name = e.names.fresh("v_", expr.name)
    e.env[expr.name] = Val(name, INT, cpp=cpp)
    with e.braces(f"for ({cpp} {name} = {e.as_int(lo, cpp)}; {name} < {end.text}; ++{name})"):
        e.statement(expr.body)


def _for_items(e: Emitter, expr: ForEach) -> None:
    values = e.steady(expr.values)
    plain = e.types.stored(bare(values.type))
    held = values.text if values.text.isidentifier() else e.temp(values.text, values.type).text
    name = e.names.fresh("v_", expr.name)
    if isinstance(plain, MapOf):
        key = e.names.fresh("k_", expr.name)
        e.env[f"{expr.name} key"] = Val(key, STRING)
        e.env[expr.name] = Val(name, bare(plain.value))
        head = f"for ([[maybe_unused]] const auto& [{key}, {name}] : {held})"
        with e.braces(head):
            e.statement(expr.body)
        return
    item: AnyType = Scalar("u8")
    if isinstance(plain, ListOf | SetOf | OptionOf):
        item = bare(plain.item)
    elif kind(plain) == "buffer":
        item = bare(plain.item)  # type: ignore[union-attr]
    if isinstance(plain, OptionOf):
        held = f"k::items_of({held})"
    if kind(plain) == "bytes":
        held = f"k::buffer({held})"
    e.env[expr.name] = Val(name, item, cpp=W128 if item == INT else "")
    with e.braces(f"for ([[maybe_unused]] const auto& {name} : {held})"):
        e.statement(expr.body)


def break_(e: Emitter, expr: Break) -> Val:
    e.say("break;")
    return NOTHING


def continue_(e: Emitter, expr: Continue) -> Val:
    e.say("continue;")
    return NOTHING
