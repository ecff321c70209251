"""The catalogue of schema changes: the one table that detection, docs and tests come from.

`upgrade` answers B: does the new schema accept all old data? `readers`: would a program with the
old schema accept new data? Where they depend on data, the configs given are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

from kestrel.changes.events import (
    AliasPair,
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
    UnitsPair,
    VariantAdded,
    VariantRemoved,
)
from kestrel.changes.fields import is_required
from kestrel.ir.types import OptionOf

Upgrade = Literal[
    "yes", "no", "never", "data", "docs", "meaning", "yes, meaning", "no, meaning", "parts"
]
"""yes: all old data are accepted; no: what has such a value is refused; never: whatever the data,
it counts as breaking; meaning: what an unchanged document means may be another thing; docs: nothing
but what people read; parts: the findings about its parts say it."""

Readers = Literal[
    "accept",
    "reject",
    "data",
    "meaning",
    "parts",
    "reject if used",
    "reject if written",
    "reject if absent",
]


class Row(NamedTuple):
    """One kind of change, as it mostly is. `holds` looks at events of the class `on`; None: not
    compared yet. Where more, or less, is proved of an event, `Event.upgrade` and `readers` say it.
    """

    id: str
    change: str
    upgrade: Upgrade
    readers: Readers
    on: type[Event] | None
    holds: Callable[[Any], bool] = lambda event: True


NOT_COMPARED = {
    "S52": "the effects of functions are not part of a schema's IR yet",
    "S53": "signatures of functions are not part of a schema's IR yet",
}
"""Rows that no event leads to, and why."""


def _is_optional(event: FieldAdded | FieldRemoved) -> bool:
    return isinstance(event.field.type, OptionOf) and event.field.default is None


def _is_due(event: FieldRemoved) -> bool:
    """Deprecated before the day that the comparison is as of."""
    return bool(event.as_of) and "" < event.field.deprecated_since < event.as_of


def _is_relaxed(event: RulePair) -> bool:
    """All that satisfied the old rules satisfies the new one, which is not quite the old one."""
    if event.new is None:
        return event.old is not None
    return event.old is not None and not event.same and event.upgrade == "yes"


def _is_retired(event: FieldAdded) -> bool:
    return event.field.name in event.record.retired


def _lost_default(event: DefaultPair) -> bool:
    return event.old is not None and event.new is None


def _is_other_default(event: DefaultPair) -> bool:
    both = event.old is not None and event.new is not None
    return both and (event.old != event.new or bool(event.reads))


def _short(name: str) -> str:
    return name.rpartition(".")[2]


def _is_renamed_schema(event: SchemaPair) -> bool:
    """A module counts where both sides declare one."""
    if "." in event.old and "." in event.new:
        return event.old != event.new
    return _short(event.old) != _short(event.new)


def _says_other(event: FieldPair) -> bool:
    old, new = event.old, event.new
    return (old.doc, old.deprecated) != (new.doc, new.deprecated)


def _is_reordered(event: RecordPair) -> bool:
    names = {field.name for field in event.old.fields} & {field.name for field in event.new.fields}
    old, new = ([f.name for f in r.fields if f.name in names] for r in (event.old, event.new))
    return old != new or (event.old.doc, event.old.version) != (event.new.doc, event.new.version)


def _is_live_class(event: FieldPair) -> bool:
    old, new = event.old, event.new
    return (old.reload, old.danger) != (new.reload, new.danger)


CATALOGUE: tuple[Row, ...] = (
    Row("S01", "optional field added", "yes", "reject if used", FieldAdded,
        lambda e: _is_optional(e) and not _is_retired(e)),
    Row("S02", "required field added, without a default", "no", "reject", FieldAdded,
        lambda e: is_required(e.field) and not _is_retired(e)),
    Row("S03", "field with a default added", "yes", "reject if written", FieldAdded,
        lambda e: e.field.default is not None and not _is_retired(e)),
    Row("S04", "optional field removed", "data", "accept", FieldRemoved,
        lambda e: not is_required(e.field) and not _is_due(e)),
    Row("S05", "required field removed", "no", "reject", FieldRemoved,
        lambda e: is_required(e.field) and not _is_due(e)),
    Row("S06", "field removed that was deprecated before `--as-of`", "data", "accept",
        FieldRemoved, _is_due),
    Row("S07", "field renamed, and the old name is unknown", "no", "reject", FieldPair,
        lambda e: e.how == "guessed"),
    Row("S07", "earlier name no longer read", "data", "accept", AliasPair, lambda e: not e.read),
    Row("S08", "field renamed, and the old name is still read", "yes", "reject", FieldPair,
        lambda e: e.how == "renamed"),
    Row("S08", "earlier name read as well", "yes", "data", AliasPair, lambda e: e.read),
    Row("S09", "retired name used again", "never", "reject", FieldAdded, _is_retired),
    Row("S10", "integer widened", "yes", "data", TypePair, lambda e: e.change == "wider"),
    Row("S11", "integer narrowed", "data", "accept", TypePair, lambda e: e.change == "narrower"),
    Row("S12", "integer became float", "data", "reject", TypePair,
        lambda e: e.change == "to float"),
    Row("S14", "type changed", "no", "reject", TypePair, lambda e: e.change == "other"),
    Row("S15", "scalar became list, or list scalar", "no", "reject", TypePair,
        lambda e: e.change == "list"),
    Row("S16", "optional became required", "data", "accept", DefaultPair,
        lambda e: not e.was_required and e.is_required and e.old is None),
    Row("S16", "optional items became required", "data", "accept", OptionPair,
        lambda e: not e.now_optional),
    Row("S17", "required became optional", "yes", "reject if absent", DefaultPair,
        lambda e: e.was_required and not e.is_required and e.new is None),
    Row("S17", "required items became optional", "yes", "reject if absent", OptionPair,
        lambda e: e.now_optional),
    Row("S20", "variant added", "yes", "data", VariantAdded),
    Row("S21", "variant removed", "data", "accept", VariantRemoved),
    Row("S23", "text became one of a set", "data", "accept", TypePair,
        lambda e: e.change == "to enum"),
    Row("S24", "bound widened or dropped", "yes", "data", LimitPair,
        lambda e: e.what != "pattern" and e.wider),
    Row("S25", "bound tightened or set", "data", "accept", LimitPair,
        lambda e: e.what != "pattern" and not e.wider),
    Row("S27", "pattern tightened or added", "data", "accept", LimitPair,
        lambda e: e.what == "pattern" and not e.wider),
    Row("S28", "pattern generalised or dropped", "yes", "data", LimitPair,
        lambda e: e.what == "pattern" and e.wider),
    Row("S30", "default added", "yes, meaning", "reject if absent", DefaultPair,
        lambda e: e.old is None and e.new is not None),
    Row("S31", "default changed", "meaning", "accept", DefaultPair, _is_other_default),
    Row("S32", "default removed", "data", "accept", DefaultPair, _lost_default),
    Row("S34", "unit of data changed", "no, meaning", "meaning", UnitsPair),
    Row("S35", "rule added or tightened", "data", "accept", RulePair,
        lambda e: bool(e.reads) or (e.new is not None and not e.same and not _is_relaxed(e))),
    Row("S36", "rule relaxed or dropped", "yes", "data", RulePair,
        lambda e: not e.reads and _is_relaxed(e)),
    Row("S37", "`when` or `compute` changed", "meaning", "accept", DerivedPair,
        lambda e: not e.same or bool(e.reads)),
    Row("S40", "`extends` changed", "parts", "parts", RecordPair,
        lambda e: _short(e.old.extends) != _short(e.new.extends)),
    Row("S42", "list got a key", "data", "accept", KeyPair, lambda e: not e.old),
    Row("S43", "closed schema opened", "yes", "data", RecordPair,
        lambda e: e.new.open and not e.old.open),
    Row("S44", "open schema closed", "data", "accept", RecordPair,
        lambda e: e.old.open and not e.new.open),
    Row("S45", "key of a list changed", "never", "reject", KeyPair, lambda e: bool(e.old)),
    Row("S46", "order, text or version changed", "docs", "accept", RecordPair, _is_reordered),
    Row("S46", "text or deprecation changed", "docs", "accept", FieldPair, _says_other),
    Row("S47", "module or schema renamed", "never", "reject", SchemaPair, _is_renamed_schema),
    Row("S50", "`@reload` or `@danger` changed", "yes, meaning", "accept", FieldPair,
        _is_live_class),
    Row("S51", "became secret, or ceased to be", "never", "reject", SecretPair),
    Row("S52", "effects of a `pub fn` grew", "no", "accept", None),
    Row("S53", "signature of a `pub fn` changed", "parts", "parts", None),
)  # fmt: skip
"""In the order of their ids; a row that is seen in two ways stands twice."""


def rows(event: Event) -> Iterator[Row]:
    """The rows that say what an event is: none where nothing changed."""
    for row in CATALOGUE:
        if row.on is type(event) and row.holds(event):
            yield row
