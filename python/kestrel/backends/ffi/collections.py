"""Operations that take a function over the items of a collection, as C++."""

from __future__ import annotations

from kestrel.backends.ffi.emitter import Emitter
from kestrel.backends.ffi.ops import OVER
from kestrel.backends.ffi.values import W128, Val
from kestrel.check.shapes import INT, STRING, UNIT, bare, kind
from kestrel.ir.exprs import AnyExpr, Lambda, Op
from kestrel.ir.types import AnyType, ListOf, MapOf, OptionOf, SetOf


def over_items(e: Emitter, expr: Op, type_: AnyType) -> Val:
    group, _, method = expr.op.partition(".")
    collection = e.steady(expr.args[0])
    plain = e.types.stored(bare(collection.type))
    over = expr.args[1]
    assert isinstance(over, Lambda)
    item = _item(plain)
    if method in OVER:
        result = over.body.of
        function = _lambda(e, over, item, result, entry=group == "map")
        items = (
            f"k::items_of({collection.text})" if isinstance(plain, OptionOf) else collection.text
        )
        given = f"k::by_value({function})" if group == "map" else function
        text = OVER[method].format(items, given)
        found = e.tried(text, type_, expr.at, W128 if e.is_int(type_) else "")
        return _counted(e, found, type_)
    return _rebuilt(e, expr, method, collection, plain, item, over, type_)


def _counted(e: Emitter, found: Val, type_: AnyType) -> Val:
    """Counts and extremes are computed in 128 bits; a duration or size is one still."""
    if type_ != INT and e.is_int(type_):
        return Val(f"static_cast<{e.types.of(type_)}>({found.text})", type_)
    return found


def _rebuilt(
    e: Emitter,
    expr: Op,
    method: str,
    collection: Val,
    plain: AnyType,
    item: AnyType,
    over: Lambda,
    type_: AnyType,
) -> Val:
    is_map, is_option = isinstance(plain, MapOf), isinstance(plain, OptionOf)
    if method == "filter":
        function = _lambda(e, over, item, over.body.of, entry=is_map)
        name = "map_filter" if is_map else "filter_option" if is_option else "filter_items"
        return e.tried(f"k::{name}({collection.text}, {function})", type_, expr.at)
    result = _item(e.types.stored(type_))
    function = _lambda(e, over, item, result, entry=is_map)
    to = e.types.of(result) if is_map else e.types.of(type_)
    name = "map_map" if is_map else "map_option" if is_option else "map_items"
    return e.tried(f"k::{name}<{to}>({collection.text}, {function})", type_, expr.at)


def _item(plain: AnyType) -> AnyType:
    match plain:
        case ListOf(item) | SetOf(item) | OptionOf(item):
            return bare(item)
        case MapOf(_, value):
            return bare(value)
    return UNIT


def _lambda(
    e: Emitter, over: Lambda, item: AnyType, result: AnyType | None, entry: bool = False
) -> str:
    """A lambda of C++ that gives an `Out`, as a name."""
    name, param = e.names.fresh("l"), e.names.fresh("v_", over.params[0])
    given = bare(result) if result is not None else UNIT
    lines, before = e.lines, e.result
    e.lines, e.result = [], given
    e.depth += 1
    with e.branch():
        e.env[over.params[0]] = Val(param, item, cpp=W128 if item == INT else "")
        key = ""
        if entry:
            key = e.names.fresh("k_", over.params[0])
            e.env[f"{over.params[0]} key"] = Val(key, STRING)
        _returned(e, over.body, given)
    e.depth -= 1
    inner, e.lines, e.result = e.lines, lines, before
    params = f"[[maybe_unused]] const auto& {param}"
    if entry:
        params = f"[[maybe_unused]] const auto& {key}, {params}"
    e.say(f"auto {name} = [&]({params}) -> k::Out<{e.types.of(given)}> {{")
    e.lines += inner
    e.say("};")
    return name


def _returned(e: Emitter, body: AnyExpr, given: AnyType) -> None:
    if kind(given) == "unit":
        e.statement(body)
        e.say("return k::unit;")
    else:
        e.say(f"return {e.as_type(body, given)};")
