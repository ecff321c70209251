"""Where a rollback leads. Going back is a change like any other: the plan from the head to an
earlier generation, bound to the head, run through the same steps."""

from __future__ import annotations

from typing import Any

import msgspec

from kestrel.changes.members import Binding
from kestrel.changes.plan import plan
from kestrel.runtime import documents, generations, windows
from kestrel.runtime.errors import StateError
from kestrel.runtime.generations import Generation
from kestrel.runtime.request import Request
from kestrel.runtime.statefile import StateFile


class Goal(msgspec.Struct, frozen=True):
    """Where a rollback leads: the generation restored, the change undone, all changes lost."""

    target: Generation
    undone: Generation
    lost: tuple[int, ...]


def rollback_request(
    state: StateFile,
    change: str | None = None,
    to: int | None = None,
    settles: str | None = None,
    **options: Any,
) -> Request:
    """The plan from the head to where `find_goal` says, bound to the head, with what a rollback's
    event says. `settles` is the window that it is to end, and that it fails without; left out, the
    one that it does end. `options` are those of `Request`.

    Raises:
        StateError: as `find_goal` does; or a document is not there any more.
    """
    goal = find_goal(state, change, to)
    head = generations.head(state)
    documents.check_kept(state, goal.target.number, goal.target.side)
    base, target = documents.load(state, head.side), documents.load(state, goal.target.side)
    return Request(
        plan=plan(base, target, state=Binding(state.meta("log_id"), head.number)),
        restores=goal.target.origin,
        undoes=goal.undone.audit_id,
        lost=goal.lost,
        settles=settles or _settled_by(state, goal.target),
        **options,
    )


def _settled_by(state: StateFile, target: Generation) -> str | None:
    """The window that ends when this generation is gone back to, as it came before it."""
    window = windows.current(state)
    if window is None or generations.get(state, window.base).origin != target.origin:
        return None
    return window.id


def find_goal(state: StateFile, change: str | None = None, to: int | None = None) -> Goal:
    """Raises StateError: KS0718 nothing to go back to, KS0719 not the latest, KS0720 unknown."""
    if to is not None:
        return _goal_to(state, to)
    if change is not None:
        return _goal_of(state, change)
    return _goal_before(state)


def _goal_before(state: StateFile) -> Goal:
    """The content before the newest change that was not undone: it does not toggle."""
    latest = next(generations.standing(state))
    if latest.parent is None:
        raise StateError.make("KS0718", why=f"generation {latest.number} is the first")
    return Goal(generations.get(state, latest.parent), latest, (latest.number,))


def _goal_of(state: StateFile, change: str) -> Goal:
    head = generations.head(state)
    latest = next(generations.standing(state))
    if change in (latest.audit_id, latest.event_id):
        return _goal_before(state)
    if change in (head.audit_id, head.event_id):  # a rollback: bring back what it undid
        return Goal(generations.get(state, head.number - 1), head, (head.number,))
    found = generations.by_event(state, change) or generations.made_by(state, change)
    if found is None:
        raise StateError.make("KS0732", id=change)
    how = f"to undo it and all that came after: --to {max(found.number - 1, 1)}"
    raise StateError.make("KS0719", id=change, how=how)


def _goal_to(state: StateFile, number: int) -> Goal:
    target = generations.get(state, number)
    head = generations.head(state)
    if target.side == head.side:
        raise StateError.make("KS0718", why=f"what generation {number} was, runs now")
    lost = []
    for generation in generations.standing(state):
        if generation.number <= target.origin:
            break
        lost.append(generation.number)
    return Goal(target, next(generations.standing(state)), tuple(lost))
