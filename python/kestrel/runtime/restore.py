"""A copy made a state of its own: a backup put in place, a volume moved to another file system.

Order is (epoch, generation) from then on, so that what two copies of one log say can be told apart.
"""

from __future__ import annotations

import os

from kestrel.runtime import intents
from kestrel.runtime.audit import append
from kestrel.runtime.backup import back_up
from kestrel.runtime.errors import StateError
from kestrel.runtime.live import Folder
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.upgrade import migrate
from kestrel.runtime.verify import verify

Path_ = str | os.PathLike[str]


def restore(path: Path_, source: Path_ | None = None) -> int:
    """Give the copy at `path` an epoch; the number of it. With `source`, a backup, the copy is made
    of that first, where nothing is yet.

    Raises:
        StateError: KS0746 it is no copy but the state itself; KS0705 there is something already;
            KS0722 its audit log does not verify; or it cannot be opened.
    """
    if source is not None:
        back_up(source, path)
    state = StateFile(path, purpose="adopt")
    try:
        with state.writing():
            migrate(state)
            return _adopt(state)
    finally:
        state.close()


def _adopt(state: StateFile) -> int:
    inode = state.path.stat().st_ino
    if state.meta("inode") == inode:
        raise StateError.make("KS0746", path=state.path)
    if problem := verify(state).problem:
        raise StateError([problem])
    epoch = int(state.meta("epoch")) + 1
    for key, value in (("inode", inode), ("epoch", epoch)):
        state.run("UPDATE meta SET value = ? WHERE key = ?", value, key)
    state.run("DELETE FROM replicas")
    state.run("DELETE FROM approvals WHERE spent_by IS NULL")  # the original may spend them too
    intent = intents.current(state)
    if intent and not Folder(state.path).is_coordinated():
        intents.abort_orphan(state, intent)
    append(state, "kestrel.restore", "restored", {"audit_id": None, "epoch": epoch})
    return epoch
