"""Step 2: the target of a plan, built and checked; nothing is visible yet."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from kestrel import _core
from kestrel.changes.errors import InvalidChange
from kestrel.changes.plan import Plan
from kestrel.runtime.documents import load, side
from kestrel.runtime.generations import Generation
from kestrel.runtime.result import Stop
from kestrel.runtime.statefile import StateFile
from kestrel.text.diagnostic import Diagnostic, KestrelError


class Built(NamedTuple):
    """Both ends, and what is written of the way between them, as canonical JSON."""

    base: _core.Snapshot
    target: _core.Snapshot
    change_set: msgspec.Raw
    inverse: msgspec.Raw
    consequences: msgspec.Raw


def build(state: StateFile, plan: Plan, head: Generation) -> Built:
    """Build the target from the head, which is the plan's base.

    Raises:
        Stop: the plan does not do what it says, or its schema refuses the target.
    """
    base = _base(state, plan, head)
    try:
        target = plan.target_from(base)
    except InvalidChange as error:
        if error.diagnostics[0].code == "KS0734":
            raise Stop("rejected", *error.diagnostics) from None
        own = Diagnostic.make("KS0715", why="what it says is not what it does")
        raise Stop("rejected", own, *error.diagnostics) from None
    except KestrelError as error:
        raise Stop("rejected", *error.diagnostics) from None
    return Built(base, target, *map(msgspec.Raw, plan.written))


def _base(state: StateFile, plan: Plan, head: Generation) -> _core.Snapshot:
    """The plan's own, where it was made in this process; else out of the state."""
    if plan.ends is not None and side(plan.ends[0]) == head.side:
        return plan.ends[0]
    return load(state, head.side)
