"""Constants, names and members as C++."""

from __future__ import annotations

from kestrel.backends.ffi.emitter import NOTHING, Emitter
from kestrel.backends.ffi.names import cpp_text
from kestrel.backends.ffi.values import Val, integer, width
from kestrel.check.shapes import BOOL, INT, STRING, UNIT, bare, kind
from kestrel.ir.exprs import (
    Code,
    Const,
    Field,
    Item,
    Local,
)
from kestrel.ir.functions import Status, Struct
from kestrel.ir.ranges import Interval
from kestrel.ir.types import (
    Foreign,
    Named,
    Scalar,
    TupleOf,
)


def constant(e: Emitter, expr: Const) -> Val:
    type_ = bare(expr.of) if expr.of is not None else Scalar(expr.type)
    value = expr.value
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return Val("true" if value else "false", BOOL)
    if isinstance(value, int) and not isinstance(type_, Scalar | Named):
        type_ = Scalar(expr.type)
    if isinstance(value, int):
        if kind(e.types.stored(type_)) == "float":
            return Val(f"static_cast<double>({integer(value)})", type_)
        cpp = width(Interval(value, value)) if type_ == INT else ""
        return Val(integer(value, cpp or e.types.of(type_)), type_, cpp=cpp)
    if isinstance(value, float):
        return Val(_real(value, e.types.of(type_)), type_)
    if expr.type == "Bytes":
        data = bytes.fromhex(value)
        octal = "".join(f"\\{byte:03o}" for byte in data)
        return Val(f'k::Bytes{{std::string("{octal}", {len(data)})}}', type_)
    size = len(value.encode("utf-8", "replace"))
    return Val(f"std::string({cpp_text(value)}, {size})", type_)


def _real(value: float, cpp: str) -> str:
    if value != value:
        return f"std::numeric_limits<{cpp}>::quiet_NaN()"
    if value in (float("inf"), float("-inf")):
        sign = "-" if value < 0 else ""
        return f"{sign}std::numeric_limits<{cpp}>::infinity()"
    return f"static_cast<{cpp}>({value.hex()})"


def local(e: Emitter, expr: Local) -> Val:
    return e.env[expr.name]


def field(e: Emitter, expr: Field) -> Val:
    base = e.value(expr.base)
    type_ = bare(expr.of) if expr.of is not None else UNIT
    plain = bare(base.type)
    if isinstance(plain, Foreign):
        found = e.types.foreign[plain.name]
        if isinstance(found, Struct):
            return Val(f"{base.text}.{expr.name}", type_, base.steady)
        assert isinstance(found, Status)
        if expr.name == "text":
            return e.temp(f"{base.text}.text()", STRING)
        return Val(f"{base.text}.value", type_, base.steady)
    return Val(f"{base.text}.{e.types.member(expr.name)}", type_, base.steady)


def item(e: Emitter, expr: Item) -> Val:
    base = e.value(expr.base)
    type_ = bare(expr.of) if expr.of is not None else UNIT
    if isinstance(bare(base.type), TupleOf):
        type_ = bare(base.type).items[expr.index]  # type: ignore[union-attr]
    return Val(f"std::get<{expr.index}>({base.text})", type_, base.steady)


def code(e: Emitter, expr: Code) -> Val:
    status = e.types.foreign[expr.status]
    assert isinstance(status, Status)
    value = next(c.value for c in status.codes if c.name == expr.code)
    type_ = Foreign(expr.status)
    return Val(f"{e.types.of(type_)}{{{integer(value, e.types.of(status.type))}}}", type_)
