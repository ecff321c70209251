"""The coordinator's seat: a lock that one process holds for as long as its reload takes, a note for
those who find it taken, and a bell for those who answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from kestrel.runtime.audit import this_actor
from kestrel.runtime.errors import StateError
from kestrel.runtime.live import Bell, Folder, Lock
from kestrel.runtime.result import Stop
from kestrel.text.diagnostic import Diagnostic

LOOK = 0.05
"""Seconds between looks at who is alive; answers ring the bell."""
RETRY = 0.005


class Seat:
    """Held by at most one process; lost with it, however it ends."""

    def __init__(self, folder: Folder, lock: Lock) -> None:
        self.folder = folder
        self.lock = lock
        self.bell: Bell | None = None

    @classmethod
    def take(cls, folder: Folder, note: str, bound: float) -> Seat:
        """Wait for it up to `bound` seconds. `note` says who has it, and what for.

        Raises:
            Stop: busy, with the other's note.
        """
        folder.make()
        until = time.monotonic() + bound
        while (lock := Lock.take(folder.coordinator)) is None:
            if time.monotonic() >= until:
                raise Stop("busy", Diagnostic.make("KS0712", other=_other(folder)))
            time.sleep(RETRY)
        lock.write(note)
        return cls(folder, lock)

    def wait(self, until: float) -> None:
        """Until somebody answers, or it is time to look at who is alive."""
        seconds = min(LOOK, until - time.monotonic())
        if self.bell is None:
            path = self.folder.bell("coordinator")
            path.unlink(missing_ok=True)
            self.bell = Bell(path)
            seconds = 0  # who answered before could not ring
        self.bell.wait(seconds)

    def leave(self) -> None:
        if self.bell:
            self.bell.close()
        self.lock.release()


@contextmanager
def seated(folder: Folder, what: str, bound: float = 1.0) -> Iterator[Seat]:
    """Hold the seat for `what`, so that no reload begins meanwhile.

    Raises:
        StateError: KS0712, it is taken.
    """
    try:
        seat = Seat.take(folder, f"{this_actor().name}, {what}", bound)
    except Stop as busy:
        raise StateError(busy.diagnostics) from None
    try:
        yield seat
    finally:
        seat.leave()


def _other(folder: Folder) -> str:
    try:
        note = folder.coordinator.read_text("utf-8", "replace").strip()
    except OSError:
        note = ""
    return note or "of another process"
