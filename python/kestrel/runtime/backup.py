"""A copy of a state at one moment, made while programs go on using it."""

from __future__ import annotations

import os
from pathlib import Path

import apsw
import msgspec

from kestrel.runtime.drafts import place_whole
from kestrel.runtime.errors import StateError
from kestrel.runtime.statefile import StateFile, connect, explained, pragmas
from kestrel.runtime.verify import verify

NOWHERE = 0
"""The inode that a backup says it lives at: no file has it, so each place of it is a copy's."""


class Backup(msgspec.Struct, frozen=True):
    """What a backup holds: the last event, by which it can be checked later, and its size."""

    path: str
    seq: int
    hash: str
    bytes: int


def back_up(source: str | os.PathLike[str], target: str | os.PathLike[str]) -> Backup:
    """Copy the state at `source` to `target`, where nothing is yet. Whole, or not at all.

    SQLite's backup interface reads one moment of the database, its log included, and holds up no
    writer. The copy's audit log is verified before it gets its name.

    Raises:
        StateError: KS0722 the log does not verify, KS0705 something is there, KS0704, KS0708.
    """
    target = Path(target)
    found: list[Backup] = []

    def write(draft: Path) -> None:
        copy(source, draft)
        found.append(_checked(draft, target))

    place_whole(target, write)
    return found[0]


def copy(source: str | os.PathLike[str], draft: Path) -> None:
    """The database at `source` into the empty file `draft`, durably, as a copy of no place."""
    state = StateFile(source, "read")
    try:
        with explained(draft):
            connection = connect(draft, apsw.SQLITE_OPEN_READWRITE)
            with connection.backup("main", state.connection, "main") as pages:
                pages.step(-1)
            pragmas(connection, draft, "write")
            connection.execute("UPDATE meta SET value = ? WHERE key = 'inode'", (NOWHERE,))
            connection.execute("DELETE FROM replicas")
            connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            connection.close()
    finally:
        state.close()


def _checked(draft: Path, target: Path) -> Backup:
    state = StateFile(draft, "read")
    try:
        found = verify(state)
    finally:
        state.close()
    if found.problem is not None:
        raise StateError([found.problem])
    return Backup(str(target), found.seq, found.hash, draft.stat().st_size)
