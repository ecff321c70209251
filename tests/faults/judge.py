"""What must hold after any fault, once the disk works again."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from kestrel.changes.plan import plan
from kestrel.runtime import confirm, documents, generations, intents
from kestrel.runtime.coordinator import reload
from kestrel.runtime.request import Request
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.verify import verify
from tests.faults.scenes import Outcome, Scene, Stage, told
from tests.runtime.programs import config

LATER = 77
"""The number that a reload leads to after the fault."""


class Broken(AssertionError):
    """A promise was broken, and where."""


def judge(scene: Scene, stage: Stage, ended: Outcome | None, tally: Counter[str]) -> None:
    """The state is what it was, or what it was to be, as acknowledged; whole, sound, and not stuck.

    `ended` None: nothing was said, as whoever was to say it is gone.
    """
    state = StateFile(stage.path, clock=stage.clock)
    try:
        now = _known(scene, state, ended)
        _sound(state)
        _goes_on(state)
        _sound(state)
    finally:
        state.close()
    if scene.name == "backup":
        _whole_or_absent(stage.target, scene, ended)
    tally[f"{ended or 'nothing said'}, {'new' if now == scene.after else 'old'}"] += 1


def judge_living(scene: Scene, stage: Stage, ended: Outcome) -> Outcome:
    """The process that met the fault goes on; what was unknown to it is known now."""
    if ended != "unknown":
        return ended
    stage.find_out()
    assert stage.state is not None
    now = told(stage.state)
    if stage.replica is not None and str(stage.replica.current[1]["n"]) != now:
        raise Broken(f"it serves {stage.replica.current[1]['n']}, and the state says {now}")
    return "done" if now == scene.after else "refused"


def _known(scene: Scene, state: StateFile, ended: Outcome | None) -> str:
    now = told(state)
    if now not in (scene.before, scene.after):
        raise Broken(f"neither old nor new: {now}")
    if ended == "done" and now != scene.after:
        raise Broken(f"acknowledged, and lost: {now}")
    if ended == "refused" and now != scene.before:
        raise Broken(f"refused, and there: {now}")
    return now


def _sound(state: StateFile) -> None:
    if problem := verify(state).problem:
        raise Broken(f"the audit log: {problem.message}")
    if (found := state.all("PRAGMA integrity_check")) != [("ok",)]:
        raise Broken(f"the database: {found}")


def _goes_on(state: StateFile) -> None:
    """What is overdue is taken back, a further change passes over whatever waits, and no intent is
    left open."""
    confirm.settle(state)
    head = generations.head(state)
    change = plan(documents.load(state, head.side), config(LATER))
    result = reload(state, Request(plan=change, over=head.event_id, prepare=5.0))
    if result.status not in ("applied", "pending"):
        raise Broken(f"stuck: {result.status}, {[d.message for d in result.diagnostics]}")
    if intents.current(state):
        raise Broken("an intent is left open")


def _whole_or_absent(target: Path, scene: Scene, ended: Outcome | None) -> None:
    if not target.exists():
        if ended == "done":
            raise Broken("acknowledged, and there is no backup")
        return
    copy = StateFile(target, "read")
    try:
        if told(copy) != scene.after:
            raise Broken(f"the backup holds {told(copy)}")
        _sound(copy)
    finally:
        copy.close()
