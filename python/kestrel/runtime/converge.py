"""Step 6: what becomes of a commit. Programs report that they run it; those that have health probes
say how they are; and a change that waits may be confirmed, or have to be taken back."""

from __future__ import annotations

import time
from collections.abc import Callable

from kestrel.runtime import checks, generations, windows
from kestrel.runtime.ending import Ending
from kestrel.runtime.errors import StateError
from kestrel.runtime.generations import Generation
from kestrel.runtime.live import Folder
from kestrel.runtime.result import Replicas, Result, Status
from kestrel.runtime.seat import Seat
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.windows import Window


class Convergence:
    """The wait after one commit. `back` takes a window's changes back, and says what came of it."""

    def __init__(
        self,
        state: StateFile,
        folder: Folder,
        ending: Ending,
        own: str | None,
        back: Callable[[Window, str], Result],
    ) -> None:
        self.state = state
        self.folder = folder
        self.ending = ending
        self.own = own
        self.back = back

    def wait(self, generation: Generation, seat: Seat, waits: bool) -> Result:
        """Until all programs run it, or the time is over. `waits`: it may be taken back still; then
        health probes are waited for in any case, as nobody knows before whether it stays."""
        until = time.monotonic() + (self.ending.request.wait or 0)
        while True:
            replicas = self._replicas(generation.number)
            window = self._window(generation.number) if waits else None
            if isinstance(window, Result):
                return window
            probing = window is not None and window.kind == "probes"
            there = replicas.converged >= replicas.committed
            if not probing and (there or time.monotonic() >= until):
                status: Status = "applied" if window is None else "pending"
                return self.ending.result(status, generation.number, replicas, window)
            seat.wait(time.monotonic() + 1 if probing else until)

    def _window(self, number: int) -> Window | Result | None:
        """The window that the change waits in, while it is open; or what came of it being taken
        back; nothing where it stays."""
        window = windows.covering(self.state, number)
        if window is None or self.ending.request.refresh or window.state == "confirmed":
            return None
        if window.state == "undone":
            return self.ending.taken_back(self._done(), window.reason or "", "rolled_back")
        if checks.pass_if_healthy(self.state, self.folder, window):
            self.folder.ring_all()
            return None
        sick = checks.health(self.state, self.folder, window).sick
        why = sick or window.overdue(self.state.clock.now())
        return self._take_back(window, why) if why else window

    def _take_back(self, window: Window, why: str) -> Result | None:
        try:
            undone = self.back(window, why)
        except StateError as error:
            undone = self.ending.refused("rejected", error.diagnostics)
        if undone.status == "applied":
            return self.ending.taken_back(undone, why, "rolled_back")
        if windows.is_open(self.state, window):
            return self.ending.taken_back(undone, why, "unknown")
        return None  # somebody confirmed it just in time

    def _done(self) -> Result:
        head = generations.head(self.state)
        return self.ending.result("applied", head.number, self._replicas(head.number))

    def _replicas(self, number: int) -> Replicas:
        refresh = self.ending.event_id if self.ending.request.refresh else ""
        return replicas_of(self.state, self.folder, number, self.own, refresh)


def replicas_of(
    state: StateFile, folder: Folder, number: int, own: str | None, refresh: str = ""
) -> Replicas:
    """Of the programs that live now: who runs generation `number`, and has done its part of the
    refresh with that event id."""
    sql = "SELECT id, program, generation, restart_pending, degraded, acknowledged FROM replicas"
    rows = [r for r in state.all(sql) if r[0] == own or folder.is_live(r[0])]
    return Replicas(
        len(rows),
        sum(row[2] >= number and (not refresh or row[5] != refresh) for row in rows),
        tuple(row[1] for row in rows if row[3]),
        tuple(f"{row[1]}: {row[4]}" for row in rows if row[4]),
    )
