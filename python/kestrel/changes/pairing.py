"""Walks two schemas side by side, from their roots, and says what it meets as events.

Declarations are paired by where they are used, not by their names: a renamed record is no change
of a document. Each pair is walked once; `Places` knows where else it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from kestrel.changes import containment, shown
from kestrel.changes.events import (
    Event,
    KeyPair,
    LimitPair,
    OptionPair,
    RecordPair,
    SchemaPair,
    SecretPair,
    TypePair,
    VariantAdded,
    VariantRemoved,
    difference,
)
from kestrel.changes.fields import Members, members
from kestrel.changes.places import Places, below
from kestrel.changes.sides import Side
from kestrel.check.shapes import show
from kestrel.ir.decls import AnyDecl, Field, Record, Sum, Variant
from kestrel.ir.naming import data_name
from kestrel.ir.types import (
    SCALARS,
    AnyType,
    ListOf,
    MapOf,
    Named,
    OptionOf,
    Scalar,
    SecretOf,
    SetOf,
    TupleOf,
)

EXACT = {"f64": 2**53, "f32": 2**24}
"""Up to this, every integer is a float."""


class Walk:
    """One method a kind of pair. `path` is the pattern of the place in documents."""

    def __init__(self, old: Side, new: Side) -> None:
        self.old = old
        self.new = new
        self.places = Places()
        self.seen: dict[tuple[str, str], str] = {}

    def events(self) -> Iterator[Event]:
        """Everything in which two schemas differ, and the pairs in which they might."""
        old, new = self.old.bundle.root, self.new.bundle.root
        root = self.new.decl(new)
        at = None if root is None else root.at
        yield SchemaPair(path="", at=at, old=_name(old), new=_name(new))
        yield from self.types("", old, new)

    def types(self, path: str, old: AnyType, new: AnyType) -> Iterator[Event]:
        """Items of collections, payloads, the root: what may be optional in its own right."""
        self.places.note(path)
        if isinstance(old, OptionOf) != isinstance(new, OptionOf):
            yield OptionPair(path=path, now_optional=isinstance(new, OptionOf))
        yield from self.values(path, _present(old), _present(new))

    def values(self, path: str, old: AnyType, new: AnyType, flat: bool = False) -> Iterator[Event]:
        if isinstance(old, SecretOf) != isinstance(new, SecretOf):
            yield SecretPair(path=path, now_secret=isinstance(new, SecretOf))
        old, new = _unveiled(old), _unveiled(new)
        a, b = self.old.base(old), self.new.base(new)
        if containment.alike(a, b):
            for found in containment.differences(self.old, old, self.new, new):
                texts = shown.limit(found.what, found.old, a), shown.limit(found.what, found.new, b)
                yield difference(found, path, texts)
        yield from self.bases(path, a, b, (old, new), flat)

    def bases(
        self, path: str, old: AnyType, new: AnyType, whole: tuple[AnyType, AnyType], flat: bool
    ) -> Iterator[Event]:
        """`whole`: the same two types with their refinements."""
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
                yield from self.names(path, old, new, whole, flat)

    def names(
        self, path: str, old: AnyType, new: AnyType, whole: tuple[AnyType, AnyType], flat: bool
    ) -> Iterator[Event]:
        a, b = self.old.decl(old), self.new.decl(new)
        was, now = self.old.choices(old), self.new.choices(new)
        if isinstance(a, Record) and isinstance(b, Record):
            yield from self.once(path, a, b, self.records(path, a, b), flat)
        elif was is not None and now is not None:
            yield from self.choices(path, was, now, a, b)
        elif isinstance(a, Sum) and isinstance(b, Sum):
            yield from self.once(path, a, b, self.sums(path, a, b))
        elif old != new:
            yield self.other(path, old, new, whole)

    def once(
        self, path: str, old: AnyDecl, new: AnyDecl, found: Iterator[Event], flat: bool = False
    ) -> Iterator[Event]:
        """A flattened record has no place of its own, so it is walked wherever it stands."""
        pair = old.name, new.name
        if pair in self.seen and not flat:
            self.places.alias(path, self.seen[pair])
            return
        if not flat:
            self.seen[pair] = path
        yield from found

    # ---- types that differ

    def other(self, path: str, old: AnyType, new: AnyType, whole: tuple[AnyType, AnyType]) -> Event:
        change = self.sort(old, new)
        event = TypePair(path=path, old=old, new=new, change=change)
        refined = bool(self.new.refinements(whole[1]))
        if change == "format":
            texts = _format(old), _format(new)
            loose = texts[1] == "any"
            return LimitPair(
                path=path, what="pattern", old=texts[0], new=texts[1], wider=loose,
                upgrade="yes" if loose else "data", readers="yes" if texts[0] == "any" else "data",
            )  # fmt: skip
        if change in ("wider", "narrower"):
            fits = containment.fits(self.old, whole[0], new)
            return _fact(event, fits, containment.fits(self.new, whole[1], old))
        if change == "to float":
            assert isinstance(new, Scalar)
            exact = EXACT[new.name]
            fits = containment.among(self.old, whole[0], -exact, exact) and not refined
            return _fact(msgspec.structs.replace(event, exact=exact), fits, False)
        if change == "to enum":
            choices = frozenset(self.new.choices(new) or ())
            fits = containment.all_among(self.old, whole[0], choices) and not refined
            back = containment.admits_all(self.old, whole[0], choices)
            plain = isinstance(old, Scalar) and old.name == "String"
            return _fact(event, fits, back and plain)
        return event

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.old, self.new

    def sort(self, old: AnyType, new: AnyType) -> str:
        """Which of the catalogue's type changes this is; `other` if none."""
        if _is_list(old) != _is_list(new):
            return "list"
        if self.new.choices(new) is not None and _storage(old) == "text":
            return "to enum"
        kinds = _storage(old), _storage(new)
        if kinds == ("int", "float"):
            return "to float"
        if kinds == ("text", "text"):
            return "format"
        if kinds == ("int", "int"):
            return "wider" if containment.fits(self.old, old, new) else "narrower"
        return "other"

    def choices(
        self,
        path: str,
        old: Iterable[str],
        new: Iterable[str],
        a: AnyDecl | None = None,
        b: AnyDecl | None = None,
    ) -> Iterator[Event]:
        """Sets of variants, by their names in data."""
        old, new = list(old), list(new)
        for name in new:
            if name not in old:
                yield VariantAdded(path=path, variant=name)
        for name in old:
            if name not in new:
                yield VariantRemoved(path=path, variant=name)
        loose, looser = (isinstance(decl, Sum) and decl.ignore_case for decl in (a, b))
        if loose != looser:
            yield spelling(path, loose, looser)
        if isinstance(a, Sum) and isinstance(b, Sum) and _swapped(a, b):
            yield TypePair(path=path, old=Named(a.name), new=Named(b.name), change="other",
                           upgrade="data", readers="data", meaning=True)  # fmt: skip

    # ---- records and sums

    def records(self, path: str, old: Record, new: Record) -> Iterator[Event]:
        yield RecordPair(path=path, at=new.at, old=old, new=new)
        yield from self.members(members(path, old, new, self.sides, self.places))

    def members(self, found: Members) -> Iterator[Event]:
        yield from found.events
        for pair in found.pairs:
            for event in self.field(pair.path, pair.old, pair.new):
                if not event.name:
                    event = msgspec.structs.replace(event, name=pair.new.name, at=pair.new.at)
                yield event

    def field(self, path: str, old: Field, new: Field) -> Iterator[Event]:
        if old.flatten != new.flatten:
            yield TypePair(path=path, old=old.type, new=new.type, change="other",
                           upgrade="data", readers="data")  # fmt: skip
        elif old.ignore_case != new.ignore_case:
            yield spelling(path, old.ignore_case, new.ignore_case)
        yield from self.values(path, _present(old.type), _present(new.type), flat=new.flatten)

    def sums(self, path: str, old: Sum, new: Sum) -> Iterator[Event]:
        types = Named(old.name), Named(new.name)
        if (old.tag, old.untagged) != (new.tag, new.untagged):
            yield TypePair(path=path, old=types[0], new=types[1], change="other")
        was = {data_name(variant, old): variant for variant in old.variants}
        now = {data_name(variant, new): variant for variant in new.variants}
        for event in self.choices(path, was, now, old, new):
            yield _by_shape(event) if new.untagged or old.untagged else event
        if (old.untagged or new.untagged) and self.old.meaning(old) != self.new.meaning(new):
            yield TypePair(path=path, old=types[0], new=types[1], change="other",
                           upgrade="data", readers="data", meaning=True)  # fmt: skip
        beside = bool(new.tag) or new.untagged
        for name in was.keys() & now.keys():
            place = path if beside else below(path, name)
            yield from self.payloads(place, old, was[name], new, now[name])

    def payloads(
        self, path: str, old: Sum, was: Variant, new: Sum, now: Variant
    ) -> Iterator[Event]:
        self.places.note(path)
        if len(was.items) != len(now.items) or bool(was.fields) != bool(now.fields):
            types = Named(old.name), Named(new.name)
            yield TypePair(path=path, old=types[0], new=types[1], change="other")
            return
        for index, (a, b) in enumerate(zip(was.items, now.items, strict=True)):
            place = path if len(was.items) == 1 else f"{path}/{index}"
            yield from self.types(place, a, b)
        if was.fields or now.fields:
            records = _payload(old, was), _payload(new, now)
            yield from self.members(members(path, *records, self.sides, self.places))


