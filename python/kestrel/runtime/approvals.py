"""Approvals: somebody else's word that a plan may pass. Bound to one plan, word by word, and to one
state; spent by the application that it let pass, in that commit's own transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import msgspec

from kestrel.changes.plan import Plan
from kestrel.runtime.audit import append, this_actor, timestamp
from kestrel.runtime.decide import Replay, decide
from kestrel.runtime.errors import StateError
from kestrel.runtime.result import Stop
from kestrel.runtime.statefile import Row, StateFile

Standing = Literal["open", "spent", "expired", "ahead"]
"""ahead: it was given at a time that this machine's clock has not reached, so whether it is over
cannot be told, and it lets nothing pass."""


class Approval(msgspec.Struct, frozen=True):
    """One approval, as it stands now. `spent_by` is the event id of the application."""

    audit_id: str | None
    plan: str
    actor: str
    note: str | None
    granted: str
    expires: str | None
    spent_by: str | None
    standing: Standing


def approve(
    state: StateFile, plan: Plan, note: str | None = None, seconds: float | None = None
) -> Approval:
    """Let `plan` pass once, whatever it needs to be allowed, for so many seconds; a second time by
    the same person renews it.

    Raises:
        StateError: the plan is for another state, or no plan for what it holds now (KS0710); or the
            state cannot be written.
    """
    actor, now = this_actor(), state.clock.now()
    until = None if seconds is None else timestamp(now.date + timedelta(seconds=seconds))
    granted = timestamp(now.date)
    values = (plan.digest, state.meta("log_id"), actor.name, note, granted, until, plan.audit_id)
    with state.writing():
        _check_fits(state, plan)
        state.run(
            "INSERT OR REPLACE INTO approvals"
            "(plan_digest, log_id, actor, note, granted, expires, audit_id)"
            " VALUES(?, ?, ?, ?, ?, ?, ?)",
            *values,
        )
        fields = {"audit_id": plan.audit_id, "plan": plan.digest, "note": note, "expires": until}
        append(state, "kestrel.approve", "approved", fields, now.date)
    return Approval(plan.audit_id, plan.digest, actor.name, note, granted, until, None, "open")


def _check_fits(state: StateFile, plan: Plan) -> None:
    try:
        decide(state, plan, again=True)
    except Replay as replay:
        raise StateError.make("KS0747", number=replay.generation.number) from None
    except Stop as stop:
        raise StateError(stop.diagnostics) from None


def is_approved(state: StateFile, plan: Plan) -> bool:
    """Is there an approval of this plan for this state that is open?"""
    sql = f"SELECT 1 FROM approvals WHERE {_OPEN}"
    return state.one(sql, *_of(state, plan)) is not None


def spend(state: StateFile, plan: Plan, event_id: str) -> bool:
    """Use up what there is, inside `state.writing()`; False where there is none any more."""
    sql = f"UPDATE approvals SET spent_by = ?4 WHERE {_OPEN} RETURNING actor"
    actors = [row[0] for row in state.all(sql, *_of(state, plan), event_id)]
    if actors:
        fields = {"audit_id": plan.audit_id, "plan": plan.digest, "application": event_id}
        append(state, "kestrel.approve", "spent", {**fields, "approved_by": actors})
    return bool(actors)


_OPEN = (
    "plan_digest = ?1 AND log_id = ?2 AND spent_by IS NULL"
    " AND granted <= ?3 AND (expires IS NULL OR expires > ?3)"
)
"""Times are text of one width, in UTC: their order is that of the text."""


def _of(state: StateFile, plan: Plan) -> tuple[str, str, str]:
    return plan.digest, state.meta("log_id"), timestamp(state.clock.now().date)


def listed(state: StateFile) -> tuple[Approval, ...]:
    """Those that are not spent, and those that the last generation spent; the newest last."""
    rows = state.all(
        "SELECT audit_id, plan_digest, actor, note, granted, expires, spent_by FROM approvals"
        " WHERE spent_by IS NULL OR spent_by ="
        " (SELECT event_id FROM generations ORDER BY number DESC LIMIT 1)"
        " ORDER BY granted, actor"
    )
    now = timestamp(state.clock.now().date)
    return tuple(_listed(row, now) for row in rows)


def _listed(row: Row, now: str) -> Approval:
    audit_id, plan, actor, note, granted, expires, spent_by = row
    standing = _standing(granted, expires, spent_by, now)
    return Approval(audit_id, plan, actor, note, granted, expires, spent_by, standing)


def _standing(granted: str, expires: str | None, spent_by: str | None, now: str) -> Standing:
    if spent_by is not None:
        return "spent"
    if granted > now:
        return "ahead"
    return "expired" if expires is not None and expires <= now else "open"
