"""Can a schema's values be told apart in data? Names that clash, variants that no data can mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kestrel.check.world import World
from kestrel.ir.decls import AnyDecl, Field, Newtype, Record, Sum, Variant
from kestrel.ir.exprs import At
from kestrel.ir.naming import data_name
from kestrel.ir.types import (
    SCALARS,
    AnyType,
    ListOf,
    Literals,
    Named,
    OptionOf,
    Refined,
    Scalar,
    SetOf,
)
from kestrel.text.source import Span


def check_mapping(world: World) -> None:
    """KS0146 to KS0148. The world must be free of errors."""
    for decl in list(world.decls.values()):
        if isinstance(decl, Record):
            _members(world, decl, decl.fields)
        elif isinstance(decl, Sum):
            _variants(world, decl)


def _members(world: World, record: Record, fields: tuple[Field, ...]) -> None:
    """The members of a record in data, with those of the records that are flattened into it."""
    _report_clashes(world, _flat(world.decls, record, fields))


def _flat(
    decls: Mapping[str, AnyDecl], owner: Record | Sum, fields: tuple[Field, ...], above: str = ""
) -> Iterator[tuple[str, str, At | None]]:
    """Name in data, name in the schema, and place, of each member."""
    for field in fields:
        inner = decls.get(_name(field.type)) if field.flatten else None
        if not field.flatten:
            yield data_name(field, owner), f"{above}{field.name}", field.at
            for old in field.renamed_from:
                yield data_name_of(old, owner), f"{above}{field.name}", field.at
        elif isinstance(inner, Record):
            yield from (
                (name, said, field.at)
                for name, said, _ in _flat(decls, inner, inner.fields, f"{field.name}.")
            )
    for compute in owner.computes if isinstance(owner, Record) else ():
        yield data_name_of(compute.name, owner), f"{above}{compute.name}", compute.at


def data_name_of(name: str, owner: Record | Sum) -> str:
    return data_name(Variant(name=name), owner)


def _report_clashes(world: World, names: Iterator[tuple[str, str, At | None]]) -> None:
    seen: dict[str, str] = {}
    for name, said, at in names:
        if name in seen and seen[name] != said:
            _report(world, "KS0146", at, one=seen[name], other=said, name=name)
        seen.setdefault(name, said)


def _variants(world: World, decl: Sum) -> None:
    fold = str.lower if decl.ignore_case else str
    places = {v.name: _place(world, decl, v) for v in decl.variants}
    if not decl.untagged:
        names = [(fold(data_name(v, decl)), v.name, places[v.name]) for v in decl.variants]
        _report_clashes(world, iter(names))
    for variant in decl.variants:
        at = places[variant.name]
        tag = ((decl.tag, "the tag", at),) if decl.tag else ()
        fields = _flat(world.decls, decl, variant.fields, f"{variant.name}.")
        _report_clashes(world, iter((*tag, *fields)))
        if decl.tag and variant.items and not _is_record(world, variant.items):
            _report(world, "KS0148", at, name=variant.name, tag=decl.tag)
    for number, later in enumerate(decl.variants if decl.untagged else ()):
        earlier = next((v for v in decl.variants[:number] if _hides(world, v, later)), None)
        if earlier is not None:
            at = places[later.name]
            _report(world, "KS0147", at, name=later.name, earlier=earlier.name)


def _place(world: World, decl: Sum, variant: Variant) -> At | None:
    info = world.sum(Named(decl.name))
    if info is None:
        return decl.at
    return info.place.module.at(info.variants[variant.name].node)


def _is_record(world: World, items: tuple[AnyType, ...]) -> bool:
    return len(items) == 1 and isinstance(world.decls.get(_name(items[0])), Record)


# ---------------------------------------------------------------- variants told by their shape


def _hides(world: World, earlier: Variant, later: Variant) -> bool:
    """Does the earlier one surely read whatever the later one could? Not where it is refined."""
    if len(earlier.items) != 1 or len(later.items) != 1:
        return False
    return _reads(world, earlier.items[0], later.items[0])


def _reads(world: World, a: AnyType, b: AnyType) -> bool:
    b = _loose(world, b)
    if isinstance(a, Refined):
        return False
    if isinstance(a, Named) and isinstance(decl := world.decls.get(a.name), Newtype):
        return _reads(world, decl.base, b)
    match a, b:
        case Scalar("Json"), _:
            return True
        case Scalar(x), Scalar(y):
            return _scalar(x, y)
        case Scalar("String"), Literals():
            return True
        case Literals(values), Literals(others):
            return set(others) <= set(values)
        case (ListOf(x), ListOf(y)) | (SetOf(x), SetOf(y)):
            return _reads(world, x, y)
    return a == b


def _scalar(a: str, b: str) -> bool:
    x, y = SCALARS[a], SCALARS[b]
    if x.lo is not None and y.lo is not None and x.storage == y.storage:
        return x.lo <= y.lo and (x.hi or 0) >= (y.hi or 0)
    texts = ("text", "bytes", "duration")
    return (
        a == b
        or (a == "String" and y.storage in texts)
        or (x.storage == "float" and y.storage == "int")
    )


def _loose(world: World, type_: AnyType) -> AnyType:
    """A type without what is said of its values."""
    while True:
        decl = world.decls.get(_name(type_))
        if isinstance(type_, Refined):
            type_ = type_.base
        elif isinstance(decl, Newtype):
            type_ = decl.base
        else:
            return type_


def _name(type_: AnyType) -> str:
    while isinstance(type_, Refined | OptionOf):
        type_ = type_.base if isinstance(type_, Refined) else type_.item
    return type_.name if isinstance(type_, Named) else ""


def _report(world: World, code: str, at: At | None, **said: str) -> None:
    span = Span(world.loader.sources[at[0]], at[1], at[2]) if at is not None else None
    world.sink.report(code, span, **said)
