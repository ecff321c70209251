"""What two schemas, walked side by side, have in common and what not: the catalogue's questions.

`path` is a JSON Pointer pattern into documents, `*` standing for any key or index.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from kestrel.changes.containment import Difference
from kestrel.changes.shown import value
from kestrel.check.shapes import show
from kestrel.ir.decls import Compute, Field, Record, Rule, When
from kestrel.ir.exprs import At
from kestrel.ir.types import AnyType

Fact = Literal["", "yes", "no", "data", "never"]
"""Does the one side accept what the other wrote? yes, no: that is proved, where there is any such
value; data: it depends on the data; never: it is refused whatever the data; empty: as the row of
the catalogue says."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """`name` is the innermost field that it is about, in the newer schema's words; may be empty.

    `upgrade` is about old data and the new schema, `readers` about new data and the old one;
    `meaning`: may an unchanged document mean another thing? (None: as the row says.)
    """

    path: str
    name: str = ""
    at: At | None = None
    """Where the newer schema says it, else where it would."""
    upgrade: Fact = ""
    readers: Fact = ""
    meaning: bool | None = None

    @property
    def detail(self) -> str:
        """What exactly, as people read it; empty if the path says it all."""
        return ""

    def concerns(self, code: str, values: Mapping[str, str], path: str) -> bool:
        """Is an issue, found where a canonical path says, of this event's making?"""
        return path == self.path or path.startswith(f"{self.path}/")

    @property
    def counted(self) -> str:
        """The places whose values are counted as asked."""
        return self.path

    def spoils(self, value: Any) -> bool:
        """Does a value at the place lose its meaning, although it is accepted?"""
        return False


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

    def concerns(self, code: str, values: Mapping[str, str], path: str) -> bool:
        """A record by itself refuses members that it does not know."""
        return code == "KS0403" and path.rpartition("/")[0] == self.path


class FieldAdded(Event, frozen=True, kw_only=True):
    record: Record
    """The old record."""
    owner: Record
    """The new one."""
    field: Field

    @property
    def counted(self) -> str:
        return self.path.rpartition("/")[0]


class FieldRemoved(Event, frozen=True, kw_only=True):
    record: Record
    """The new record."""
    owner: Record
    """The old one."""
    field: Field
    as_of: str = ""
    """The day (ISO 8601) that the comparison is as of, if it is."""


class FieldPair(Event, frozen=True, kw_only=True):
    """One field on both sides: `same name`, `renamed` with `@renamed_from`, `guessed` without."""

    old: Field
    new: Field
    how: Literal["same", "renamed", "guessed"] = "same"
    written: bool = True
    """May old data have it?"""

    @property
    def detail(self) -> str:
        return f"{self.old.name} → {self.new.name}" if self.old.name != self.new.name else ""


class UnitsPair(Event, frozen=True, kw_only=True):
    """The unit system in which a field is written."""

    old: str
    new: str

    @property
    def detail(self) -> str:
        return f"{self.old or 'decimal'} → {self.new or 'decimal'}"

    def spoils(self, value: Any) -> bool:
        return True


class AliasPair(Event, frozen=True, kw_only=True):
    """Earlier names of a field that are read (`@renamed_from`), and were not; or the other way."""

    names: tuple[str, ...]
    read: bool

    @property
    def detail(self) -> str:
        names = ", ".join(f"`{name}`" for name in self.names)
        return f"{names} {'is read as well' if self.read else 'is no longer read'}"


class DefaultPair(Event, frozen=True, kw_only=True):
    """A field with its defaults: canonical expressions, with the functions that they call."""

    old: bytes | None
    new: bytes | None
    was: Field
    now: Field
    owners: tuple[Record, Record]
    was_required: bool
    is_required: bool
    reads: str = ""
    """What changed of that which an unchanged default reads."""

    @property
    def detail(self) -> str:
        if self.reads:
            return f"reads `{self.reads}`, which changed"
        texts = [value(f.default) for f in (self.was, self.now) if f.default is not None]
        return " → ".join(texts)


class TypePair(Event, frozen=True, kw_only=True):
    """Types in one place, without options, refinements and secrets. `change` sorts the pair.

    `exact` (of an integer that became a float): integers up to this are floats as well.
    """

    old: AnyType
    new: AnyType
    change: str
    exact: int = 0

    @property
    def detail(self) -> str:
        return f"{show(self.old)} → {show(self.new)}"

    def spoils(self, value: Any) -> bool:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return bool(self.exact) and is_number and abs(value) > self.exact


class OptionPair(Event, frozen=True, kw_only=True):
    """An item of a collection became optional, or ceased to be; fields are `DefaultPair`s."""

    now_optional: bool


class LimitPair(Event, frozen=True, kw_only=True):
    """A bound, length, pattern, format or other condition in one place, and how it changed."""

    what: Literal["value", "length", "pattern", "condition", "null", "spelling"]
    old: str
    new: str
    wider: bool = False
    example: str = ""
    """A value that is no longer allowed, or now is."""

    @property
    def detail(self) -> str:
        what = "" if self.what == "pattern" else f"{self.what}: "
        how = "now also" if self.wider else "no longer"
        example = f", {how} `{self.example}`" if self.example else ""
        return f"{what}{self.old} → {self.new}{example}"


class SecretPair(Event, frozen=True, kw_only=True):
    now_secret: bool


class KeyPair(Event, frozen=True, kw_only=True):
    old: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def detail(self) -> str:
        return f"({', '.join(self.old)}) → ({', '.join(self.new)})"


class VariantAdded(Event, frozen=True, kw_only=True):
    variant: str

    @property
    def detail(self) -> str:
        return self.variant


class VariantRemoved(Event, frozen=True, kw_only=True):
    variant: str

    @property
    def detail(self) -> str:
        return self.variant


class RulePair(Event, frozen=True, kw_only=True):
    """A rule by its name; None where it is not. `reads`: what it reads that changed."""

    rule: str
    old: Rule | None
    new: Rule | None
    owners: tuple[Record, Record]
    same: bool
    reads: str = ""

    @property
    def detail(self) -> str:
        return f"{self.rule} reads `{self.reads}`, which changed" if self.reads else self.rule

    def concerns(self, code: str, values: Mapping[str, str], path: str) -> bool:
        is_rule = code in ("KS0501", "KS0502") and values.get("rule") == self.rule
        return is_rule and super().concerns(code, values, path)


class DerivedPair(Event, frozen=True, kw_only=True):
    """A `compute`, or (`member` is `when`) all `when`s together, on both sides."""

    member: str
    old: tuple[Compute | When, ...]
    new: tuple[Compute | When, ...]
    owners: tuple[Record, Record]
    sites: tuple[str, ...]
    """Where its values stand."""
    same: bool
    reads: str = ""

    @property
    def detail(self) -> str:
        return f"{self.member} reads `{self.reads}`, which changed" if self.reads else self.member

    def concerns(self, code: str, values: Mapping[str, str], path: str) -> bool:
        if code == "KS0503":
            return (path == self.path and values.get("name") == self.member) or path in self.sites
        return any(path == site or path.startswith(f"{site}/") for site in self.sites)


def difference(found: Difference, path: str, shown: tuple[str, str]) -> LimitPair:
    """The event that a difference of conditions is."""
    return LimitPair(
        path=path,
        what=found.what,  # type: ignore[arg-type]
        old=shown[0],
        new=shown[1],
        wider=found.wider,
        example=found.example,
        upgrade="yes" if found.wider else "data",
        readers="yes" if found.narrower else "data",
    )
