"""Made values: lists, maps, records, variants, and changed copies, as C++."""

from __future__ import annotations

from kestrel.backends.ffi.emitter import Emitter, retyped
from kestrel.backends.ffi.values import Val
from kestrel.check.shapes import STRING, UNIT, bare
from kestrel.ir.exprs import (
    AnyExpr,
    MakeList,
    MakeMap,
    MakeRecord,
    MakeVariant,
    Update,
)
from kestrel.ir.functions import Struct
from kestrel.ir.types import (
    AnyType,
    Foreign,
    ListOf,
    MapOf,
    Named,
    OptionOf,
    ResultOf,
    SetOf,
    TupleOf,
)


def make_list(e: Emitter, expr: MakeList) -> Val:
    type_ = bare(expr.of) if expr.of is not None else ListOf(UNIT)
    plain = e.types.stored(type_)
    if isinstance(plain, TupleOf):
        parts = each_as(e, expr.items, plain.items)
        return e.temp(f"{e.types.of(plain)}({', '.join(parts)})", type_)
    assert isinstance(plain, ListOf | SetOf)
    parts = each_as(e, expr.items, (plain.item,) * len(expr.items))
    made = f"{e.types.of(plain)}{{{', '.join(parts)}}}"
    if isinstance(plain, SetOf):
        made = f"k::distinct({made})"
    return e.temp(made, type_)


def told(exprs: tuple[AnyExpr, ...], types: tuple[AnyType, ...]) -> tuple[AnyExpr, ...]:
    """The expressions; what says too little of its own type is told the one that is due."""
    made = MakeVariant | MakeList | MakeMap | MakeRecord
    pairs = zip(exprs, types, strict=True)
    return tuple(retyped(x, t) if isinstance(x, made) else x for x, t in pairs)


def each_as(e: Emitter, exprs: tuple[AnyExpr, ...], types: tuple[AnyType, ...]) -> list[str]:
    values = e.all(told(exprs, types))
    return [e.cast(v, t) for v, t in zip(values, types, strict=True)]


def make_map(e: Emitter, expr: MakeMap) -> Val:
    type_ = bare(expr.of) if expr.of is not None else MapOf(STRING, UNIT)
    plain = e.types.stored(type_)
    assert isinstance(plain, MapOf)
    exprs = tuple(part for entry in expr.entries for part in entry)
    parts = each_as(e, exprs, (STRING, plain.value) * len(expr.entries))
    pairs = ", ".join(f"{{{k}, {v}}}" for k, v in zip(parts[::2], parts[1::2], strict=True))
    if len(expr.entries) < 2:
        return e.temp(f"{e.types.of(plain)}{{{pairs}}}", type_)
    value = e.types.of(plain.value)
    return e.tried(f"k::make_map<{value}>({{{pairs}}})", type_, expr.at)


def make_record(e: Emitter, expr: MakeRecord) -> Val:
    assert expr.of is not None
    type_ = bare(expr.of)
    plain = e.types.stored(type_)
    name = e.names.fresh("t")
    if isinstance(plain, Foreign):
        struct = e.types.foreign[plain.name]
        assert isinstance(struct, Struct)
        members = {m.name: (m.name, m.type) for m in struct.fields}
    else:
        assert isinstance(plain, Named)
        e.types.of(plain)
        members = {m.label: (m.name, m.kestrel) for m in e.types.structs[plain.name].members}
    parts = each_as(
        e, tuple(v for _, v in expr.members), tuple(members[n][1] for n, _ in expr.members)
    )
    e.say(f"{e.types.of(plain)} {name}{{}};")
    for (label, _), text in zip(expr.members, parts, strict=True):
        e.say(f"{name}.{members[label][0]} = {text};")
    return Val(name, type_)


def make_variant(e: Emitter, expr: MakeVariant) -> Val:
    if not expr.type:
        return _option_or_result(e, expr)
    _, found, sum_ = e.types.variant(expr.type, expr.variant)
    type_ = Named(expr.type)
    if found.payload is None:
        return Val(f"{sum_.name}::{found.name}", type_)
    members = found.payload.members
    args = expr.args
    name = e.names.fresh("t")
    if len(args) == 1 and isinstance(args[0], MakeRecord) and not members[0].label.startswith("_"):
        given = dict(args[0].members)
        members = tuple(m for m in members if m.label in given)
        args = tuple(given[m.label] for m in members)
    parts = each_as(e, args, tuple(m.kestrel for m in members))
    e.say(f"{found.name} {name}{{}};")
    for member, text in zip(members, parts, strict=True):
        e.say(f"{name}.{member.name} = {text};")
    return Val(f"{sum_.name}({name})", type_)


def _option_or_result(e: Emitter, expr: MakeVariant) -> Val:
    assert expr.of is not None
    type_ = bare(expr.of)
    cpp = e.types.of(type_)
    if expr.variant == "None":
        return Val(f"{cpp}{{}}", type_)
    if isinstance(type_, OptionOf):
        return e.temp(f"{cpp}({e.as_type(expr.args[0], type_.item)})", type_)
    assert isinstance(type_, ResultOf)
    ok = expr.variant == "Ok"
    inner = e.as_type(expr.args[0], type_.ok if ok else type_.err)
    return e.temp(f"{cpp}::{'ok' if ok else 'err'}({inner})", type_)


def update(e: Emitter, expr: Update) -> Val:
    """A copy, changed at each path."""
    base = e.value(expr.base)
    name = e.names.fresh("t")
    e.say(f"auto {name} = {base.text};")
    for edit in expr.edits:
        text, at = name, e.types.stored(bare(base.type))
        for step in edit.path:
            text, at = _step(e, text, at, step.name)
        assert edit.value is not None
        e.say(f"{text} = {e.as_type(edit.value, at)};")
    return Val(name, base.type)


def _step(e: Emitter, text: str, at: AnyType, name: str) -> tuple[str, AnyType]:
    if isinstance(at, Foreign):
        struct = e.types.foreign[at.name]
        assert isinstance(struct, Struct)
        found = next(m.type for m in struct.fields if m.name == name)
        return f"{text}.{name}", e.types.stored(bare(found))
    assert isinstance(at, Named)
    member = next(m for m in e.types.structs[at.name].members if m.label == name)
    return f"{text}.{member.name}", e.types.stored(member.kestrel)
