"""A copy made a state of its own: a backup put in place, a volume moved to another file system.

Order is (epoch, generation) from then on, so that what two copies of one log say can be told apart.
"""

from __future__ import annotations

import os

from kestrel.runtime import intents
from kestrel.runtime.audit import append
from kestrel.runtime.errors import StateError
from kestrel.runtime.live import Folder
from kestrel.runtime.statefile import StateFile


def restore(path: str | os.PathLike[str]) -> int:
    """Give the copy at `path` an epoch; the number of it.

    Raises:
        StateError: KS0705 it is no copy but the state itself; or it cannot be opened.
    """
    state = StateFile(path, adopt=True)
    try:
        with state.writing():
            return _adopt(state)
    finally:
        state.close()


def _adopt(state: StateFile) -> int:
    inode = state.path.stat().st_ino
    if state.meta("inode") == inode:
        raise StateError.make("KS0705", path=state.path)
    epoch = int(state.meta("epoch")) + 1
    for key, value in (("inode", inode), ("epoch", epoch)):
        state.run("UPDATE meta SET value = ? WHERE key = ?", value, key)
    state.run("DELETE FROM replicas")
    intent = intents.current(state)
    if intent and not Folder(state.path).is_coordinated():
        intents.abort_orphan(state, intent)
    append(state, "kestrel.restore", "restored", {"audit_id": None, "epoch": epoch})
    return epoch
