"""Does a `match` leave anything out?

By Maranget's usefulness (JFP 17(3), 2007): something is left out if a row of wildcards would still
be useful after all arms; the search gives a value that only such a row matches.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kestrel.check.shapes import bare, kind
from kestrel.check.world import World
from kestrel.ir.exprs import AnyPattern, Bind, Equals, OfRecord, OfTuple, OfVariant, Wild
from kestrel.ir.types import AnyType, Literals, Named, OptionOf, ResultOf, TupleOf

Row = tuple[AnyPattern, ...]


class Constructor(NamedTuple):
    """A way to make values of a type: its name and the types of its parts."""

    name: str
    parts: tuple[AnyType, ...] = ()


def missing(world: World, subject: AnyType, patterns: Sequence[AnyPattern]) -> str | None:
    """A value that no pattern matches, as a person writes it; `None` if there is none."""
    found = _missing(world, (subject,), [(p,) for p in patterns])
    return found[0] if found is not None else None


def _missing(world: World, types: tuple[AnyType, ...], rows: list[Row]) -> list[str] | None:
    if not types:
        return None if rows else []
    known = constructors(world, types[0])
    used = {name for row in rows if (name := _head(row[0])) is not None}
    if known is None or not used:
        rest = _missing(world, types[1:], _default(rows))
        return None if rest is None else ["_", *rest]
    for constructor in known:
        n = len(constructor.parts)
        if constructor.name in used:
            inner = (*constructor.parts, *types[1:])
            found = _missing(world, inner, _specialise(rows, constructor))
        else:
            rest = _missing(world, types[1:], _default(rows))
            found = None if rest is None else [*["_"] * n, *rest]
        if found is not None:
            return [_write(constructor, found[:n]), *found[n:]]
    return None


def constructors(world: World, t: AnyType) -> tuple[Constructor, ...] | None:
    """All of a type's constructors; `None` if they are too many to list."""
    plain = bare(t)
    info = world.sum(plain)
    if info is not None:
        return tuple(
            Constructor(v.name, (Named(v.fields.name),) if v.fields is not None else v.items)
            for v in info.variants.values()
        )
    match plain:
        case OptionOf(item):
            return (Constructor("Some", (item,)), Constructor("None"))
        case ResultOf(ok, err):
            return (Constructor("Ok", (ok,)), Constructor("Err", (err,)))
        case TupleOf(items):
            return (Constructor("", items),)
        case Literals(values):
            return tuple(Constructor(repr(value)) for value in values)
    if kind(plain) == "bool":
        return (Constructor("True"), Constructor("False"))
    return None


def _head(pattern: AnyPattern) -> str | None:
    match pattern:
        case OfVariant(variant):
            return variant
        case OfTuple():
            return ""
        case Equals(value):
            return repr(value.value)
    return None


def _is_wild(pattern: AnyPattern) -> bool:
    return isinstance(pattern, Wild | Bind | OfRecord)


def _specialise(rows: list[Row], constructor: Constructor) -> list[Row]:
    n = len(constructor.parts)
    made: list[Row] = []
    for row in rows:
        first = row[0]
        if _is_wild(first):
            made.append((*(Wild(),) * n, *row[1:]))
        elif _head(first) == constructor.name:
            items = first.items if isinstance(first, OfVariant | OfTuple) else ()
            made.append((*(items or (Wild(),) * n), *row[1:]))
    return made


def _default(rows: list[Row]) -> list[Row]:
    return [row[1:] for row in rows if _is_wild(row[0])]


def _write(constructor: Constructor, parts: list[str]) -> str:
    name = {"True": "true", "False": "false"}.get(constructor.name, constructor.name)
    if name.startswith("'"):
        name = '"' + name[1:-1] + '"'
    return f"{name}({', '.join(parts)})" if parts else name
