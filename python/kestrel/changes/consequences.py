"""What a change does to effective values, beside what it says: defaults, `when`, `compute`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from kestrel import _core
from kestrel._core import Snapshot
from kestrel.changes.compare import under
from kestrel.data.plain import json_schema
from kestrel.data.schema import Schema
from kestrel.ir.decls import AnyDecl, Bundle, Field, Newtype, Record, Sum, Variant
from kestrel.ir.types import AnyType, Refined, Type
from kestrel.text.diagnostic import InvalidConfig


def consequences(
    base: Snapshot, target: Snapshot, change_set: tuple[dict[str, Any], ...]
) -> tuple[dict[str, Any], ...]:
    """Changes of effective values that no operation of `change_set` spells out."""
    spelt = _Spelt(change_set)
    return tuple(change for change in _compared(base, target) if not spelt.covers(change))


def _compared(base: Snapshot, target: Snapshot) -> Iterable[dict[str, Any]]:
    """How the effective values differ. Where the schema changes with the document, a default of the
    old one stands beside a default of the new: both are written out, and read without defaults."""
    if base.schema.digest == target.schema.digest:
        return _core.effective_changes(under(base, target.schema), target)
    schema = _effective(target.schema)
    try:
        old, new = (schema.decode(side.effective_json()) for side in (base, target))
    except InvalidConfig:
        shown = (side.redacted_effective_json() for side in (base, target))
        old, new = map(json_schema().decode, shown)
    return _core.compare(old, new)


class _Spelt:
    """The paths that a change set speaks of."""

    def __init__(self, change_set: tuple[dict[str, Any], ...]) -> None:
        self.removed = {change["path"] for change in change_set if change["op"] == "remove"}
        self.given = {change["path"] for change in change_set if change["op"] != "remove"}
        self.given |= {change["from"] for change in change_set if "from" in change}

    def covers(self, change: dict[str, Any]) -> bool:
        """A value that is no longer written, and is now made, is a consequence."""
        path: str = change["path"]
        if path in self.removed:
            return bool(change["op"] == "remove")
        return any(above in self.given or above in self.removed for above in _up(path))


def _up(path: str) -> list[str]:
    steps = path.split("/")
    return ["/".join(steps[:count]) for count in range(1, len(steps) + 1)]


@lru_cache(maxsize=16)
def _effective(schema: Schema) -> Schema:
    """The schema of effective values: everything is written, nothing is derived or checked."""
    bundle = schema.bundle
    decls = tuple(made for decl in bundle.decls if (made := _written_out(decl)) is not None)
    return Schema(Bundle(_unrefined(bundle.root), decls))


def _written_out(decl: AnyDecl) -> AnyDecl | None:
    match decl:
        case Record():
            computed = tuple(Field(name=c.name, type=c.type) for c in decl.computes)
            fields = tuple(map(_given, (*decl.fields, *computed)))
            return replace(decl, fields=fields, computes=(), rules=(), whens=())
        case Sum():
            return replace(decl, variants=tuple(map(_variant, decl.variants)))
        case Newtype():
            return replace(decl, base=_unrefined(decl.base))
    return None


def _variant(variant: Variant) -> Variant:
    items = tuple(map(_unrefined, variant.items))
    return replace(variant, items=items, fields=tuple(map(_given, variant.fields)))


def _given(field: Field) -> Field:
    return replace(field, type=_unrefined(field.type), default=None)


def _unrefined(type_: AnyType) -> AnyType:
    """The type without any `where` in it."""
    if isinstance(type_, Refined):
        return _unrefined(type_.base)
    parts: dict[str, object] = {}
    for name in ("item", "items", "key", "value"):
        part: Any = getattr(type_, name, None)
        if isinstance(part, Type):
            parts[name] = _unrefined(part)  # type: ignore[arg-type]
        elif _are_types(part):
            parts[name] = tuple(map(_unrefined, part))
    return replace(type_, **parts) if parts else type_


def _are_types(part: object) -> bool:
    return isinstance(part, tuple) and bool(part) and isinstance(part[0], Type)
