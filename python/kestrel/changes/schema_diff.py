"""How two schemas differ, and what that does to the data that exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from kestrel._core import Snapshot
from kestrel.changes.catalogue import Row, rows
from kestrel.changes.events import Event
from kestrel.changes.evidence import Evidence
from kestrel.changes.pairing import events
from kestrel.changes.policy import Requirement, Verdict, worst
from kestrel.data.files import split_name
from kestrel.data.module import Module
from kestrel.data.schema import Schema

Readers = Literal["accept", "reject", "unknown"]
"""Would a program with the old schema accept the new document?"""

READERS: tuple[Readers, ...] = ("accept", "unknown", "reject")

Input = Schema | Snapshot | Module | str | Path
"""A schema, a config that has one, a module with one, or the path of a `.ks` file (`FILE#NAME`)."""

VERDICTS: dict[str, Verdict] = {
    "yes": "compatible",
    "no": "breaking",
    "docs": "docs",
    "meaning": "behavioural",
    "yes, meaning": "behavioural",
    "no, meaning": "breaking",
    "parts": "none",
}
"""What a row's `upgrade` comes to, where it does not depend on data."""


class Finding(msgspec.Struct, frozen=True):
    """One change. `rule` is a row of the catalogue, `path` a pattern of places in documents.

    `evidence` is `proved`, `checked on N values`, or `unknown`: there were no data to ask.
    """

    rule: str
    path: str
    message: str
    verdict: Verdict
    readers: Readers
    evidence: str


class SchemaDiff(msgspec.Struct, frozen=True):
    """What changed between two schemas; falsy if nothing did.

    `documents` are the base and target configs, where the sides were given as configs.
    """

    old: Schema
    new: Schema
    findings: tuple[Finding, ...]
    documents: tuple[Snapshot, Snapshot] | None = None

    @property
    def verdict(self) -> Verdict:
        """The worst of all findings."""
        return worst(finding.verdict for finding in self.findings)

    @property
    def readers(self) -> Readers:
        """Old readers of new data: the worst of all findings."""
        return max((f.readers for f in self.findings), key=READERS.index, default="accept")

    def meets(self, requirement: Requirement) -> bool:
        """`--require`: backward is that old data are accepted, forward that old readers accept."""
        backward = self.verdict != "breaking"
        forward = self.readers == "accept"
        return {"backward": backward, "forward": forward, "full": backward and forward}[requirement]

    def __len__(self) -> int:
        return len(self.findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)


def diff(
    old: Input, new: Input, *, data: Iterable[Snapshot] = (), new_data: Iterable[Snapshot] = ()
) -> SchemaDiff:
    """How two schemas differ, with verdicts that are checked on data where they depend on it.

    `data` are configs of the old schema, `new_data` of the new one; a side that is given as a
    config is one of them.

    Raises:
        InvalidSource: a `.ks` file that does not compile, or has no such schema.
    """
    before, after = _schema(old), _schema(new)
    olds = [*data, *(side for side in (old,) if isinstance(side, Snapshot))]
    news = [*new_data, *(side for side in (new,) if isinstance(side, Snapshot))]
    both = (old, new) if isinstance(old, Snapshot) and isinstance(new, Snapshot) else None
    if before == after and before.bundle == after.bundle:
        return SchemaDiff(before, after, (), both)
    judge = _Judge(Evidence(after, olds), Evidence(before, news))
    found = [
        judge.finding(row, event)
        for event in events(before.bundle, after.bundle)
        for row in rows(event)
    ]
    return SchemaDiff(before, after, tuple(found), both)


def schema_findings(old: Snapshot, new: Snapshot) -> tuple[Finding, ...]:
    """What a change of schema means for the two configs at hand; nothing if it is the same."""
    return () if old.schema == new.schema else diff(old, new).findings


class _Judge:
    """Turns what rows leave to the data into verdicts."""

    def __init__(self, upgrade: Evidence, readers: Evidence) -> None:
        self.upgrade = upgrade
        self.readers = readers

    def finding(self, row: Row, event: Event) -> Finding:
        verdict, evidence = self.verdict(row, event.path)
        return Finding(
            rule=row.id,
            path=event.path,
            message=f"{row.change}: {event.detail}" if event.detail else row.change,
            verdict=verdict,
            readers=self.old_readers(row, event.path),
            evidence=evidence,
        )

    def verdict(self, row: Row, path: str) -> tuple[Verdict, str]:
        """What nobody could check counts as breaking."""
        if row.upgrade != "data":
            return VERDICTS[row.upgrade], "proved"
        if not self.upgrade.documents:
            return "breaking", "unknown"
        checked = f"checked on {_values(self.upgrade.count(path))}"
        return ("breaking" if self.upgrade.refuses_at(path) else "compatible"), checked

    def old_readers(self, row: Row, path: str) -> Readers:
        if row.readers == "accept" or row.readers == "reject":
            return row.readers
        if row.readers in ("meaning", "parts") or not self.readers.documents:
            return "unknown" if row.readers != "parts" else "accept"
        return "reject" if self.readers.refuses_at(path) else "accept"


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


def _values(count: int) -> str:
    return "1 value" if count == 1 else f"{count} values"
