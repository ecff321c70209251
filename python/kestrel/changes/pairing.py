"""Walks two schemas side by side, from their roots, and says what it meets as events.

Declarations are paired by where they are used, not by their names: a renamed record is no change
of a document. Each pair is walked once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from kestrel.changes import containment
from kestrel.changes.events import (
    DefaultPair,
    DerivedPair,
    Event,
    FieldAdded,
    FieldPair,
    FieldRemoved,
    KeyPair,
    LimitPair,
    OptionPair,
    RecordPair,
    RulePair,
    SchemaPair,
    SecretPair,
    TypePair,
    VariantAdded,
    VariantRemoved,
)
from kestrel.changes.naming import data_name
from kestrel.ir import canon
from kestrel.ir.decls import AnyDecl, Bundle, Compute, Field, Newtype, Record, Rule, Sum, Variant
from kestrel.ir.exprs import Call
from kestrel.ir.types import (
    SCALARS,
    AnyType,
    ListOf,
    Literals,
    MapOf,
    Named,
    OptionOf,
    Refined,
    Scalar,
    SecretOf,
    SetOf,
    TupleOf,
)
from kestrel.ir.walk import walk
from kestrel.text.hints import nearest

N = TypeVar("N", Compute, Rule)


def events(old: Bundle, new: Bundle) -> Iterator[Event]:
    """Everything in which two schemas differ, and the pairs in which they might."""
    yield SchemaPair(path="", old=_root_name(old), new=_root_name(new))
    yield from _Walk(_Side(old), _Side(new)).types("", old.root, new.root)


class _Side:
    """One bundle, by names."""

    def __init__(self, bundle: Bundle) -> None:
        self.decls: dict[str, AnyDecl] = {decl.name: decl for decl in bundle.decls}

    def base(self, type_: AnyType) -> AnyType:
        """The type without refinements and newtypes."""
        while True:
            decl = self.decl(type_)
            if isinstance(type_, Refined):
                type_ = type_.base
            elif isinstance(decl, Newtype):
                type_ = decl.base
            else:
                return type_

    def decl(self, type_: AnyType) -> AnyDecl | None:
        return self.decls.get(type_.name) if isinstance(type_, Named) else None

    def choices(self, type_: AnyType) -> list[str] | None:
        """The texts that an enum or a literal type allows; None if it is neither."""
        if isinstance(type_, Literals):
            return list(type_.values)
        decl = self.decl(type_)
        if isinstance(decl, Sum) and not any(v.items or v.fields for v in decl.variants):
            return [data_name(variant, decl) for variant in decl.variants]
        return None

    def meaning(self, *nodes: msgspec.Struct | None) -> bytes | None:
        """Canonical text of expressions, and of every function that they lead to."""
        pending = [node for node in nodes if node is not None]
        parts, seen = [], set[str]()
        while pending:
            node = pending.pop(0)
            parts.append(canon.meaning(node))
            calls = {found.fn for found in walk(node) if isinstance(found, Call)} - seen
            seen |= calls
            pending.extend(d for name in sorted(calls) if (d := self.decls.get(name)) is not None)
        return b"\n".join(parts) if parts else None


class _Walk:
    """One method a kind of pair. `path` is the pattern of the place in documents."""

    def __init__(self, old: _Side, new: _Side) -> None:
        self.old = old
        self.new = new
        self.seen: set[tuple[str, str]] = set()

    def types(self, path: str, old: AnyType, new: AnyType) -> Iterator[Event]:
        """Items of collections, payloads, the root: what may be optional in its own right."""
        if isinstance(old, OptionOf) != isinstance(new, OptionOf):
            yield OptionPair(path=path, now_optional=isinstance(new, OptionOf))
        yield from self.values(path, _present(old), _present(new))

    def values(self, path: str, old: AnyType, new: AnyType) -> Iterator[Event]:
        if isinstance(old, SecretOf) != isinstance(new, SecretOf):
            yield SecretPair(path=path, now_secret=isinstance(new, SecretOf))
        old, new = _unveiled(old), _unveiled(new)
        yield from self.limits(path, old, new)
        yield from self.bases(path, self.old.base(old), self.new.base(new))

    def limits(self, path: str, old: AnyType, new: AnyType) -> Iterator[Event]:
        natural = self.old.base(old) == self.new.base(new)
        a, b = containment.limits(old, natural), containment.limits(new, natural)
        pairs: tuple[tuple[str, object, object, containment.Relation], ...] = (
            ("value", a.value, b.value, containment.of_interval(a.value, b.value)),
            ("length", a.length, b.length, containment.of_interval(a.length, b.length)),
            ("pattern", a.patterns, b.patterns, containment.of_patterns(a.patterns, b.patterns)),
            ("condition", a.rest, b.rest, containment.of_rest(a.rest, b.rest)),
        )
        for what, was, now, relation in pairs:
            if relation != "same":
                yield LimitPair(path=path, what=what, old=was, new=now, relation=relation)  # type: ignore[arg-type]

    def bases(self, path: str, old: AnyType, new: AnyType) -> Iterator[Event]:
        match old, new:
            case ListOf(), ListOf():
                if old.key != new.key:
                    yield KeyPair(path=path, old=old.key, new=new.key)
                yield from self.types(f"{path}/*", old.item, new.item)
            case SetOf(), SetOf():
                yield from self.types(f"{path}/*", old.item, new.item)
            case MapOf(), MapOf():
                yield from self.types(f"{path}/*", old.key, new.key)
                yield from self.types(f"{path}/*", old.value, new.value)
            case TupleOf(), TupleOf() if len(old.items) == len(new.items):
                for index, (a, b) in enumerate(zip(old.items, new.items, strict=True)):
                    yield from self.types(f"{path}/{index}", a, b)
            case _:
                yield from self.names(path, old, new)

    def names(self, path: str, old: AnyType, new: AnyType) -> Iterator[Event]:
        a, b = self.old.decl(old), self.new.decl(new)
        was, now = self.old.choices(old), self.new.choices(new)
        if isinstance(a, Record) and isinstance(b, Record):
            yield from self.once(a, b, self.records(path, a, b))
        elif was is not None and now is not None:
            yield from _choices(path, was, now)
        elif isinstance(a, Sum) and isinstance(b, Sum):
            yield from self.once(a, b, self.sums(path, a, b))
        elif old != new:
            yield TypePair(path=path, old=old, new=new, change=self.sort(old, new))

    def once(self, old: AnyDecl, new: AnyDecl, found: Iterator[Event]) -> Iterator[Event]:
        if (old.name, new.name) not in self.seen:
            self.seen.add((old.name, new.name))
            yield from found

    def sort(self, old: AnyType, new: AnyType) -> str:
        """Which of the catalogue's type changes this is; `other` if none."""
        if _is_list(old) != _is_list(new):
            return "list"
        if self.new.choices(new) is not None and _storage(old) == "text":
            return "to enum"
        kinds = _storage(old), _storage(new)
        if kinds == ("int", "float"):
            return "to float"
        if kinds == ("int", "int"):
            return "wider" if _fits(old, new) else "narrower"
        return "other"

    def records(self, path: str, old: Record, new: Record) -> Iterator[Event]:
        yield RecordPair(path=path, old=old, new=new)
        yield from self.fields(path, old, new)
        for name, was, now in _by_name(old.computes, new.computes):
            a, b = self.old.meaning(was), self.new.meaning(now)
            yield DerivedPair(path=path, name=name, old=a, new=b)
        a, b = self.old.meaning(*old.whens), self.new.meaning(*new.whens)
        yield DerivedPair(path=path, name="when", old=a, new=b)
        for name, was_rule, now_rule in _by_name(old.rules, new.rules):
            a = self.old.meaning(was_rule and was_rule.cond)
            b = self.new.meaning(now_rule and now_rule.cond)
            yield RulePair(path=path, name=name, old=a, new=b)

    def fields(self, path: str, old: Record, new: Record) -> Iterator[Event]:
        pairs = _pair_fields(old, new)
        for field in new.fields:
            place = path if field.flatten else f"{path}/{data_name(field, new)}"
            if field.name not in pairs:
                yield FieldAdded(path=place, record=old, field=field)
                continue
            pair = pairs[field.name]
            yield FieldPair(path=place, old=pair.old, new=field, how=pair.how)
            yield self.defaults(place, pair.old, field)
            yield from self.values(place, _present(pair.old.type), _present(field.type))
        kept = {pair.old.name for pair in pairs.values()}
        for field in old.fields:
            if field.name not in kept:
                yield FieldRemoved(path=f"{path}/{data_name(field, old)}", field=field)

    def defaults(self, path: str, old: Field, new: Field) -> DefaultPair:
        return DefaultPair(
            path=path,
            old=self.old.meaning(old.default),
            new=self.new.meaning(new.default),
            was_required=is_required(old),
            is_required=is_required(new),
        )

    def sums(self, path: str, old: Sum, new: Sum) -> Iterator[Event]:
        if (old.tag, old.untagged, old.ignore_case) != (new.tag, new.untagged, new.ignore_case):
            types = Named(old.name), Named(new.name)
            yield TypePair(path=path, old=types[0], new=types[1], change="other")
        was = {data_name(variant, old): variant for variant in old.variants}
        now = {data_name(variant, new): variant for variant in new.variants}
        yield from _choices(path, was, now)
        for name in was.keys() & now.keys():
            yield from self.payloads(f"{path}/{name}", old, was[name], new, now[name])

    def payloads(
        self, path: str, old: Sum, was: Variant, new: Sum, now: Variant
    ) -> Iterator[Event]:
        if len(was.items) != len(now.items) or bool(was.fields) != bool(now.fields):
            types = Named(old.name), Named(new.name)
            yield TypePair(path=path, old=types[0], new=types[1], change="other")
            return
        for a, b in zip(was.items, now.items, strict=True):
            yield from self.types(path, a, b)
        yield from self.fields(path, _payload(old, was), _payload(new, now))


