"""What a state holds, for people and tools: status, history, show. Nothing is changed."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

import msgspec

from kestrel import _core
from kestrel.changes.members import Binding
from kestrel.runtime import approvals, documents, generations, windows
from kestrel.runtime.approvals import Approval
from kestrel.runtime.audit import timestamp
from kestrel.runtime.generations import Generation
from kestrel.runtime.live import Folder
from kestrel.runtime.statefile import Row, StateFile


class ReplicaStatus(msgspec.Struct, frozen=True):
    """One process that has the state open. `schema` is what it reads (None: what is stored), and
    `document` the digest of what it serves.

    `unprepared` counts swaps to something that it had not prepared: always 0.
    """

    id: str
    program: str
    joined: str
    generation: int
    converged: bool
    schema: str | None
    unprepared: int
    restart_pending: bool
    degraded: str | None
    document: str | None = None


class InFlight(msgspec.Struct, frozen=True):
    """The change that is being prepared, and by whom. `alive`: its coordinator still runs."""

    event_id: str
    audit_id: str
    coordinator: str
    opened: str
    alive: bool


class Waiting(msgspec.Struct, frozen=True):
    """What waits to be confirmed: generations after `base` up to `last`, by a person or by probes,
    for so many seconds yet; `overdue` says why it is over, where it is."""

    audit_id: str
    by: str
    base: int
    last: int
    until: str
    remaining: float
    overdue: str


class StateStatus(msgspec.Struct, frozen=True):
    """What runs, where, since when, and by whom."""

    path: str
    log_id: str
    epoch: int
    generation: Generation
    actor: str
    seq: int
    hash: str
    replicas: tuple[ReplicaStatus, ...]
    in_flight: InFlight | None
    approvals: tuple[Approval, ...] = ()
    waiting: Waiting | None = None


class HistoryEntry(msgspec.Struct, frozen=True):
    """One generation: what made it, who, how many changes, and whether it still stands."""

    generation: Generation
    event: str
    actor: str
    changes: int
    stands: bool
    undoes: str | None


class Shown(msgspec.Struct, frozen=True):
    """One generation's config: the document, effective values, and its schema's digest; and of the
    state which plans may pass just now, and what waits to be confirmed."""

    generation: Generation
    snapshot: _core.Snapshot
    approvals: tuple[Approval, ...] = ()
    waiting: Waiting | None = None

    @property
    def config(self) -> Any:
        return msgspec.json.decode(self.snapshot.redacted_json())

    @property
    def effective(self) -> Any:
        return msgspec.json.decode(self.snapshot.redacted_effective_json())


def status(state: StateFile) -> StateStatus:
    with state.reading():
        head = generations.head(state)
        last = state.one("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1")
        seq, digest = last or (0, b"")
        return StateStatus(
            path=str(state.path),
            log_id=state.meta("log_id"),
            epoch=state.meta("epoch"),
            generation=head,
            actor=generations.actor_of(state, head),
            seq=seq,
            hash=digest.hex(),
            replicas=replicas(state, head),
            in_flight=_in_flight(state),
            approvals=approvals.listed(state),
            waiting=_waiting(state),
        )


def history(state: StateFile, count: int = 20) -> list[HistoryEntry]:
    """The last `count` generations, newest first."""
    with state.reading():
        newest = generations.newest(state, count)
        shown = range(newest[-1].number, newest[0].number + 1) if newest else range(0)
        standing = takewhile(lambda one: one.number in shown, generations.standing(state))
        stands = {generation.number for generation in standing}
        return [_entry(state, one, stands) for one in newest]


def show(state: StateFile, number: int | None = None) -> Shown:
    """The config of a generation, by default the one that runs.

    Raises:
        StateError: KS0720 no such generation, KS0743 it was let go, KS0724 it cannot be built.
    """
    with state.reading():
        head = generations.head(state) if number is None else generations.get(state, number)
        documents.check_kept(state, head.number, head.side)
        snapshot = documents.load(state, head.side)
        return Shown(head, snapshot, approvals.listed(state), _waiting(state))


def binding(state: StateFile) -> Binding:
    """What binds a plan to what this state runs now."""
    with state.reading():
        return Binding(state.meta("log_id"), generations.head(state).number)


def replicas(state: StateFile, head: Generation) -> tuple[ReplicaStatus, ...]:
    """The processes that have the state open now, held against what it says."""
    folder = Folder(state.path)
    rows = state.all(
        "SELECT id, program, joined, generation, schema, unprepared, restart_pending, degraded,"
        " document FROM replicas ORDER BY joined"
    )
    return tuple(_replica(row, head) for row in rows if folder.is_live(row[0]))


def _replica(row: Row, head: Generation) -> ReplicaStatus:
    replica, program, joined, generation, schema, unprepared, restart, degraded, document = row
    return ReplicaStatus(
        id=replica,
        program=program,
        joined=joined,
        generation=generation,
        converged=generation >= head.number,
        schema=schema,
        unprepared=unprepared,
        restart_pending=bool(restart),
        degraded=degraded,
        document=document,
    )


def _waiting(state: StateFile) -> Waiting | None:
    window = windows.current(state)
    if window is None:
        return None
    now = state.clock.now()
    return Waiting(
        audit_id=window.audit_id,
        by=window.kind,
        base=window.base,
        last=window.last,
        until=timestamp(window.deadline),
        remaining=round(window.remaining(now), 3),
        overdue=window.overdue(now),
    )


def _in_flight(state: StateFile) -> InFlight | None:
    row = state.one("SELECT id, audit_id, coordinator, opened FROM intents WHERE state = 'open'")
    if row is None:
        return None
    event_id, audit_id, coordinator, opened = row
    alive = Folder(state.path).is_coordinated()
    return InFlight(event_id, audit_id, coordinator, opened, alive)


def _entry(state: StateFile, generation: Generation, stands: set[int]) -> HistoryEntry:
    fields = generations.event_of(state, generation).body_fields
    return HistoryEntry(
        generation,
        str(fields.get("event")),
        generations.actor_of(state, generation),
        len(fields.get("change_set") or ()),
        generation.number in stands,
        fields.get("undoes"),
    )
