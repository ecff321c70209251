"""What becomes of a plan, given the state's head: the table of changes.md, row by row. It is asked
before anything is built, and again inside the transaction that commits."""

from __future__ import annotations

from kestrel.changes.digests import Side
from kestrel.changes.plan import Plan
from kestrel.runtime import generations
from kestrel.runtime.generations import Generation
from kestrel.runtime.result import Stop
from kestrel.runtime.statefile import StateFile
from kestrel.text.diagnostic import Diagnostic


class Replay(Exception):
    """The change is what runs already, made by this very plan: the first result again."""

    def __init__(self, generation: Generation) -> None:
        super().__init__(generation.number)
        self.generation = generation


def decide(state: StateFile, plan: Plan, again: bool = False) -> Generation:
    """The head, where the plan may be applied to it.

    Raises:
        Replay: it was applied, and still holds.
        Stop: stale, superseded, or made for another state.
    """
    head = generations.head(state)
    if (head.audit_id, head.side) == (plan.audit_id, plan.target):
        raise Replay(head)
    if plan.state is not None:
        _check_binding(state, plan, head)
    if head.side != plan.base:
        raise Stop("stale", _stale(state, plan.base, head))
    earlier = generations.made_by(state, plan.audit_id)
    if plan.state is None and earlier and not again:
        raise Stop("rejected", _superseded(state, earlier))
    return head


def _check_binding(state: StateFile, plan: Plan, head: Generation) -> None:
    assert plan.state is not None
    if plan.state.log_id != state.meta("log_id"):
        raise Stop("rejected", Diagnostic.make("KS0716", log_id=plan.state.log_id))
    if plan.state.generation != head.number:
        raise Stop("stale", _stale(state, plan.base, head))


def _stale(state: StateFile, base: Side, head: Generation) -> Diagnostic:
    """Names the generation that came after the plan's base, and who made it."""
    row = state.one(
        "SELECT max(number) FROM generations WHERE schema = ? AND document = ?",
        *(base.schema, base.document),
    )
    if row is None or row[0] is None:
        return Diagnostic.make("KS0710", why="this state never had it")
    if row[0] == head.number:
        why = f"it was made against another generation than {head.number}"
        return Diagnostic.make("KS0710", why=why)
    return Diagnostic.make("KS0710", why=_since(state, generations.get(state, row[0] + 1), head))


def _since(state: StateFile, after: Generation, head: Generation) -> str:
    actor = generations.actor_of(state, after)
    why = f"generation {after.number} came after it, by {actor} (change {after.audit_id})"
    return why if after == head else f"{why}, and {head.number} is what runs now"


def _superseded(state: StateFile, earlier: Generation) -> Diagnostic:
    actor = generations.actor_of(state, earlier)
    return Diagnostic.make("KS0711", generation=earlier.number, actor=actor)
