"""The members of two records, or of two variants' payloads: which are the same, and what became of
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from kestrel.changes.events import (
    AliasPair,
    DefaultPair,
    DerivedPair,
    Event,
    FieldAdded,
    FieldPair,
    FieldRemoved,
    LimitPair,
    RulePair,
    UnitsPair,
)
from kestrel.changes.places import Places, below
from kestrel.changes.sides import Side
from kestrel.ir.decls import Compute, Field, Record, Rule, When
from kestrel.ir.naming import CASES, data_name
from kestrel.ir.types import OptionOf
from kestrel.text.hints import nearest

N = TypeVar("N", Compute, Rule)


class Pair(msgspec.Struct, frozen=True):
    """One field on both sides, and its place in new documents."""

    path: str
    old: Field
    new: Field


class Members(msgspec.Struct):
    """`events` of the members as such; what their types became is for whoever walks `pairs`."""

    events: list[Event]
    pairs: list[Pair]


def members(
    path: str, old: Record, new: Record, sides: tuple[Side, Side], places: Places
) -> Members:
    """The members of two records that stand at `path`."""
    found = Members([], [])
    pairs = pair_fields(old, new)
    for field in new.fields:
        place = path if field.flatten else places.note(below(path, data_name(field, new)))
        if field.name not in pairs:
            added = FieldAdded(
                path=place, name=field.name, at=field.at, record=old, owner=new, field=field
            )
            found.events.append(added)
            continue
        was = pairs[field.name].old
        if not was.flatten:
            places.alias(below(path, data_name(was, old)), place)
        pair = msgspec.structs.replace(pairs[field.name], path=place, name=field.name)
        found.events += [
            msgspec.structs.replace(event, name=field.name, at=field.at)
            for event in _pair_events(pair, old, new, sides)
        ]
        found.pairs.append(Pair(place, was, field))
    kept = {pair.old.name for pair in pairs.values()}
    for field in old.fields:
        if field.name not in kept:
            place = path if field.flatten else places.note(below(path, data_name(field, old)))
            removed = FieldRemoved(
                path=place, name=field.name, at=new.at, record=new, owner=old, field=field
            )
            found.events.append(removed)
    found.events += _derived(path, old, new, sides)
    found.events += _rules(path, old, new, sides)
    return found


def is_required(field: Field) -> bool:
    """A document has to have it. (A flattened record may have nothing that it has to have.)"""
    return field.default is None and not isinstance(field.type, OptionOf)


def aliases(field: Field, owner: Record) -> list[str]:
    """The earlier names of a field, as they are spelt in data."""
    return [CASES[owner.case](name) for name in field.renamed_from]


def reads(record: Record, name: str) -> bool:
    """Does a record know a member of this name in data, be it an earlier name or a computed one?"""
    computed = any(CASES[record.case](c.name) == name for c in record.computes)
    flattened = any(field.flatten for field in record.fields)
    return (
        computed
        or flattened
        or any(name in (data_name(f, record), *aliases(f, record)) for f in record.fields)
    )


def pair_fields(old: Record, new: Record) -> dict[str, FieldPair]:
    """The old field of each new one, by the new name."""
    was = {field.name: field for field in old.fields}
    found: dict[str, FieldPair] = {}
    for field in new.fields:
        if field.name in was:
            before = was.pop(field.name)
            spelt = data_name(before, old)
            same = spelt in (data_name(field, new), *aliases(field, new)) or field.flatten
            renamed = spelt != data_name(field, new) and not field.flatten
            how = "guessed" if not same else "renamed" if renamed else "same"
            found[field.name] = FieldPair(path="", old=before, new=field, how=how)  # type: ignore[arg-type]
    for field in new.fields:
        former = next((name for name in field.renamed_from if name in was), None)
        if field.name not in found and former is not None:
            spelt = data_name(was[former], old)
            how = "renamed" if spelt in aliases(field, new) else "guessed"
            found[field.name] = FieldPair(path="", old=was.pop(former), new=field, how=how)  # type: ignore[arg-type]
    for field in new.fields:
        alike = [name for name, before in was.items() if before.type == field.type]
        guess = nearest(field.name, alike) if field.name not in found else None
        if guess is not None:
            found[field.name] = FieldPair(path="", old=was.pop(guess), new=field, how="guessed")
    return found


def _pair_events(
    pair: FieldPair, old: Record, new: Record, sides: tuple[Side, Side]
) -> Iterator[Event]:
    path, was, now = pair.path, pair.old, pair.new
    yield msgspec.structs.replace(pair, **_renaming(pair, old, new))
    yield from _names(pair, old, new)
    if was.units != now.units:
        yield UnitsPair(path=path, old=was.units, new=now.units)
    if was.not_null != now.not_null:
        yield LimitPair(
            path=path, what="null", old=_null(was), new=_null(now), wider=was.not_null,
            upgrade="yes" if was.not_null else "data", readers="data" if was.not_null else "yes",
        )  # fmt: skip
    yield DefaultPair(
        path=path,
        old=sides[0].meaning(was.default),
        new=sides[1].meaning(now.default),
        was=was,
        now=now,
        owners=(old, new),
        was_required=is_required(was),
        is_required=is_required(now),
    )


def _renaming(pair: FieldPair, old: Record, new: Record) -> dict[str, str]:
    """What is proved of a renamed field: only one that a document must have is surely there."""
    if pair.how == "same":
        return {"upgrade": "yes", "readers": "yes"}
    lost = "no" if is_required(pair.old) and not new.open else "data"
    unread = "no" if not old.open and (is_required(pair.old) or is_required(pair.new)) else "data"
    return {"upgrade": "yes" if pair.how == "renamed" else lost, "readers": unread}


def _names(pair: FieldPair, old: Record, new: Record) -> Iterator[Event]:
    """Earlier names that are read on one side alone; the names themselves are the pair's."""
    own = {data_name(pair.old, old), data_name(pair.new, new)}
    was = {data_name(pair.old, old), *aliases(pair.old, old)} - own
    now = {data_name(pair.new, new), *aliases(pair.new, new)} - own
    if was - now:
        yield AliasPair(path=pair.path, names=tuple(sorted(was - now)), read=False,
                        upgrade="data", readers="yes")  # fmt: skip
    if now - was:
        fact = "data" if old.open else "yes"
        yield AliasPair(path=pair.path, names=tuple(sorted(now - was)), read=True,
                        upgrade=fact, readers="data")  # type: ignore[arg-type]  # fmt: skip