def spelling(path: str, was: bool, now: bool) -> LimitPair:
    """`@ignore_case`: names are read in any case, or as they are."""
    words = {True: "any case", False: "exact"}
    return LimitPair(
        path=path, what="spelling", old=words[was], new=words[now], wider=now,
        upgrade="yes" if now else "data", readers="data" if now else "yes",
    )  # fmt: skip


def _by_shape(event: Event) -> Event:
    """Which variant reads a value, where its shape says so, depends on all the others."""
    return msgspec.structs.replace(event, upgrade="data", readers="data")


def _fact(event: TypePair, upgrade: bool, readers: bool) -> TypePair:
    """Proved, or left to the data."""
    return msgspec.structs.replace(
        event, upgrade="yes" if upgrade else "data", readers="yes" if readers else "data"
    )


def _swapped(old: Sum, new: Sum) -> bool:
    """Does a name in data mean another variant?"""
    was = {v.name: data_name(v, old) for v in old.variants}
    now = {v.name: data_name(v, new) for v in new.variants}
    taken = set(was.values())
    return any(now[n] != was[n] and now[n] in taken for n in was.keys() & now.keys())


def _payload(owner: Sum, variant: Variant) -> Record:
    name = f"{owner.name}.{variant.name}"
    return Record(name=name, fields=variant.fields, case=owner.case)


def _present(type_: AnyType) -> AnyType:
    return type_.item if isinstance(type_, OptionOf) else type_


def _unveiled(type_: AnyType) -> AnyType:
    return type_.item if isinstance(type_, SecretOf) else type_


def _is_list(type_: AnyType) -> bool:
    return isinstance(type_, ListOf | SetOf)


def _storage(type_: AnyType) -> str:
    return SCALARS[type_.name].storage if isinstance(type_, Scalar) else ""


def _format(type_: AnyType) -> str:
    return "any" if type_ == Scalar("String") else show(type_)


def _name(type_: AnyType) -> str:
    return type_.name if isinstance(type_, Named) else ""
