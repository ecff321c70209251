"""The change in flight, and what replicas answer to it. One intent is open at a time; it is dead
when nobody holds the coordinator's lock, and then anyone may abort it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from kestrel.changes.digests import Side
from kestrel.changes.members import Change
from kestrel.runtime import generations, windows
from kestrel.runtime.audit import append, timestamp
from kestrel.runtime.generations import Generation
from kestrel.runtime.live import Folder
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.windows import Window

COLUMNS = (
    "id, audit_id, base, schema, document, change_set, consequences, restart, bound, settles,"
    " refresh"
)


class Intent(msgspec.Struct, frozen=True):
    """An open intent. `id` is the event id of the application; `bound` are the seconds that it
    may take, counted by each process from when it first saw it; `settles` the window whose changes
    it takes back; `refresh`: it changes nothing but what secrets are resolved to."""

    id: str
    audit_id: str
    base: int
    schema: str
    document: str
    change_set: bytes
    consequences: bytes
    restart: int
    bound: float
    settles: str | None = None
    refresh: int = 0

    @property
    def target(self) -> Side:
        return Side(self.schema, self.document)

    @property
    def changes(self) -> Iterator[Change]:
        """What hooks are asked about: the changes, and what follows from them. They are read when
        somebody asks, and each is the asker's own."""
        yield from msgspec.json.decode(self.change_set)
        yield from msgspec.json.decode(self.consequences)


class Answer(msgspec.Struct, frozen=True):
    """What one replica says to an intent; None: nothing yet."""

    replica: str
    program: str
    accepts: bool | None
    reason: str


def current(state: StateFile) -> Intent | None:
    """The open intent."""
    row = state.one(f"SELECT {COLUMNS} FROM intents WHERE state = 'open'")
    return Intent(*row) if row else None


class Look(msgspec.Struct, frozen=True):
    """All that a replica follows."""

    head: Generation
    intent: Intent | None
    window: Window | None


def look(state: StateFile) -> Look:
    """The head, the open intent and the open window, in one question: in a busy program each costs
    several turns at the interpreter's lock."""
    row = state.one(_LOOK)
    if row is None:
        return Look(generations.head(state), None, None)
    first, second = len(Generation.__struct_fields__), -len(Window.__struct_fields__)
    intent, window = row[first:second], row[second:]
    return Look(
        Generation(*row[:first]),
        Intent(*intent) if intent[0] else None,
        Window(*window) if window[0] else None,
    )


def _prefixed(table: str, columns: str) -> str:
    return ", ".join(f"{table}.{column}" for column in columns.split(", "))


_LOOK = (
    f"SELECT {_prefixed('g', generations.COLUMNS)}, {_prefixed('i', COLUMNS)},"
    f" {_prefixed('w', windows.COLUMNS)}"
    " FROM generations g LEFT JOIN intents i ON i.state = 'open'"
    " LEFT JOIN windows w ON w.state = 'open' ORDER BY g.number DESC LIMIT 1"
)


def is_open(state: StateFile, intent: str) -> bool:
    sql = "SELECT 1 FROM intents WHERE id = ? AND state = 'open'"
    return state.one(sql, intent) is not None


def open_(state: StateFile, intent: Intent, coordinator: str) -> None:
    """Record it, inside `state.writing()`."""
    fields = msgspec.structs.asdict(intent)
    more = {"state": "open", "coordinator": coordinator, "opened": timestamp(datetime.now(UTC))}
    named: dict[str, Any] = fields | more
    marks = ", ".join("?" * len(named))
    state.run(f"INSERT INTO intents({', '.join(named)}) VALUES({marks})", *named.values())


def close(state: StateFile, intent: str, how: str, reason: str | None = None) -> bool:
    """End it as "committed" or "aborted", inside `state.writing()`; False if it had ended."""
    sql = "UPDATE intents SET state = ?, reason = ? WHERE id = ? AND state = 'open'"
    if not state.run(sql, how, reason, intent):
        return False
    # Only what was said about an open intent matters, and its documents are kept elsewhere.
    empty = "UPDATE intents SET change_set = x'', consequences = x'' WHERE id = ?"
    state.run(empty, intent)
    return True


def abort_dead(state: StateFile, folder: Folder, intent: Intent) -> bool:
    """Abort an intent whose coordinator is gone; False if it lives, or somebody else did."""
    if folder.is_coordinated():
        return False
    with state.writing():
        return abort_orphan(state, intent)


def abort_orphan(state: StateFile, intent: Intent) -> bool:
    """The same for one who knows that there is no coordinator, inside `state.writing()`."""
    reason = "its coordinator died"
    if not close(state, intent.id, "aborted", reason):
        return False
    ends = {"base": None, "target": None, "change_set": msgspec.Raw(intent.change_set)}
    fields = {"audit_id": intent.audit_id, "event_id": intent.id, "reason": reason}
    append(state, "kestrel.reload.rejected", "rejected", {**fields, **ends})
    return True


def answers(state: StateFile, intent: str) -> list[Answer]:
    """What each registered replica, alive or not, says to `intent`."""
    rows = state.all("SELECT id, program, acknowledged, refused, reason FROM replicas")
    return [Answer(r[0], r[1], _accepts(r[2], r[3], intent), r[4] or "") for r in rows]


def _accepts(acknowledged: str | None, refused: str | None, intent: str) -> bool | None:
    if refused == intent:
        return False
    return True if acknowledged == intent else None


def acknowledge(state: StateFile, replica: str, intent: str) -> bool:
    """Say yes, unless the intent has ended meanwhile; inside `state.writing()`."""
    sql = (
        "UPDATE replicas SET acknowledged = ?1, refused = NULL, reason = NULL WHERE id = ?2"
        " AND EXISTS (SELECT 1 FROM intents WHERE id = ?1 AND state = 'open')"
    )
    return bool(state.run(sql, intent, replica))


def refuse(state: StateFile, replica: str, intent: str, reason: str) -> None:
    """Say no, or take back a yes; inside `state.writing()`."""
    sql = "UPDATE replicas SET acknowledged = NULL, refused = ?, reason = ? WHERE id = ?"
    state.run(sql, intent, reason, replica)


def note_refreshed(state: StateFile, replica: str) -> None:
    """Its part of a refresh is done; inside `state.writing()`."""
    state.run("UPDATE replicas SET acknowledged = NULL WHERE id = ?", replica)
