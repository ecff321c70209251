"""Can the last change be taken back? It is, on a copy of the state, by the same steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import msgspec

from kestrel.checklists.items import Item, Unmet, look, not_tried
from kestrel.runtime import audit, generations
from kestrel.runtime.coordinator import roll_back
from kestrel.runtime.copies import rehearsal
from kestrel.runtime.documents import load
from kestrel.runtime.errors import StateError
from kestrel.runtime.result import Result
from kestrel.runtime.rollback import Goal, find_goal
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.verify import verify
from kestrel.text.diagnostic import KestrelError

LOG = "the audit log verifies"
GOAL = "there is a change that can be taken back"
SAVED = "what undoes it is saved"
COPY = "a sound copy of the state can be made"
APPLIED = "the rollback is applied on the copy"
CONTENT = "the copy then holds what ran before"
RECORDED = "the copy's audit log records it"
UNTOUCHED = "the state itself is as it was"
AFTER_GOAL = (SAVED, COPY, APPLIED, CONTENT, RECORDED, UNTOUCHED)


def check(path: str) -> Iterator[Item]:
    """Rehearse a rollback of the state at `path`.

    Raises:
        StateError: there is no state that can be read.
    """
    with closing(StateFile(path, "read")) as state:
        yield look(path, LOG, lambda: log_verifies(state))
        try:
            goal, change = _goal(state)
        except StateError as error:
            yield look(path, GOAL, _raising(error))
            yield from (not_tried(path, name, "there is none") for name in AFTER_GOAL)
            return
        yield look(path, GOAL, lambda: _told(state, goal))
        yield look(path, SAVED, lambda: _saved(state, goal))
        yield from _rehearse(path, state, goal, change)


def _goal(state: StateFile) -> tuple[Goal, str | None]:
    """What `--rollback` would do; where the last change was itself a rollback to the beginning,
    what undoes that one, by its name.

    Raises:
        StateError: KS0718, nothing was ever changed.
    """
    head = generations.head(state)
    try:
        return find_goal(state), None
    except StateError:
        if head.number == 1:
            raise
        return find_goal(state, head.event_id), head.event_id


def log_verifies(state: StateFile) -> str:
    found = verify(state)
    if found.problem is not None:
        raise Unmet(f"{found.problem.code}: {found.problem.message}")
    return f"{found.seq} events, the last has hash {found.hash[:16]}…"


def _rehearse(path: str, state: StateFile, goal: Goal, change: str | None) -> Iterator[Item]:
    try:
        with rehearsal(state) as (copy, size):
            yield look(path, COPY, lambda: f"{size} bytes, in which SQLite finds no fault")
            result = _roll_back(copy, change)
            yield look(path, APPLIED, lambda: _applied(result))
            yield look(path, CONTENT, lambda: _content(copy, goal))
            yield look(path, RECORDED, lambda: _recorded(copy, result))
            yield look(path, UNTOUCHED, lambda: _untouched(state, result))
    except StateError as error:
        yield look(path, COPY, _raising(error))
        yield from (not_tried(path, name, "there is no copy") for name in AFTER_GOAL[2:])


def _told(state: StateFile, goal: Goal) -> str:
    by = generations.actor_of(state, goal.undone)
    return f"generation {goal.undone.number}, by {by}; back to generation {goal.target.number}"


def _saved(state: StateFile, goal: Goal) -> str:
    row = state.one(
        "SELECT target, inverse FROM rollback_info WHERE generation = ?", goal.undone.number
    )
    if row is None:
        raise Unmet(f"generation {goal.undone.number} has no rollback information")
    try:
        inverse = msgspec.json.decode(row[1], type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Unmet(f"the inverse of generation {goal.undone.number} cannot be read") from None
    return f"changes that lead back to generation {row[0]}: {len(inverse)}"


def _roll_back(copy: StateFile, change: str | None) -> Result | KestrelError:
    try:
        return roll_back(copy, change)
    except KestrelError as error:
        return error


def _applied(result: Result | KestrelError) -> str:
    if isinstance(result, KestrelError):
        raise result
    if result.status != "applied":
        why = "; ".join(f"{d.code}: {d.message}" for d in result.diagnostics)
        raise Unmet(f"{result.status}: {why}")
    return (
        f"generation {result.generation} in {result.latency_ms:.1f} ms, audit_id {result.audit_id}"
    )


def _content(copy: StateFile, goal: Goal) -> str:
    head = generations.head(copy)
    if head.side != goal.target.side:
        raise Unmet(f"it holds document {head.document[:16]}…, not {goal.target.document[:16]}…")
    load(copy, head.side)
    return f"document {head.document[:16]}…, as in generation {goal.target.number}"


def _recorded(copy: StateFile, result: Result | KestrelError) -> str:
    (last,) = audit.tail(copy, 1)
    fields = last.body_fields
    told = (fields["event"], fields["status"], fields.get("event_id"))
    wanted = None if isinstance(result, KestrelError) else result.event_id
    if told != ("kestrel.rollback", "applied", wanted):
        raise Unmet(f"its last event is {fields['event']}, {fields['status']}")
    log_verifies(copy)
    return f"event {last.seq}: {fields['event']}, {fields['status']}, audit_id {fields['audit_id']}"


def _untouched(state: StateFile, result: Result | KestrelError) -> str:
    event_id = None if isinstance(result, KestrelError) else result.event_id
    if event_id is not None and generations.by_event(state, event_id) is not None:
        raise Unmet(f"it has the generation that event {event_id} made")
    return f"generation {generations.head(state).number} runs"


def _raising(error: KestrelError) -> Callable[[], str]:
    def action() -> str:
        raise error

    return action
