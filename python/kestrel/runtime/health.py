"""Health probes: what a program checks of itself after a change, while that may be taken back. They
run in a thread of their own, which is there while a change waits; a probe that hangs is left behind
and counts as failed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from kestrel.runtime import checks, registry
from kestrel.runtime.audit import append
from kestrel.runtime.coordinator import take_back
from kestrel.runtime.errors import StateError
from kestrel.runtime.hooks import call
from kestrel.runtime.loops import Loop
from kestrel.runtime.replica import Replica, program
from kestrel.runtime.windows import Window

RETRY = (0.25, 30.0)
"""Seconds until the next attempt to take back what a probe found wrong: at first, and at most."""


class Probe:
    """One health probe: it fails by raising, by returning False, or by taking too long."""

    def __init__(
        self, name: str, function: Callable[[], Any], timeout: float, period: float
    ) -> None:
        self.name, self.function = name, function
        self.timeout, self.period = timeout, period
        self._running: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        """Has the last call of it not come back?"""
        return self._running is not None and self._running.is_alive()

    def check(self, loop: Loop) -> str:
        """What is wrong; nothing if it passed."""
        if self.busy:
            return f"probe {self.name} still hangs"
        said: list[str] = []
        self._running = threading.Thread(
            target=lambda: said.append(self._ask(loop)), name=f"kestrel-{self.name}", daemon=True
        )
        self._running.start()
        self._running.join(self.timeout)
        return said[0] if said else f"probe {self.name} gave no answer within {self.timeout:g} s"

    def _ask(self, loop: Loop) -> str:
        try:
            answer = call(loop, self.name, self.function)
        except Exception as error:
            return f"probe {self.name}: {error or type(error).__name__}"
        return f"probe {self.name} failed" if answer is False else ""


class Health:
    """The probes of one program, and the thread that runs them."""

    def __init__(self, replica: Replica) -> None:
        self.replica = replica
        self.probes: list[Probe] = []
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopped = False
        self._said = ("", 0, "")
        self._pause = RETRY[0]
        replica.watchers.append(self.look)

    def add(self, probe: Probe) -> None:
        """From the next commit on, changes wait until it has passed.

        Raises:
            StateError: the state cannot be written.
        """
        self.probes.append(probe)
        replica = self.replica
        replica.probes = sum(one.timeout for one in self.probes)
        if replica.joined:
            with replica.state.writing():
                registry.say_probes(replica.state, replica.id, replica.probes)
        self.look()

    def look(self) -> None:
        """See to it that the thread runs while there is something to check."""
        with self._wake:
            if self._due() is None or self._stopped:
                return
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._run, name="kestrel-health", daemon=True
                )
                self._thread.start()
            self._wake.notify_all()

    def stop(self) -> None:
        with self._wake:
            self._stopped = True
            self._wake.notify_all()

    def reborn(self) -> None:
        """In a forked child there is no thread."""
        self._wake = threading.Condition()
        self._thread = None

    def _due(self) -> Window | None:
        """The open window whose changes this program runs already."""
        replica = self.replica
        window = replica.window
        if not self.probes or not replica.joined or window is None:
            return None
        return window if replica.reported >= window.last else None

    def _run(self) -> None:
        """Check until nothing waits; at once for a generation that has not passed yet."""
        while True:
            with self._wake:
                window = self._due()
                if window is None or self._stopped:
                    self._thread = None
                    return
            pause = self._check(window)
            with self._wake:
                if not self._stopped and self._due() == window:
                    self._wake.wait(pause)

    def _check(self, window: Window) -> float:
        """Seconds until the next look."""
        why = next(
            filter(None, (probe.check(self.replica.hooks.loop) for probe in self.probes)), ""
        )
        try:
            self._say(window, why)
            if why and not self._take_back(window, why):
                return self._later()
        except StateError:
            return self._later()  # the follower meets it too, and keeps it in `problems`
        self._pause = RETRY[0]
        return min(probe.period for probe in self.probes)

    def _later(self) -> float:
        pause, self._pause = self._pause, min(2 * self._pause, RETRY[1])
        return pause

    def _say(self, window: Window, why: str) -> None:
        """Let the others know; and end a window that waits only for this."""
        replica = self.replica
        news = (replica.id, window.last, why)
        if news != self._said and replica.joined:
            with replica.state.writing():
                registry.say_health(replica.state, *news)
                if why:
                    self._record(window, why)
            self._said = news
            replica.folder.ring_coordinator()
        if not why and checks.pass_if_healthy(replica.state, replica.folder, window):
            replica.folder.ring_all()

    def _record(self, window: Window, why: str) -> None:
        fields = {"audit_id": window.audit_id, "application": window.id}
        about = {**fields, "replica": program(), "reason": why}
        append(self.replica.state, "kestrel.reload.unhealthy", "unhealthy", about)

    def _take_back(self, window: Window, why: str) -> bool:
        """True if it was, by us; False if a coordinator is there, who does it."""
        replica = self.replica
        if replica.folder.is_coordinated():
            self._pause = RETRY[0]
            return False
        said = f"{program()}: {why}"
        return take_back(replica.state, window, said, replica).status == "applied"
