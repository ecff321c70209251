"""Patterns of `match` as C++: the condition under which one fits, and the names that it binds."""

from __future__ import annotations

from kestrel.backends.ffi.emitter import Emitter
from kestrel.backends.ffi.names import cpp_text
from kestrel.backends.ffi.values import W128, Val, integer
from kestrel.check.shapes import INT, bare, kind
from kestrel.ir.exprs import (
    AnyPattern,
    Bind,
    Const,
    Equals,
    OfRecord,
    OfTuple,
    OfVariant,
    Within,
)
from kestrel.ir.functions import Status
from kestrel.ir.types import AnyType, Foreign, Named, OptionOf, ResultOf, TupleOf


def condition(e: Emitter, pattern: AnyPattern, value: Val) -> str:
    """What must hold; empty if it always fits."""
    match pattern:
        case Equals(const):
            return f"k::eq({value.text}, {_const(const, value)})"
        case Within(lo, hi):
            low, high = _const(lo, value), _const(hi, value)
            text = f"static_cast<k::Int>({value.text})" if _is_int(lo) else value.text
            return f"({text} >= {low} && {text} <= {high})"
        case OfVariant(variant, items):
            test, parts = _variant(e, variant, value)
            tests = [test, *(condition(e, p, v) for p, v in zip(items, parts, strict=False))]
            return _all(tests)
        case OfTuple(items):
            parts = _items(e, value)
            return _all([condition(e, p, v) for p, v in zip(items, parts, strict=True)])
    return ""


def binding(e: Emitter, pattern: AnyPattern, value: Val) -> None:
    """The names, as variables of C++."""
    match pattern:
        case Bind(name):
            _bind(e, name, value)
        case OfVariant(variant, items):
            _, parts = _variant(e, variant, value)
            for inner, part in zip(items, parts, strict=False):
                binding(e, inner, part)
        case OfTuple(items):
            for inner, part in zip(items, _items(e, value), strict=True):
                binding(e, inner, part)
        case OfRecord(names):
            for name in names:
                _bind(e, name, _member(e, value, name))


def _bind(e: Emitter, name: str, value: Val) -> None:
    made = e.names.fresh("v_", name)
    if e.types.moves(value.type):
        e.say(f"auto {made} = std::move({value.text});")
    else:
        e.say(f"[[maybe_unused]] const auto& {made} = {value.text};")
    e.env[name] = Val(made, bare(value.type), cpp=value.cpp)


def _all(tests: list[str]) -> str:
    kept = [test for test in tests if test]
    return " && ".join(kept)


def _is_int(const: Const) -> bool:
    return isinstance(const.value, int) and not isinstance(const.value, bool)


def _const(const: Const, value: Val) -> str:
    if isinstance(const.value, bool):
        return "true" if const.value else "false"
    if isinstance(const.value, int):
        if kind(value.type) == "float":
            return f"{float(const.value)!r}"
        return integer(const.value, W128)
    if isinstance(const.value, float):
        return f"static_cast<double>({const.value.hex()})"
    text = str(const.value)
    return f"std::string({cpp_text(text)}, {len(text.encode('utf-8', 'replace'))})"


def _items(e: Emitter, value: Val) -> list[Val]:
    plain = e.types.stored(bare(value.type))
    assert isinstance(plain, TupleOf)
    return [_part(f"std::get<{n}>({value.text})", item) for n, item in enumerate(plain.items)]


def _part(text: str, type_: AnyType) -> Val:
    plain = bare(type_)
    return Val(text, plain, cpp=W128 if plain == INT else "")


def _variant(e: Emitter, variant: str, value: Val) -> tuple[str, list[Val]]:
    """Whether a value is of a variant, and the parts of its payload."""
    plain, text = e.types.stored(bare(value.type)), value.text
    match plain:
        case OptionOf(item):
            some = variant == "Some"
            return (f"{text}.has_value()" if some else f"!{text}.has_value()"), (
                [_part(f"(*{text})", item)] if some else []
            )
        case ResultOf(ok, err):
            is_ok = variant == "Ok"
            inner = _part(f"{text}.value", ok) if is_ok else _part(f"{text}.error", err)
            return (f"{text}.is_ok" if is_ok else f"!{text}.is_ok"), [inner]
        case Foreign(name):
            status = e.types.foreign[name]
            assert isinstance(status, Status)
            code = next(c.value for c in status.codes if c.name == variant)
            return f"{text}.value == {integer(code)}", []
    assert isinstance(plain, Named)
    number, found, sum_ = e.types.variant(plain.name, variant)
    if found.payload is None:
        return (
            f"{text} == {sum_.name}::{found.name}" if sum_.plain else f"{text}.index() == {number}"
        ), []
    inside = f"std::get<{number}>({text})"
    members = found.payload.members
    if members and not members[0].label.startswith("_"):
        return f"{text}.index() == {number}", [Val(inside, Named(f"{plain.name}.{variant}"))]
    parts = [_part(f"{inside}.{m.name}", m.kestrel) for m in members]
    return f"{text}.index() == {number}", parts


def _member(e: Emitter, value: Val, name: str) -> Val:
    plain = bare(value.type)
    assert isinstance(plain, Named)
    known = e.types.structs.get(plain.name)
    members = known.members if known is not None else ()
    if known is None:
        owner, _, variant = plain.name.rpartition(".")
        payload = e.types.variant(owner, variant)[1].payload
        members = payload.members if payload is not None else ()
    member = next(m for m in members if m.label == name)
    return _part(f"{value.text}.{member.name}", member.kestrel)
