"""How two schemas differ, and what that does to the data that exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import msgspec

from kestrel._core import Snapshot
from kestrel.changes.catalogue import rows
from kestrel.changes.events import Event, FieldRemoved
from kestrel.changes.evidence import Evidence
from kestrel.changes.facts import settle
from kestrel.changes.findings import READERS, Finding, Readers, hinders
from kestrel.changes.judge import Judge
from kestrel.changes.pairing import Walk
from kestrel.changes.policy import Requirement, Verdict, worst
from kestrel.changes.sides import Side
from kestrel.data.files import split_name
from kestrel.data.module import Module
from kestrel.data.schema import Schema
from kestrel.ir.exprs import At
from kestrel.text.source import Span

Input = Schema | Snapshot | Module | str | Path
"""A schema, a config that has one, a module with one, or the path of a `.ks` file (`FILE#NAME`)."""


class SchemaDiff(msgspec.Struct, frozen=True):
    """What changed between two schemas; falsy if nothing did.

    `documents` are the base and target configs, where the sides were given as configs.
    """

    old: Schema
    new: Schema
    findings: tuple[Finding, ...]
    documents: tuple[Snapshot, Snapshot] | None = None
    ats: tuple[At | None, ...] = ()
    """Where the new schema says what each finding is about, as its `sources` are counted."""

    @property
    def verdict(self) -> Verdict:
        """The worst of all findings."""
        return worst(finding.verdict for finding in self.findings)

    @property
    def readers(self) -> Readers:
        """Old readers of new data: the worst of all findings."""
        return max((f.readers for f in self.findings), key=READERS.index, default="accept")

    @property
    def proved(self) -> bool:
        """Is it proved that the new schema accepts all old data, those that nobody saw included?"""
        return all(f.verdict != "breaking" and f.evidence == "proved" for f in self.findings)

    @property
    def readers_proved(self) -> bool:
        """Is it proved that old readers accept all new data?"""
        return all(f.readers == "accept" and f.readers_evidence == "proved" for f in self.findings)

    def span(self, index: int) -> Span | None:
        """Where a finding stands in the sources of the new schema, if they are at hand."""
        at = self.ats[index] if index < len(self.ats) else None
        if at is None or at[0] >= len(self.new.sources):
            return None
        return Span(self.new.sources[at[0]], at[1], at[2])

    def meets(self, requirement: Requirement) -> bool:
        """`--require`: backward is that old data are accepted, forward that old readers accept."""
        return not any(hinders(finding, requirement) for finding in self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)


def diff(
    old: Input,
    new: Input,
    *,
    data: Iterable[Snapshot] = (),
    new_data: Iterable[Snapshot] = (),
    as_of: date | None = None,
) -> SchemaDiff:
    """How two schemas differ, with verdicts that are checked on data where they depend on it.

    `data` are configs of the old schema, `new_data` of the new one; a side that is given as a
    config is one of them. `as_of` is the day before which a field must have been deprecated
    (`@deprecated("…", since: "2026-01-31")`) for its removal to be S06, which no requirement
    counts; without it there is no S06. No clock is read.

    Raises:
        InvalidSource: a `.ks` file that does not compile, or has no such schema.
    """
    before, after = _schema(old), _schema(new)
    olds = [*data, *(side for side in (old,) if isinstance(side, Snapshot))]
    news = [*new_data, *(side for side in (new,) if isinstance(side, Snapshot))]
    both = (old, new) if isinstance(old, Snapshot) and isinstance(new, Snapshot) else None
    if before == after and before.bundle == after.bundle:
        return SchemaDiff(before, after, (), both)
    findings, ats = _findings(before, after, olds, news, as_of)
    return SchemaDiff(before, after, findings, both, ats)


def schema_findings(old: Snapshot, new: Snapshot) -> tuple[Finding, ...]:
    """What a change of schema means for the two configs at hand; nothing if it is the same."""
    return () if old.schema == new.schema else diff(old, new).findings


def _findings(
    before: Schema,
    after: Schema,
    olds: list[Snapshot],
    news: list[Snapshot],
    as_of: date | None,
) -> tuple[tuple[Finding, ...], tuple[At | None, ...]]:
    old, new = Side(before.bundle), Side(after.bundle)
    walk = Walk(old, new)
    events = [_dated(event, as_of) for event in settle(walk.events(), old, new)]
    upgrade = Evidence(after, olds, walk.places)
    judge = Judge(upgrade, Evidence(before, news, walk.places), walk.places)
    found = [(row, event) for event in events for row in rows(event)]
    return tuple(judge.findings(found)), tuple(event.at for _, event in found)


def _dated(event: Event, as_of: date | None) -> Event:
    if as_of is None or not isinstance(event, FieldRemoved):
        return event
    return msgspec.structs.replace(event, as_of=as_of.isoformat())


def _schema(side: Input) -> Schema:
    if isinstance(side, Schema):
        return side
    if isinstance(side, Snapshot):
        schema: Schema = side.schema
        return schema
    if isinstance(side, Module):
        return side.schema()
    file, name = split_name(side)
    return Module.load(file).schema(name)
