"""A new state: generation 1, made by the event `kestrel.init`."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from kestrel import _core
from kestrel.changes.digests import Side, audit_id, change_digest
from kestrel.runtime import documents, generations
from kestrel.runtime.audit import new_event_id
from kestrel.runtime.generations import Commit, raw
from kestrel.runtime.statefile import StateFile, create

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
