"""Calls of functions, and audit records, as C++."""

from __future__ import annotations

from kestrel.backends.ffi.calls import call_foreign
from kestrel.backends.ffi.emitter import NOTHING, Emitter
from kestrel.backends.ffi.made import told
from kestrel.backends.ffi.names import cpp_text
from kestrel.backends.ffi.values import Val
from kestrel.check.shapes import bare, kind
from kestrel.ir.exprs import (
    Call,
    Invoke,
    Log,
)
from kestrel.ir.types import (
    Foreign,
    Named,
)


def call(e: Emitter, expr: Call) -> Val:
    fn = e.shared.functions[expr.fn]
    types = tuple(p.type for p in fn.params)
    parts = []
    for value, param in zip(e.all(told(expr.args, types)), fn.params, strict=True):
        lent = param.ownership != "own" and e.types.moves(param.type)
        parts.append(value.text if lent else e.cast(value, param.type))
    text = f"{e.shared.name(expr.fn)}({', '.join(parts)})"
    type_ = bare(fn.result)
    found = e.tried(text, type_, expr.at)
    return NOTHING if kind(type_) == "unit" else found


def invoke(e: Emitter, expr: Invoke) -> Val:
    return call_foreign(e, expr)


def log(e: Emitter, expr: Log) -> Val:
    values = e.all(tuple(value for _, value in expr.fields))
    fields = [
        f"k::field({cpp_text(name)}, {_logged(e, value)})"
        for (name, _), value in zip(expr.fields, values, strict=True)
    ]
    place = e.shared.places.number(e.function.name, expr.at)
    record = f"k::audit({cpp_text(expr.event)}, {{{', '.join(fields)}}})"
    e.say(f"if (!{record}) return k::Fault{{k::Fail::sink, {place}}};")
    return NOTHING


def _logged(e: Emitter, value: Val) -> str:
    plain = e.types.stored(bare(value.type))
    if isinstance(plain, Foreign):
        return f"{value.text}.value"
    if isinstance(plain, Named):
        return f"show({value.text})"
    return value.text