def _null(field: Field) -> str:
    return "refused" if field.not_null else "absence"


def _derived(
    path: str, old: Record, new: Record, sides: tuple[Side, Side]
) -> Iterator[DerivedPair]:
    for name, was, now in _by_name(old.computes, new.computes):
        site = below(path, CASES[new.case](name))
        yield _derived_pair(path, name, (was,), (now,), (old, new), (site,), sides)
    sites = {
        _site(path, set_.path[0], record)
        for record in (old, new)
        for when in record.whens
        for set_ in when.sets
    }
    yield _derived_pair(path, "when", old.whens, new.whens, (old, new), tuple(sorted(sites)), sides)


def _derived_pair(
    path: str,
    member: str,
    was: Iterable[Compute | When | None],
    now: Iterable[Compute | When | None],
    owners: tuple[Record, Record],
    sites: tuple[str, ...],
    sides: tuple[Side, Side],
) -> DerivedPair:
    old, new = (tuple(item for item in items if item is not None) for items in (was, now))
    same = sides[0].meaning(*old) == sides[1].meaning(*new)
    at = new[0].at if new else owners[1].at
    return DerivedPair(
        path=path, at=at, member=member, old=old, new=new, owners=owners, sites=sites, same=same
    )


def _site(path: str, name: str, record: Record) -> str:
    field = next((field for field in record.fields if field.name == name), None)
    return below(path, name if field is None else data_name(field, record))


def _rules(path: str, old: Record, new: Record, sides: tuple[Side, Side]) -> Iterator[RulePair]:
    for name, was, now in _by_name(old.rules, new.rules):
        same = sides[0].meaning(was and was.cond) == sides[1].meaning(now and now.cond)
        at = new.at if now is None else now.at
        yield RulePair(path=path, at=at, rule=name, old=was, new=now, owners=(old, new), same=same)


def _by_name(old: Iterable[N], new: Iterable[N]) -> Iterator[tuple[str, N | None, N | None]]:
    """Each name of either side, with what has it on each side."""
    was = {item.name: item for item in old}
    now = {item.name: item for item in new}
    for name in was | now:
        yield name, was.get(name), now.get(name)
