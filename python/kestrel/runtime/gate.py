"""What becomes of a request while a change may be waiting to be confirmed: that is no base for
another by accident."""

from __future__ import annotations

from kestrel.runtime import windows
from kestrel.runtime.audit import timestamp
from kestrel.runtime.decide import decide
from kestrel.runtime.generations import Generation
from kestrel.runtime.request import Request
from kestrel.runtime.result import Stop
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.windows import Window
from kestrel.text.diagnostic import Diagnostic


def decide_now(state: StateFile, request: Request, window: Window | None) -> Generation:
    """The head, where the request may be applied to it. `window` is the one that is open.

    Raises:
        Replay: it was applied, and still holds.
        Stop: another change waits to be confirmed; or as `decide` does.
    """
    waits = _unconfirmed(window) if window and not _may_pass(state, request, window) else None
    try:
        base = decide(state, request.plan, request.again)
    except Stop as stop:
        raise waits or stop from None
    if waits:
        raise waits
    return base


def _may_pass(state: StateFile, request: Request, window: Window) -> bool:
    """The way back from it, and what names it."""
    return request.settles == window.id or windows.is_named(window, request.over, state)


def _unconfirmed(window: Window) -> Stop:
    until = timestamp(window.deadline)
    return Stop("rejected", Diagnostic.make("KS0740", audit_id=window.audit_id, until=until))
