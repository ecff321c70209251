"""Refinements in JSON Schema: bounds, lengths and patterns, and in words what is more."""

from __future__ import annotations

from kestrel.data.ecma import to_ecma
from kestrel.ir.conditions import Compare, Matches, OneOf, conditions
from kestrel.ir.exprs import AnyExpr
from kestrel.ir.json_forms import Json
from kestrel.ir.types import SCALARS, AnyType, ListOf, MapOf, Scalar

VALUE_LIMITS = {
    "lt": "exclusiveMaximum",
    "le": "maximum",
    "gt": "exclusiveMinimum",
    "ge": "minimum",
}
LENGTHS: dict[str, tuple[str, str]] = {
    "text": ("minLength", "maxLength"),
    "list": ("minItems", "maxItems"),
    "map": ("minProperties", "maxProperties"),
}


def limits(where: AnyExpr, base: AnyType, said: str) -> tuple[Json, list[str]]:
    """What a refinement adds to the schema of its type, and what it says beyond that."""
    found: Json = {}
    comments: list[str] = []
    for condition in conditions(where):
        match condition:
            case OneOf(values=values) if "enum" not in found and _is_plain(base):
                found["enum"] = list(values)
            case Matches(pattern=pattern) if (ecma := to_ecma(pattern)) and "pattern" not in found:
                found["pattern"] = ecma
            case Compare(subject="value", op=op, number=number) if _is_plain(base):
                _bound(found, op, number)
            case Compare(subject="length", op=op, number=number) if kind := _kind(base):
                _length(found, kind, op, int(number))
            case Matches(pattern=pattern):
                comments.append(f"matches {pattern}")
            case _:
                comments.append(f"where {said}")
    return found, list(dict.fromkeys(comments))


def tightened(inner: Json, more: Json) -> Json:
    """Bounds of integers, all of them inclusive, none wider than those of the type."""
    found = dict(more)
    lows = [inner["minimum"], found.pop("minimum", inner["minimum"])]
    highs = [inner["maximum"], found.pop("maximum", inner["maximum"])]
    if "exclusiveMinimum" in found:
        lows.append(found.pop("exclusiveMinimum") + 1)
    if "exclusiveMaximum" in found:
        highs.append(found.pop("exclusiveMaximum") - 1)
    return {"minimum": max(lows), "maximum": min(highs), **found}


def _is_plain(base: AnyType) -> bool:
    """Are its values the same in data? Durations and sizes are texts there."""
    return isinstance(base, Scalar) and base.name not in ("Duration", "Size")


def _bound(found: Json, op: str, number: int | float) -> None:
    if op == "eq":
        found["const"] = number
        return
    key = VALUE_LIMITS[op]
    tighter = max if op in ("gt", "ge") else min
    found[key] = tighter(found[key], number) if key in found else number


def _length(found: Json, kind: str, op: str, number: int) -> None:
    low, high = LENGTHS[kind]
    if op in ("gt", "ge", "eq"):
        found[low] = max(found.get(low, 0), number + (op == "gt"), 0)
    if op in ("lt", "le", "eq"):
        found[high] = max(min(found.get(high, number), number - (op == "lt")), 0)


def _kind(base: AnyType) -> str | None:
    match base:
        case Scalar(name=name) if SCALARS[name].storage == "text":
            return "text"
        case ListOf():
            return "list"
        case MapOf():
            return "map"
    return None
