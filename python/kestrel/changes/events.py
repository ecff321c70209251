"""What two schemas, walked side by side, have in common and what not: the catalogue's questions.

`path` is a JSON Pointer pattern into documents, `*` standing for any key or index.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from kestrel.changes.containment import Relation
from kestrel.check.shapes import show
from kestrel.ir.decls import Field, Record
from kestrel.ir.types import AnyType


class Event(msgspec.Struct, frozen=True, kw_only=True):
    path: str

    @property
    def detail(self) -> str:
        """What exactly, as people read it; empty if the path says it all."""
        return ""


class SchemaPair(Event, frozen=True, kw_only=True):
    """The roots."""

    old: str
    new: str

    @property
    def detail(self) -> str:
        return f"{self.old} → {self.new}"


class RecordPair(Event, frozen=True, kw_only=True):
    old: Record
    new: Record


class FieldAdded(Event, frozen=True, kw_only=True):
    record: Record
    """The old record."""
    field: Field


class FieldRemoved(Event, frozen=True, kw_only=True):
    field: Field


class FieldPair(Event, frozen=True, kw_only=True):
    """One field on both sides: `same name`, `renamed` with `@renamed_from`, `guessed` without."""

    old: Field
    new: Field
    how: Literal["same", "renamed", "guessed"] = "same"

    @property
    def detail(self) -> str:
        return f"{self.old.name} → {self.new.name}" if self.old.name != self.new.name else ""


class DefaultPair(Event, frozen=True, kw_only=True):
    """A field's defaults: canonical expressions, with the functions that they call."""

    old: bytes | None
    new: bytes | None
    was_required: bool
    is_required: bool


class TypePair(Event, frozen=True, kw_only=True):
    """Types in one place, without options, refinements and secrets. `change` sorts the pair."""

    old: AnyType
    new: AnyType
    change: str

    @property
    def detail(self) -> str:
        return f"{show(self.old)} → {show(self.new)}"


class OptionPair(Event, frozen=True, kw_only=True):
    """An item of a collection became optional, or ceased to be; fields are `DefaultPair`s."""

    now_optional: bool


class LimitPair(Event, frozen=True, kw_only=True):
    """A bound, length, pattern or other condition in one place, and how it changed."""

    what: Literal["value", "length", "pattern", "condition"]
    old: Any
    new: Any
    relation: Relation

    @property
    def detail(self) -> str:
        return f"{self.what}: {_shown(self.old)} → {_shown(self.new)}"


class SecretPair(Event, frozen=True, kw_only=True):
    now_secret: bool


class KeyPair(Event, frozen=True, kw_only=True):
    old: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def detail(self) -> str:
        return f"({', '.join(self.old)}) → ({', '.join(self.new)})"


class VariantAdded(Event, frozen=True, kw_only=True):
    name: str

    @property
    def detail(self) -> str:
        return self.name


class VariantRemoved(Event, frozen=True, kw_only=True):
    name: str

    @property
    def detail(self) -> str:
        return self.name


class RulePair(Event, frozen=True, kw_only=True):
    """A rule by its name; None where it is not. Conditions are canonical, messages left out."""

    name: str
    old: bytes | None
    new: bytes | None

    @property
    def detail(self) -> str:
        return self.name


class DerivedPair(Event, frozen=True, kw_only=True):
    """A `compute` by its name, or (name `when`) all `when`s together."""

    name: str
    old: bytes | None
    new: bytes | None

    @property
    def detail(self) -> str:
        return self.name


def _shown(limit: object) -> str:
    """An interval as `lo..=hi`, patterns by their text, other conditions by their number."""
    if isinstance(limit, tuple):
        lo, hi = ("" if end is None else str(end) for end in limit)
        return f"{lo}..={hi}" if hi else f"{lo}.."
    assert isinstance(limit, frozenset)
    texts = sorted(item for item in limit if isinstance(item, str))
    return " and ".join(texts) or (f"{len(limit)} conditions" if limit else "none")
