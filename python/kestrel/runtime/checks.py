"""What the health probes of all live programs say of a change that waits: it ends with the first
that fails, or with its program; and where it waits only for them, once all have passed."""

from __future__ import annotations

import msgspec

from kestrel.runtime import windows
from kestrel.runtime.audit import append, new_event_id
from kestrel.runtime.live import Folder
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.windows import Window

SLACK = 10.0
"""Seconds beyond what its probes may take that a program has to say how it is."""


class Health(msgspec.Struct, frozen=True):
    """What the probes of all programs say of a window's changes: `sick` names the first that found
    something wrong, or that ended before it could say; `waiting` are those still to say."""

    sick: str = ""
    waiting: tuple[str, ...] = ()


def probing(state: StateFile, folder: Folder, own: str | None) -> float:
    """The longest time that the probes of a live program may take; 0 where nobody has any."""
    rows = state.all("SELECT id, probes FROM replicas WHERE probes > 0")
    bounds = [row[1] for row in rows if row[0] == own or folder.is_live(row[0])]
    return max(bounds, default=0.0)


def health(state: StateFile, folder: Folder, window: Window) -> Health:
    """How the programs with probes are under the changes that wait."""
    rows = state.all(
        "SELECT id, program, checked, unhealthy FROM replicas WHERE probes > 0 ORDER BY joined"
    )
    waiting = []
    for replica, program, checked, unhealthy in rows:
        if checked >= window.last and unhealthy:
            return Health(f"{program}: {unhealthy}")
        if checked < window.last:
            if not folder.is_live(replica):
                return Health(f"{program} ended before its health probes had passed")
            waiting.append(program)
    return Health("", tuple(waiting))


def pass_if_healthy(state: StateFile, folder: Folder, window: Window) -> bool:
    """End a window that waits only for probes, once they have all passed."""
    if window.kind != "probes" or health(state, folder, window) != Health():
        return False
    with state.writing():
        if health(state, folder, window) != Health():
            return False
        return close_confirmed(state, window, "probes", new_event_id())


def close_confirmed(state: StateFile, window: Window, by: str, event_id: str) -> bool:
    """End a window as confirmed, with its event, inside `state.writing()`; False if it ended
    before."""
    if not windows.close(state, window.id, "confirmed", event_id, by):
        return False
    fields = {
        "audit_id": window.audit_id,
        "event_id": event_id,
        "application": window.id,
        "generation": window.last,
        "by": by,
    }
    append(state, "kestrel.confirm", "confirmed", fields, state.clock.now().date)
    return True
