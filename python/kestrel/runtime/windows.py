"""Confirmation windows: a change that is committed, and taken back unless it is confirmed in time.

A window is a row, written in the commit's own transaction. It ends by one conditional update, as
confirmed or as undone, whoever comes first; so confirmation and timer can never both have it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import msgspec

from kestrel.runtime.clock import Moment
from kestrel.runtime.statefile import StateFile
from kestrel.text.diagnostic import Diagnostic

Kind = Literal["person", "probes"]
"""Who confirms: somebody, or the health probes of all live programs, once each has passed."""
End = Literal["confirmed", "undone"]

JITTER = 1_000_000
"""Microseconds that the calendar may be set back by without being called behind."""


class Window(msgspec.Struct, frozen=True):
    """`id` is the event id of the first application that waits, `audit_id` its change; `base` the
    generation that is gone back to, `last` the newest that waits. Times as in `Moment`."""

    id: str
    kind: Kind
    state: str
    audit_id: str
    base: int
    last: int
    boot: str
    armed: int
    until: int
    armed_wall: int
    until_wall: int
    ended_by: str | None = None
    reason: str | None = None

    def overdue(self, now: Moment) -> str:
        """Why it is over; nothing while it is open.

        Within one boot the time since boot decides, whatever the calendar does meanwhile. After
        another boot there is only the calendar. A clock behind the arming is not to be trusted at
        all, and what cannot be known to be in time is taken back.
        """
        if now.wall < self.armed_wall - JITTER:
            return "the clock was set back behind the time of the change"
        if self._same_boot(now):
            if now.uptime < self.armed:
                return "the time since boot is behind the time of the change"
            return "it was not confirmed in time" if now.uptime >= self.until else ""
        if now.wall >= self.until_wall:
            return "the machine was started anew, and the time to confirm is over"
        return ""

    def remaining(self, now: Moment) -> float:
        """Seconds until it is over, by the clock that decides; 0 if it is."""
        if self.overdue(now):
            return 0.0
        if self._same_boot(now):
            return (self.until - now.uptime) / 1e9
        return (self.until_wall - now.wall) / 1e6

    @property
    def deadline(self) -> datetime:
        """Until when, by the calendar."""
        return datetime.fromtimestamp(self.until_wall / 1e6, UTC)

    @property
    def seconds(self) -> float:
        """How long it was armed for."""
        return (self.until - self.armed) / 1e9

    def _same_boot(self, now: Moment) -> bool:
        return bool(now.boot) and now.boot == self.boot


COLUMNS = ", ".join(Window.__struct_fields__)


def current(state: StateFile) -> Window | None:
    """The window that is open, overdue or not."""
    row = state.one(f"SELECT {COLUMNS} FROM windows WHERE state = 'open'")
    return Window(*row) if row else None


def is_open(state: StateFile, window: Window) -> bool:
    """Has it not ended since it was read?"""
    sql = "SELECT 1 FROM windows WHERE id = ? AND state = 'open'"
    return state.one(sql, window.id) is not None


def covering(state: StateFile, generation: int) -> Window | None:
    """The window that this generation waits, or waited, in."""
    sql = f"SELECT {COLUMNS} FROM windows WHERE base < ?1 AND last >= ?1"
    row = state.one(sql, generation)
    return Window(*row) if row else None


def latest(state: StateFile) -> Window | None:
    """The window of the newest generation that ever waited."""
    row = state.one(f"SELECT {COLUMNS} FROM windows ORDER BY last DESC LIMIT 1")
    return Window(*row) if row else None


def arm(
    state: StateFile, event_id: str, kind: Kind, audit_id: str, generation: int, seconds: float
) -> Window:
    """Open one for the change that makes `generation`, inside `state.writing()`."""
    now = state.clock.now()
    window = Window(
        *(event_id, kind, "open", audit_id, generation - 1, generation),
        *(now.boot, now.uptime, now.uptime + round(seconds * 1e9)),
        *(now.wall, now.wall + round(seconds * 1e6)),
    )
    marks = ", ".join("?" * len(Window.__struct_fields__))
    state.run(f"INSERT INTO windows VALUES({marks})", *msgspec.structs.astuple(window))
    return window


def widen(state: StateFile, window: Window, generation: int, seconds: float | None) -> Window:
    """Have `generation` wait as well; with `seconds` all of it waits for a person, so long from
    now on."""
    wider = msgspec.structs.replace(window, last=generation)
    if seconds is not None:
        now = state.clock.now()
        wider = msgspec.structs.replace(
            wider,
            kind="person",
            boot=now.boot,
            armed=now.uptime,
            until=now.uptime + round(seconds * 1e9),
            armed_wall=now.wall,
            until_wall=now.wall + round(seconds * 1e6),
        )
    fields = [name for name in Window.__struct_fields__ if name != "id"]
    named = ", ".join(f"{name} = ?" for name in fields)
    values = [getattr(wider, name) for name in fields]
    state.run(f"UPDATE windows SET {named} WHERE id = ?", *values, window.id)
    return wider


def is_named(window: Window, change: str | None, state: StateFile) -> bool:
    """Does an audit or event id name one of the changes that wait?"""
    if change is None:
        return False
    sql = "SELECT 1 FROM generations WHERE number > ? AND ? IN (audit_id, event_id)"
    return state.one(sql, window.base, change) is not None


def close(
    state: StateFile, window: str, how: End, event_id: str, reason: str | None = None
) -> bool:
    """End it, inside `state.writing()`; False if it had ended: then nothing may follow from it."""
    sql = "UPDATE windows SET state = ?, ended_by = ?, reason = ? WHERE id = ? AND state = 'open'"
    return bool(state.run(sql, how, event_id, reason, window))


def overdue(state: StateFile) -> Diagnostic | None:
    """A warning (KS0739) about a window that is over, and not ended yet. Nothing is changed."""
    window = current(state)
    why = window.overdue(state.clock.now()) if window else ""
    if window is None or not why:
        return None
    return Diagnostic.make("KS0739", number=window.last, why=why, base=window.base, path=state.path)
