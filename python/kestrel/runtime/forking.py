"""`fork`, safely: none of our threads is inside SQLite while the process is copied, and the child
gets a connection, a lock and a replica id of its own."""

from __future__ import annotations

import os
import threading
from typing import Protocol
from weakref import WeakSet


class Forked(Protocol):
    """What has to be put right in a child."""

    def fork_lock(self) -> threading.RLock: ...

    def reborn(self) -> None:
        """In the child: nothing of the parent's may be used or closed."""


_alive: WeakSet[Forked] = WeakSet()
_taken: list[threading.RLock] = []


def watch(one: Forked) -> None:
    """Take care of `one` at every fork, as long as it lives."""
    _alive.add(one)


def forget(one: Forked) -> None:
    _alive.discard(one)


def _before() -> None:
    for one in list(_alive):
        lock = one.fork_lock()
        lock.acquire()
        _taken.append(lock)


def _after_in_parent() -> None:
    while _taken:
        _taken.pop().release()


def _after_in_child() -> None:
    _taken.clear()
    for one in list(_alive):
        one.reborn()


os.register_at_fork(
    before=_before, after_in_parent=_after_in_parent, after_in_child=_after_in_child
)
