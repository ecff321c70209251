"""The end of a confirmation window: somebody confirms or aborts it, or its time is over. The timer
is run by whoever is alive: the coordinator, any program, or the next one that opens the state."""

from __future__ import annotations

import time

from kestrel.runtime import generations, outcome, windows
from kestrel.runtime.audit import new_event_id, this_actor
from kestrel.runtime.checks import close_confirmed
from kestrel.runtime.coordinator import take_back
from kestrel.runtime.errors import OutcomeUnknown, StateError
from kestrel.runtime.live import Folder
from kestrel.runtime.replica import Replica
from kestrel.runtime.result import Result
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.windows import Window
from kestrel.text.diagnostic import Diagnostic

OPENING = 15.0
"""Seconds that an opener waits for others to roll back what is overdue."""
RETRY = 0.05


def confirm(state: StateFile, change: str | None = None) -> Result:
    """What waits stays. `change`, an audit or event id, guards against confirming another one.
    Confirming again what is confirmed, and still runs, gives the first result again.

    Raises:
        StateError: KS0742 nothing waits, KS0740 it is another change, KS0741 too late.
        OutcomeUnknown: the disk failed, and it cannot be told yet.
    """
    event_id = new_event_id()
    try:
        with state.writing(event_id):
            window = windows.current(state)
            if window is None:
                return _confirmed_before(state, change)
            _check_named(state, window, change)
            if why := window.overdue(state.clock.now()):
                raise StateError.make("KS0741", why=why)
            close_confirmed(state, window, this_actor().name, event_id)
            done = _result(state, event_id)
    except OutcomeUnknown as unknown:
        _find_out(state, event_id, unknown)
    Folder(state.path).ring_all()
    return done


def _confirmed_before(state: StateFile, change: str | None) -> Result:
    window, head = windows.latest(state), generations.head(state)
    but = ""
    if window is not None and window.last == head.number and window.state == "confirmed":
        if change is None or windows.is_named(window, change, state):
            return _result(state, str(window.ended_by), replayed=True)
    elif window is not None and window.state == "undone":
        but = f"; generation {window.last} was taken back: {window.reason}"
    raise StateError.make("KS0742", but=but)


def _check_named(state: StateFile, window: Window, change: str | None) -> None:
    if change is not None and not windows.is_named(window, change, state):
        until = window.deadline.isoformat()
        raise StateError.make("KS0740", audit_id=window.audit_id, until=until)


def _find_out(state: StateFile, event_id: str, unknown: OutcomeUnknown) -> None:
    """The disk failed when the confirmation was committed: is it there?

    Raises:
        StateError: it is not.
        OutcomeUnknown: that cannot be told.
    """
    try:
        is_there = _is_there(state, event_id)
    except StateError as error:
        raise OutcomeUnknown([*unknown.diagnostics, *error.diagnostics]) from None
    if not is_there:
        why = "the disk failed, and nothing was confirmed"
        raise StateError.make("KS0708", path=state.path, why=why)


def _is_there(state: StateFile, event_id: str) -> bool:
    """Afterwards it is so for good."""
    state.reopen()
    if state.one("SELECT 1 FROM windows WHERE ended_by = ?", event_id):
        outcome.make_durable(state)
        return True
    with state.writing():
        outcome.take_place(state, event_id, generations.head(state).audit_id)
    return False


def _result(state: StateFile, event_id: str, replayed: bool = False) -> Result:
    head = generations.head(state)
    return Result(
        status="applied",
        audit_id=head.audit_id,
        event_id=event_id,
        generation=head.number,
        replayed=replayed,
    )


def abort(
    state: StateFile,
    change: str | None = None,
    own: Replica | None = None,
    wait: float | None = None,
) -> Result:
    """What waits is taken back now.

    Raises:
        StateError: KS0742 nothing waits, KS0740 it is another change.
    """
    window = windows.current(state)
    if window is None:
        raise StateError.make("KS0742", but="")
    _check_named(state, window, change)
    return take_back(state, window, f"aborted by {this_actor().name}", own, wait=wait)


def settle(state: StateFile, patience: float = OPENING) -> None:
    """Take back what is overdue, before anything of it is served.

    Raises:
        StateError: KS0749, it cannot be taken back just now, and why.
    """
    until = time.monotonic() + patience
    while window := windows.current(state):
        why = window.overdue(state.clock.now())
        if not why:
            return
        try:
            done = take_back(state, window, why)
        except StateError:
            if windows.is_open(state, window):
                raise
            continue
        if done.status == "unknown":
            raise _overdue(why, done)
        if done.status == "applied":
            return
        if not windows.is_open(state, window):
            continue
        if done.status not in ("busy", "stale") or time.monotonic() >= until:
            raise _overdue(why, done)
        time.sleep(RETRY)


def _overdue(why: str, done: Result) -> StateError:
    return StateError([Diagnostic.make("KS0749", why=why), *done.diagnostics])
