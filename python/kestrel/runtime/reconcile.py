"""Do all the places that know what runs say the same: the generation, its document built again, the
last event that made one, and each live program? Nothing is changed."""

from __future__ import annotations

import msgspec

from kestrel.runtime import generations
from kestrel.runtime.documents import load
from kestrel.runtime.errors import StateError
from kestrel.runtime.generations import Generation
from kestrel.runtime.recent import COMMITS
from kestrel.runtime.report import ReplicaStatus, replicas
from kestrel.runtime.statefile import StateFile


class Finding(msgspec.Struct, frozen=True):
    """What one place says. `differs` is empty where it agrees with the head."""

    place: str
    generation: int | None
    schema: str | None
    document: str | None
    differs: str = ""


class Reconciliation(msgspec.Struct, frozen=True):
    """`findings[0]` is the head; all others are held against it."""

    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return not any(finding.differs for finding in self.findings)


def reconcile(state: StateFile) -> Reconciliation:
    """Raises StateError where the state has no generation at all."""
    with state.reading():
        head = generations.head(state)
        found = [
            Finding("generation", head.number, head.schema, head.document),
            _stored(state, head),
            _logged(state, head),
            *(_served(one, head) for one in replicas(state, head)),
        ]
    return Reconciliation(tuple(found))


def _stored(state: StateFile, head: Generation) -> Finding:
    """The head's document, built from its patches and hashed."""
    try:
        built = load(state, head.side)
    except StateError as error:
        return Finding("stored config", head.number, None, None, str(error))
    return Finding("stored config", head.number, built.schema.digest, built.digest)


def _logged(state: StateFile, head: Generation) -> Finding:
    marks = ", ".join("?" * len(COMMITS))
    sql = (
        f"SELECT seq, body FROM events WHERE status IN ({marks})"
        " AND json_extract(body, '$.target.generation') IS NOT NULL ORDER BY seq DESC LIMIT 1"
    )
    row = state.one(sql, *COMMITS)
    if row is None:
        return Finding("last event", None, None, None, "no event made a generation")
    target = msgspec.json.decode(row[1])["target"]
    place = f"event {row[0]}"
    said = (target["generation"], target["schema"], target["document"])
    return Finding(place, *said, "" if said == _said(head) else "it made something else")


def _said(head: Generation) -> tuple[int, str, str]:
    return head.number, head.schema, head.document


def _served(one: ReplicaStatus, head: Generation) -> Finding:
    """A program that reads another version of the schema serves another document of the same
    generation; only of the others can be said what it should be."""
    adapted = one.schema is not None and one.schema != head.schema
    if one.generation != head.number:
        differs = f"it runs generation {one.generation}"
    elif one.document != head.document and not adapted:
        differs = "it serves another document"
    else:
        differs = f"degraded: {one.degraded}" if one.degraded else ""
    return Finding(one.program, one.generation, one.schema, one.document, differs)
