"""The one background thread of a process: it sleeps until its bell rings, and looks by itself a few
times a second in case nobody rang (a coordinator may die between commit and bell)."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from kestrel.runtime import windows
from kestrel.runtime.coordinator import take_back
from kestrel.runtime.errors import StateError
from kestrel.runtime.health import Health
from kestrel.runtime.replica import Replica
from kestrel.text.diagnostic import Diagnostic

POLL = 0.25
PENDING_POLL = 0.05
"""While an intent is open its coordinator may die, and dead coordinators ring no bell."""
PLACE_POLL = 1.0
LEAVE = 5.0
"""How long `stop` waits for a hook that is running."""
PATIENCE = (0.25, 30.0)
"""Seconds until the next attempt to take back what is overdue: at first, and at most."""


EAGER = 0.0005


@contextmanager
def _eager() -> Iterator[None]:
    """Each call into SQLite or the kernel gives up the interpreter's lock, and in a program that
    computes without pause getting it back takes a whole switch interval (5 ms). Everybody who
    reloads would wait for a dozen of those, so threads switch sooner while we answer."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, EAGER))
    try:
        yield
    finally:
        if sys.getswitchinterval() == min(before, EAGER):
            sys.setswitchinterval(before)


class Follower:
    """Follows the state for one replica until `stop`."""

    def __init__(self, replica: Replica, health: Health) -> None:
        self.replica = replica
        self.health = health
        self.problems: tuple[Diagnostic, ...] = ()
        self._version = -1
        self._place_due = 0.0
        self._guard_due = 0.0
        self._patience = PATIENCE[0]
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kestrel-follower", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self.replica.joined:
            self.replica.bell.ring()
        if threading.current_thread() is not self._thread:
            self._thread.join(LEAVE)

    def _run(self) -> None:
        while not self._stopped.is_set():
            rang = self._sleep()
            if self._stopped.is_set():
                return
            try:
                self._look(rang)
                self.problems = ()
            except StateError as error:
                self.trouble(error)

    def _sleep(self) -> bool:
        replica = self.replica
        seconds = PENDING_POLL if replica.pending else POLL
        if replica.joined:
            return replica.bell.wait(seconds)
        return self._stopped.wait(seconds)

    def _look(self, rang: bool) -> None:
        replica = self.replica
        replica.resolve()
        self._check_place()
        if rang or replica.pending or self._changed():
            with _eager():
                replica.look()
        self.health.look()
        self._guard()

    def _guard(self) -> None:
        """The timer of a change that waits to be confirmed; whoever comes first takes it back."""
        replica = self.replica
        window = replica.window
        if window is None or not replica.joined or time.monotonic() < self._guard_due:
            self._patience = self._patience if window else PATIENCE[0]
            return
        why = window.overdue(replica.state.clock.now())
        if not why or replica.folder.is_coordinated():
            return
        if not windows.is_open(replica.state, window):
            replica.look()
        elif take_back(replica.state, window, why, replica, busy=0.0).status != "applied":
            self._guard_due = time.monotonic() + self._patience
            self._patience = min(2 * self._patience, PATIENCE[1])

    def _changed(self) -> bool:
        before, self._version = self._version, self.replica.state.data_version()
        return before != self._version

    def _check_place(self) -> None:
        if time.monotonic() >= self._place_due:
            self._place_due = time.monotonic() + PLACE_POLL
            self.replica.state.check_in_place()
            self.replica.stay_joined()

    def trouble(self, error: StateError) -> None:
        """The last good snapshot goes on being served; the next look tries again."""
        self.problems = error.diagnostics
        self._version = -1
        self._stopped.wait(POLL)
