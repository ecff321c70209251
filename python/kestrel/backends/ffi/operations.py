"""The table of operations, and conversions, as C++."""

from __future__ import annotations

from kestrel.backends.ffi.collections import over_items
from kestrel.backends.ffi.emitter import Emitter
from kestrel.backends.ffi.integers import integer_op
from kestrel.backends.ffi.ops import OVER, SHOWN, SIMPLE
from kestrel.backends.ffi.values import W128, Val, width
from kestrel.check.shapes import BOOL, INT, STRING, UNIT, bare, kind
from kestrel.ir.exprs import (
    Const,
    Convert,
    Local,
    Op,
)
from kestrel.ir.ranges import Interval
from kestrel.ir.types import (
    SCALARS,
    AnyType,
    Named,
    OptionOf,
    Scalar,
)


def op(e: Emitter, expr: Op) -> Val:
    name = expr.op
    type_ = bare(expr.of) if expr.of is not None else _natural(name)
    if name in ("bool.and", "bool.or"):
        return _lazy(e, expr, "&&" if name == "bool.and" else "||")
    if name == "option.or":
        return _option_or(e, expr, type_)
    if name == "text.matches":
        return _matches(e, expr)
    if name == "any.show":
        return _shown(e, expr)
    if name == "entry.key":
        return _entry_key(e, expr)
    if name.startswith("int.") and name != "int.to_float":
        return integer_op(e, expr)
    group, _, method = name.partition(".")
    if group in ("list", "map") and (method in OVER or method in ("map", "filter")):
        return over_items(e, expr, type_)
    if name == "option.some":
        return _wrapped(e, expr, type_)
    args = e.all(expr.args)
    texts = [_operand(e, value, name, n) for n, value in enumerate(args)]
    row = SIMPLE[name]
    text = row.text.format(*texts)
    if row.fails:
        return e.tried(text, type_, expr.at, cpp=W128 if type_ == INT else "")
    cpp = ""
    if type_ == INT:
        cpp = width(e.interval(expr))
        text = f"static_cast<{cpp}>({text})"
    return e.temp(text, type_, cpp)


def _operand(e: Emitter, value: Val, op: str, position: int) -> str:
    plain = e.types.stored(bare(value.type))
    if op in ("list.range",) or (op in ("list.at", "bytes.at") and position == 1):
        return e.as_int(value, W128)
    if op == "int.to_float":
        return value.text
    if op.startswith("float.") and e.types.of(plain) == "float":
        return f"static_cast<double>({value.text})"
    if op.startswith("float."):
        return f"static_cast<double>({value.text})" if value.cpp or e.is_int(plain) else value.text
    if op == "list.contains" and position == 1 and bare(value.type) == INT:
        return e.as_int(value, W128)
    if op.startswith(("list.", "text.join")) and isinstance(plain, OptionOf) and position == 0:
        return f"k::items_of({value.text})"
    return value.text


def _natural(op: str) -> AnyType:
    results: dict[str, AnyType] = {"text": STRING, "bool": BOOL, "int": INT}
    return results.get(op.partition(".")[0], UNIT)


def _lazy(e: Emitter, expr: Op, sign: str) -> Val:
    """The second operand is taken only if the first does not decide."""
    first = e.value(expr.args[0])
    before = len(e.lines)
    name = e.names.fresh("t")
    e.say(f"bool {name} = {first.text};")
    with e.braces(f"if ({name})" if sign == "&&" else f"if (!{name})"), e.branch():
        second = e.value(expr.args[1])
        e.say(f"{name} = {second.text};")
    if len(e.lines) == before + 4:  # nothing had to happen: an expression says it all
        del e.lines[before:]
        return Val(f"({first.text} {sign} {second.text})", BOOL, first.steady and second.steady)
    return Val(name, BOOL)


def _option_or(e: Emitter, expr: Op, type_: AnyType) -> Val:
    option = e.steady(expr.args[0])
    name, cpp = e.variable(type_, e.interval(expr))
    with e.braces(f"if ({option.text})"):
        e.say(f"{name} = *{option.text};")
    with e.braces("else"), e.branch():
        e.into(name, expr.args[1], type_)
    return Val(name or "k::unit", type_, cpp=cpp)


def _matches(e: Emitter, expr: Op) -> Val:
    text = e.value(expr.args[0])
    pattern = expr.args[1]
    assert isinstance(pattern, Const)
    assert isinstance(pattern.value, str)
    known = e.shared.automata
    name = known.setdefault(pattern.value, f"kPattern{len(known)}")
    return Val(f"{name}.matches({text.text})", BOOL, text.steady)


def _shown(e: Emitter, expr: Op) -> Val:
    value = e.value(expr.args[0])
    plain = e.types.stored(bare(value.type))
    text = "show({0})" if isinstance(plain, Named) else "k::show({0})"
    if isinstance(plain, Scalar):
        text = SHOWN.get(plain.name, text)
    if kind(plain) in ("text", "literals"):
        text = "{0}"
    return e.temp(text.format(value.text), STRING)


def _entry_key(e: Emitter, expr: Op) -> Val:
    base = expr.args[0]
    assert isinstance(base, Local)
    return e.env[f"{base.name} key"]


def _wrapped(e: Emitter, expr: Op, type_: AnyType) -> Val:
    inner = type_.item if isinstance(type_, OptionOf) else UNIT
    return e.temp(f"{e.types.of(type_)}({e.as_type(expr.args[0], inner)})", type_)


def convert(e: Emitter, expr: Convert) -> Val:
    assert expr.of is not None
    due = bare(expr.of)
    value = e.value_as(expr.value, due) if not e.is_int(due) else e.value(expr.value)
    if isinstance(due, Scalar) and kind(due) == "error":
        return value
    if kind(due) == "buffer":
        held = value if value.text.isidentifier() else e.temp(value.text, value.type)
        return Val(f"k::buffer({held.text})", due)
    if e.is_int(due) and e.is_int(value.type):
        return _fitted(e, expr, value, due)
    cpp, has = e.types.of(due), value.cpp or e.types.of(value.type)
    if cpp == has:
        return value._replace(type=due)
    if kind(due) in ("float", "text", "literals") or kind(e.types.stored(due)) == "float":
        return Val(f"static_cast<{cpp}>({value.text})", due, value.steady)
    return e.tried(f"k::convert<{cpp}>({value.text})", due, expr.at)


def _fitted(e: Emitter, expr: Convert, value: Val, due: AnyType) -> Val:
    stored = e.types.stored(due)
    assert isinstance(stored, Scalar)
    info = SCALARS[stored.name]
    assert info.lo is not None
    assert info.hi is not None
    cpp = e.types.of(due)
    if stored == INT:
        return value._replace(type=due, cpp=value.cpp or e.types.of(value.type))
    if e.interval(expr.value).within(Interval(info.lo, info.hi)):
        same = (value.cpp or e.types.of(value.type)) == cpp
        text = value.text if same else f"static_cast<{cpp}>({value.text})"
        return Val(text, due, value.steady)
    return e.tried(f"k::fit<{cpp}>({value.text})", due, expr.at)
