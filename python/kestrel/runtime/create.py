"""A new state: generation 1, made by the event `kestrel.init`."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from pathlib import Path

import apsw

from kestrel import _core
from kestrel.changes.digests import Side, audit_id, change_digest
from kestrel.runtime import documents, generations
from kestrel.runtime.audit import new_event_id
from kestrel.runtime.drafts import place_whole
from kestrel.runtime.errors import StateError
from kestrel.runtime.generations import Commit, raw
from kestrel.runtime.statefile import StateFile, connect, explained, pragmas
from kestrel.runtime.tables import APPLICATION_ID, FORMAT, TABLES

NOTHING = Side("", "")
"""What there was before the first generation."""


def init(path: str | os.PathLike[str], initial: _core.Snapshot, vfs: str = "") -> None:
    """Make a state at `path` that holds `initial`.

    Raises:
        StateError: KS0705 there is something already, KS0704 a bad place, KS0708 the disk fails.
    """

    def fill(state: StateFile) -> None:
        _identify(state)
        first = _core.keyed(initial, state.secret_key)
        documents.store(state, first)
        generations.commit(state, _first(first))

    create(Path(path), fill, vfs)


def init_if_missing(path: str | os.PathLike[str], initial: _core.Snapshot) -> None:
    """Several programs may start at once; one of them makes the state. Raises as `init` does."""
    try:
        init(path, initial)
    except StateError as error:
        if error.diagnostics[0].code != "KS0705" or not Path(path).exists():
            raise


def create(path: Path, fill: Callable[[StateFile], None], vfs: str = "") -> None:
    """Make a new state at `path`, filled by `fill` in one transaction.

    Raises:
        StateError: as `place_whole` does.
    """
    place_whole(path, lambda draft: _draft(draft, fill, vfs))


def _draft(draft: Path, fill: Callable[[StateFile], None], vfs: str) -> None:
    with explained(draft):
        connection = connect(draft, apsw.SQLITE_OPEN_READWRITE, vfs)
        connection.pragma("application_id", APPLICATION_ID)
        connection.pragma("user_version", FORMAT)
        pragmas(connection, draft, "write")
        connection.execute(TABLES)
        connection.execute("INSERT INTO meta VALUES('inode', ?)", (draft.stat().st_ino,))
        connection.close()
    state = StateFile(draft, vfs=vfs)
    with state.writing():
        fill(state)
    state.connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    state.close()


def _identify(state: StateFile) -> None:
    """`secret_key` is what digests of literal secrets are keyed with; it never leaves the file."""
    rows = {"log_id": str(uuid.uuid4()), "epoch": 1, "secret_key": os.urandom(32)}
    for key, value in rows.items():
        state.run("INSERT INTO meta VALUES(?, ?)", key, value)


def _first(initial: _core.Snapshot) -> Commit:
    target = documents.side(initial)
    return Commit(
        event="kestrel.init",
        event_id=new_event_id(),
        audit_id=audit_id(change_digest(NOTHING, target)),
        base=None,
        target=target,
        change_set=raw([]),
        inverse=raw([]),
    )
