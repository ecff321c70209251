"""From an older format of the state file to this one, in one transaction, with an event."""

from __future__ import annotations

import os
from contextlib import closing

from kestrel.runtime.audit import append
from kestrel.runtime.errors import StateError
from kestrel.runtime.live import Folder
from kestrel.runtime.seat import seated
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.tables import FORMAT, UPGRADES


def upgrade(path: str | os.PathLike[str]) -> int:
    """Bring the state at `path` to this format; the format that it had, which may be this one.

    Raises:
        StateError: KS0745 programs of the older version have it open; or it cannot be opened.
    """
    with closing(StateFile(path, purpose="upgrade")) as state:
        folder = Folder(state.path)
        with seated(folder, "the upgrade of the state"), state.writing():
            found = format_of(state)
            if found < FORMAT:
                _refuse_live(state, folder)
            migrate(state)
            return found


def migrate(state: StateFile) -> None:
    """The same inside `state.writing()`; nothing where the format is this one already."""
    found = format_of(state)
    if found == FORMAT:
        return
    for step in range(found, FORMAT):
        state.run(UPGRADES[step])
    state.connection.pragma("user_version", FORMAT)
    fields = {"audit_id": None, "from": found, "to": FORMAT}
    append(state, "kestrel.upgrade", "upgraded", fields)


def format_of(state: StateFile) -> int:
    return int(state.connection.pragma("user_version"))


def _refuse_live(state: StateFile, folder: Folder) -> None:
    """What runs knows the older tables, and would go on using them."""
    rows = state.all("SELECT id, program FROM replicas")
    live = [row[1] for row in rows if folder.is_live(row[0])]
    if live:
        raise StateError.make("KS0745", path=state.path, programs=", ".join(live))