def is_required(field: Field) -> bool:
    """A document has to have it."""
    return field.default is None and not isinstance(field.type, OptionOf)


def _payload(owner: Sum, variant: Variant) -> Record:
    name = f"{owner.name}.{variant.name}"
    return Record(name=name, fields=variant.fields, case=owner.case)


def _pair_fields(old: Record, new: Record) -> dict[str, FieldPair]:
    """The old field of each new one, by the new name."""
    was = {field.name: field for field in old.fields}
    found: dict[str, FieldPair] = {}
    for field in new.fields:
        if field.name in was:
            before = was.pop(field.name)
            same = data_name(before, old) in (data_name(field, new), *field.renamed_from)
            how = "same" if same else "guessed"
            found[field.name] = FieldPair(path="", old=before, new=field, how=how)  # type: ignore[arg-type]
    for field in new.fields:
        former = next((name for name in field.renamed_from if name in was), None)
        if field.name not in found and former is not None:
            found[field.name] = FieldPair(path="", old=was.pop(former), new=field, how="renamed")
    for field in new.fields:
        alike = [name for name, before in was.items() if before.type == field.type]
        guess = nearest(field.name, alike) if field.name not in found else None
        if guess is not None:
            found[field.name] = FieldPair(path="", old=was.pop(guess), new=field, how="guessed")
    return found


