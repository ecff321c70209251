"""What a reload is asked for."""

from __future__ import annotations

import msgspec

from kestrel.changes.plan import Plan
from kestrel.changes.policy import Policy


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Times in seconds: `prepare` bounds the answers of live processes, `busy` the wait for another
    reload, `wait` the wait for convergence (None: do not), `confirm_within` the time until the
    change has to be confirmed. `over` names a change that waits to be confirmed, to build on it.

    `refresh` has every program resolve its secrets anew; then `plan` changes nothing.

    Of a rollback: the generation restored, the change undone, all generations lost, why; and in
    `settles` the window whose changes it takes back.
    """

    plan: Plan
    allow: frozenset[str] = frozenset()
    policy: Policy | None = None
    again: bool = False
    dry_run: bool = False
    wait: float | None = None
    prepare: float = 10.0
    busy: float = 1.0
    confirm_within: float | None = None
    over: str | None = None
    restores: int | None = None
    undoes: str | None = None
    lost: tuple[int, ...] = ()
    reason: str | None = None
    settles: str | None = None
    refresh: bool = False
