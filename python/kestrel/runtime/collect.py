"""Old configs let go. The audit log stays whole: every event, and a row for every generation; what
goes are the documents of old generations, and the ways back to them."""

from __future__ import annotations

from contextlib import suppress

import msgspec

from kestrel.changes.digests import Side
from kestrel.runtime import documents, generations, windows
from kestrel.runtime.audit import append
from kestrel.runtime.errors import StateLocked
from kestrel.runtime.live import Folder
from kestrel.runtime.seat import seated
from kestrel.runtime.statefile import StateFile, explained


class Collected(msgspec.Struct, frozen=True):
    """`kept_from` is the oldest generation that can still be shown and gone back to; `documents`
    and `schemas` were let go; sizes of the file in bytes."""

    kept_from: int
    documents: int
    schemas: int
    before: int
    after: int


def collect(state: StateFile, keep: int) -> Collected:
    """Keep the documents of the last `keep` generations (at least one), and of what an open window
    goes back to.

    Raises:
        StateError: KS0712 a reload is going on; or the disk fails.
    """
    with seated(Folder(state.path), "state gc"):
        before = _size(state)
        with state.writing():
            kept_from = _kept_from(state, max(keep, 1))
            gone = _let_go(state, kept_from)
        _shrink(state)
        return Collected(kept_from, *gone, before, _size(state))


def _kept_from(state: StateFile, keep: int) -> int:
    first = max(generations.head(state).number - keep + 1, 1)
    window = windows.current(state)
    wanted = min(first, window.base) if window else first
    return max(wanted, documents.kept_from(state))


def _let_go(state: StateFile, kept_from: int) -> tuple[int, int]:
    kept = _kept(state, kept_from)
    for one in kept:
        documents.make_free(state, one, kept)
    rows = state.all("SELECT digest, schema FROM documents")
    gone = [row for row in rows if Side(row[1], row[0]) not in kept]
    for row in gone:
        state.run("DELETE FROM documents WHERE digest = ? AND schema = ?", *row)
    schemas = state.run("DELETE FROM schemas WHERE digest NOT IN (SELECT schema FROM documents)")
    state.run("DELETE FROM rollback_info WHERE generation < ?", kept_from)
    state.run("DELETE FROM intents WHERE state <> 'open' AND base < ?", kept_from)
    state.run("DELETE FROM windows WHERE state <> 'open' AND last < ?", kept_from)
    documents.note_kept_from(state, kept_from)
    fields = {"audit_id": None, "kept_from": kept_from, "documents": len(gone)}
    append(state, "kestrel.gc", "collected", fields)
    return len(gone), schemas


def _kept(state: StateFile, kept_from: int) -> frozenset[Side]:
    sql = "SELECT DISTINCT schema, document FROM generations WHERE number >= ?"
    return frozenset(Side(*row) for row in state.all(sql, kept_from))


def _shrink(state: StateFile) -> None:
    """Give the space back, and leave nothing of what was let go in free pages. Where another
    program is writing just now the pages are used again later."""
    with suppress(StateLocked), state.lock, explained(state.path):
        state.connection.execute("VACUUM")


def _size(state: StateFile) -> int:
    pages, size = state.one("PRAGMA page_count"), state.one("PRAGMA page_size")
    return int(pages[0]) * int(size[0]) if pages and size else 0
