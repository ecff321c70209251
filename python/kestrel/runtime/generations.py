"""Generations: what was committed, in order, and which of them still stand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from kestrel.changes.digests import Side
from kestrel.runtime.audit import Event, append, timestamp
from kestrel.runtime.canonical import encode
from kestrel.runtime.errors import StateError
from kestrel.runtime.statefile import StateFile

COLUMNS = "number, parent, restores, schema, document, audit_id, event_id, seq, ts, status"


class Generation(msgspec.Struct, frozen=True):
    """One committed state. `restores` is the generation whose content it brings back."""

    number: int
    parent: int | None
    restores: int | None
    schema: str
    document: str
    audit_id: str
    event_id: str
    seq: int
    ts: str
    status: str

    @property
    def side(self) -> Side:
        return Side(self.schema, self.document)

    @property
    def origin(self) -> int:
        """The generation that first had this content on the way here."""
        return self.number if self.restores is None else self.restores

    @property
    def place(self) -> dict[str, object]:
        """As `base` or `target` of an event."""
        return place(self.number, self.side)


def place(number: int | None, side: Side) -> dict[str, object]:
    """One end of a change, as events say it; no number where none was given."""
    return {"generation": number, "schema": side.schema, "document": side.document}


def head(state: StateFile) -> Generation:
    """The last generation; each state has at least the first."""
    row = state.one(_HEAD)
    if row is None:
        raise StateError.make("KS0724", path=state.path, why="it has no generation")
    return Generation(*row)


_HEAD = f"SELECT {COLUMNS} FROM generations ORDER BY number DESC LIMIT 1"


def get(state: StateFile, number: int) -> Generation:
    """Raises StateError (KS0720) if there is no such generation."""
    row = state.one(f"SELECT {COLUMNS} FROM generations WHERE number = ?", number)
    if row is None:
        raise StateError.make("KS0720", number=number, last=head(state).number)
    return Generation(*row)


def newest(state: StateFile, count: int) -> list[Generation]:
    """The last `count` generations, newest first."""
    rows = state.all(f"SELECT {COLUMNS} FROM generations ORDER BY number DESC LIMIT ?", count)
    return [Generation(*row) for row in rows]


def made_by(state: StateFile, audit_id: str) -> Generation | None:
    """The last generation that this change made, if it ever did."""
    row = state.one(_MADE_BY, audit_id)
    return Generation(*row) if row else None


_MADE_BY = f"SELECT {COLUMNS} FROM generations WHERE audit_id = ? ORDER BY number DESC LIMIT 1"


def by_event(state: StateFile, event_id: str) -> Generation | None:
    row = state.one(f"SELECT {COLUMNS} FROM generations WHERE event_id = ?", event_id)
    return Generation(*row) if row else None


def standing(state: StateFile) -> Iterator[Generation]:
    """The generations whose changes are in force, newest first: undone ones are passed over."""
    at: int | None = head(state).origin
    while at is not None:
        generation = get(state, at)
        yield generation
        at = None if generation.parent is None else get(state, generation.parent).origin


def undone(state: StateFile, side: Side) -> Generation | None:
    """The last generation with this content, if it was rolled back and does not stand again."""
    sql = f"SELECT {COLUMNS} FROM generations WHERE schema = ? AND document = ?"
    with state.reading():
        row = state.one(f"{sql} ORDER BY number DESC", side.schema, side.document)
        if row is None:
            return None
        found = Generation(*row)
        for one in standing(state):
            if one.number <= found.origin:
                return None if one.number == found.origin else found
    return found


def event_of(state: StateFile, generation: Generation) -> Event:
    """The event that made it.

    Raises:
        StateError: KS0724, it is missing.
    """
    sql = "SELECT seq, body, prev, hash FROM events WHERE seq = ?"
    row = state.one(sql, generation.seq)
    if row is None:
        raise StateError.make("KS0724", path=state.path, why=f"event {generation.seq} is missing")
    return Event(*row)


def actor_of(state: StateFile, generation: Generation) -> str:
    """Who made it, for messages."""
    actor: dict[str, Any] = event_of(state, generation).body_fields.get("actor", {})
    claimed, user = actor.get("claimed"), actor.get("user", "?")
    return f"{claimed} (claimed; {user})" if claimed else str(user)


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """All that one generation is made of."""

    event: str
    event_id: str
    audit_id: str
    base: Generation | None
    target: Side
    change_set: msgspec.Raw
    inverse: msgspec.Raw
    restores: int | None = None
    undoes: str | None = None
    status: str = "applied"
    reason: str | None = None
    confirm: dict[str, Any] | None = None
    latency_ms: float = 0.0


def commit(state: StateFile, new: Commit) -> Generation:
    """Write generation, event and rollback information, inside `state.writing()`."""
    base = new.base
    number = 1 if base is None else base.number + 1
    now = datetime.now(UTC)
    recorded = append(state, new.event, new.status, _event_fields(new, number), now)
    generation = Generation(
        *(number, base.number if base else None, new.restores, new.target.schema),
        *(new.target.document, new.audit_id, new.event_id, recorded.seq),
        *(timestamp(now), new.status),
    )
    values = msgspec.structs.astuple(generation)
    state.run(_INSERT, *values)
    if base:
        sql = "INSERT INTO rollback_info(generation, target, inverse) VALUES(?, ?, ?)"
        state.run(sql, number, base.number, bytes(new.inverse))
    return generation


_INSERT = f"INSERT INTO generations VALUES({', '.join('?' * len(COLUMNS.split(',')))})"


def _event_fields(new: Commit, number: int) -> dict[str, object]:
    waits = {"confirm": new.confirm} if new.confirm else {}
    why = {"reason": new.reason} if new.reason else {}
    return {
        **waits,
        **why,
        "audit_id": new.audit_id,
        "event_id": new.event_id,
        "base": new.base.place if new.base else None,
        "target": place(number, new.target),
        "change_set": new.change_set,
        "undoes": new.undoes,
        "restores": new.restores,
        "latency_ms": new.latency_ms,
    }


def note_undone(
    state: StateFile, undone: tuple[int, ...], event_id: str, reason: str | None
) -> None:
    """Beside the rollback information that is used now: why, and by what event."""
    for number in undone:
        sql = "UPDATE rollback_info SET reason = ?, result = ? WHERE generation = ?"
        state.run(sql, reason, f"rolled back by event {event_id}", number)


def raw(value: object) -> msgspec.Raw:
    """Canonical JSON, to be put into larger canonical JSON as it is."""
    return msgspec.Raw(encode(value))