def _choices(path: str, old: Iterable[str], new: Iterable[str]) -> Iterator[Event]:
    old, new = list(old), list(new)
    for name in new:
        if name not in old:
            yield VariantAdded(path=path, name=name)
    for name in old:
        if name not in new:
            yield VariantRemoved(path=path, name=name)


def _by_name(old: Iterable[N], new: Iterable[N]) -> Iterator[tuple[str, N | None, N | None]]:
    """Each name of either side, with what has it on each side."""
    was = {item.name: item for item in old}
    now = {item.name: item for item in new}
    for name in was | now:
        yield name, was.get(name), now.get(name)


def _present(type_: AnyType) -> AnyType:
    return type_.item if isinstance(type_, OptionOf) else type_


def _unveiled(type_: AnyType) -> AnyType:
    return type_.item if isinstance(type_, SecretOf) else type_


def _is_list(type_: AnyType) -> bool:
    return isinstance(type_, ListOf | SetOf)


def _storage(type_: AnyType) -> str:
    return SCALARS[type_.name].storage if isinstance(type_, Scalar) else ""


def _fits(old: AnyType, new: AnyType) -> bool:
    """Is every integer of the one type one of the other?"""
    assert isinstance(old, Scalar)
    assert isinstance(new, Scalar)
    a, b = SCALARS[old.name], SCALARS[new.name]
    return containment.of_interval((a.lo, a.hi), (b.lo, b.hi)) in ("same", "wider")


def _root_name(bundle: Bundle) -> str:
    return bundle.root.name if isinstance(bundle.root, Named) else ""
