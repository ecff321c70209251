"""What came of a commit that the disk failed at: looked up by its event id after reopening."""

from __future__ import annotations

import apsw

from kestrel.runtime import generations, intents
from kestrel.runtime.audit import append
from kestrel.runtime.errors import StateError
from kestrel.runtime.statefile import StateFile

FAILED = "the disk failed at commit"


def resolve(state: StateFile, event_id: str, audit_id: str) -> bool:
    """Is the generation of `event_id` committed? Afterwards it is so for good.

    Raises:
        StateError: it cannot be told, as the disk still fails.
    """
    if state.broken:
        state.reopen()
    if generations.by_event(state, event_id):
        make_durable(state)
        return True
    with state.writing():
        intents.close(state, event_id, "aborted", FAILED)
        take_place(state, event_id, audit_id)
    return False


def take_place(state: StateFile, event_id: str, audit_id: str) -> None:
    """Say in the log that it came to nothing, inside `state.writing()`. Frames of the failed commit
    may lie behind the log's end, and come to life after a power cut; this event takes their
    place."""
    ends = {"audit_id": audit_id, "event_id": event_id, "reason": FAILED}
    append(state, "kestrel.reload.rejected", "failed", {**ends, "base": None, "target": None})


def make_durable(state: StateFile) -> None:
    """A row is visible, but its fsync failed, and a second one may succeed without having written
    (fsync(2), `EIO`): copy the log into the database, which is synced by itself."""
    try:
        with state.lock:
            size, done = state.connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_FULL)
    except apsw.Error as error:
        raise StateError.make("KS0708", path=state.path, why=str(error)) from None
    if done < size:
        raise StateError.make("KS0727", path=state.path)
