"""Approvals: somebody else's word that a plan may pass. Bound to one plan, word by word, and to one
state; spent by the application that it let pass."""

from __future__ import annotations

from datetime import UTC, datetime

from kestrel.changes.plan import Plan
from kestrel.runtime.audit import append, this_actor, timestamp
from kestrel.runtime.statefile import StateFile


def approve(
    state: StateFile, plan: Plan, note: str | None = None, expires: datetime | None = None
) -> None:
    """Let `plan` pass once, whatever it needs to be allowed; a second time by the same person
    renews it.

    Raises:
        StateError: the state cannot be written.
    """
    actor, now = this_actor(), datetime.now(UTC)
    until = timestamp(expires.astimezone(UTC)) if expires else None
    values = (plan.digest, state.meta("log_id"), actor.name, note, timestamp(now), until)
    with state.writing():
        sql = "INSERT OR REPLACE INTO approvals VALUES(?, ?, ?, ?, ?, ?, NULL)"
        state.run(sql, *values)
        fields = {"audit_id": plan.audit_id, "plan": plan.digest, "note": note, "expires": until}
        append(state, "kestrel.approve", "approved", fields, now)


def is_approved(state: StateFile, plan: Plan) -> bool:
    """Is there an approval of this plan for this state that is neither spent nor over?"""
    sql = f"SELECT 1 FROM approvals WHERE {_VALID}"
    return state.one(sql, *_of(state, plan)) is not None


def spend(state: StateFile, plan: Plan, event_id: str) -> None:
    """Use it up, inside `state.writing()`."""
    state.run(f"UPDATE approvals SET spent_by = ?4 WHERE {_VALID}", *_of(state, plan), event_id)


_VALID = (
    "plan_digest = ?1 AND log_id = ?2 AND spent_by IS NULL AND (expires IS NULL OR expires > ?3)"
)


def _of(state: StateFile, plan: Plan) -> tuple[str, str, str]:
    return plan.digest, state.meta("log_id"), timestamp(datetime.now(UTC))
