"""What faults are injected into: a reload, a rollback, a confirmation and their kin, each with what
the state says before it and after it.

A scene is played in parts: `prepare` makes a state ready, and `join` has this process serve it,
both undisturbed; `act` does the one thing, and says how it ended; `told` reads what the state says.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import apsw

from kestrel.runtime import confirm, generations, windows
from kestrel.runtime.backup import back_up
from kestrel.runtime.coordinator import reload, roll_back
from kestrel.runtime.create import init
from kestrel.runtime.documents import load
from kestrel.runtime.errors import StateError
from kestrel.runtime.hooks import Hooks
from kestrel.runtime.outcome import resolve
from kestrel.runtime.replica import Replica
from kestrel.runtime.request import Request
from kestrel.runtime.result import Result
from kestrel.runtime.statefile import StateFile
from tests.runtime.fake_clock import FakeClock
from tests.runtime.programs import config, step

Outcome = Literal["done", "refused", "unknown"]
SECONDS = 60
"""That a change waits for its confirmation."""


@dataclass
class Stage:
    """One playing of a scene: its state, and the clock of its machine."""

    path: Path
    clock: FakeClock = field(default_factory=FakeClock)
    state: StateFile | None = None
    replica: Replica | None = None
    event_id: str = ""
    audit_id: str = ""

    @property
    def target(self) -> Path:
        return self.path.with_name("backup.state")

    def open(self) -> StateFile:
        self.state = StateFile(self.path, clock=self.clock)
        self.state.connection.pragma("cache_size", 1)  # so that reading is reading the disk
        return self.state

    def close(self) -> None:
        """As a process that ends, whatever its disk says to that."""
        with suppress(StateError, apsw.Error):
            if self.replica is not None:
                self.replica.lock.release()
                self.replica.bell.close()
        with suppress(StateError, apsw.Error):
            if self.state is not None:
                self.state.connection.close(True)
        self.state = self.replica = None

    def end(self, result: Result) -> Outcome:
        self.event_id, self.audit_id = result.event_id or "", result.audit_id or ""
        if result.status in ("applied", "pending"):
            return "done"
        return "unknown" if result.status == "unknown" else "refused"

    def find_out(self) -> None:
        """What a process does that was told `unknown`, once its disk answers again."""
        assert self.state is not None
        if self.replica is not None:
            self.replica.resolve()
            self.replica.swap()
        elif self.event_id:
            resolve(self.state, self.event_id, self.audit_id)
        elif self.state.broken:
            self.state.reopen()


@dataclass(frozen=True)
class Scene:
    """`before` and `after`: what `told` says."""

    name: str
    before: str
    after: str
    act: Callable[[Stage], Outcome]
    prepare: Callable[[Stage], None] = lambda stage: None
    join: Callable[[Stage], None] = lambda stage: None


def prepared(scene: Scene, path: Path) -> Stage:
    """A new state at `path`, that nobody has open."""
    init(path, config(1))
    stage = Stage(path)
    scene.prepare(stage)
    stage.close()
    return stage


def told(state: StateFile) -> str:
    """The number that the head says, which must be whole, and whether a change waits."""
    head = generations.head(state)
    snapshot = load(state, head.side)
    assert snapshot["text"] == str(snapshot["n"]), "torn"
    waits = ", waiting" if windows.current(state) else ""
    return f"{snapshot['n']}{waits}"


# ---- the parts


def _reload(stage: Stage) -> Outcome:
    return stage.end(reload(stage.open(), Request(plan=step(1, 2))))


def _serve(stage: Stage) -> None:
    stage.replica = Replica(stage.open(), None, Hooks())
    stage.replica.join()


def _reload_serving(stage: Stage) -> Outcome:
    state, replica = stage.state, stage.replica
    assert state is not None
    assert replica is not None
    ended = stage.end(reload(state, Request(plan=step(1, 2)), replica))
    assert (ended == "done") <= (replica.current[0] == 2), "acknowledged, and not served"
    return ended


def _roll_back(stage: Stage) -> Outcome:
    return stage.end(roll_back(stage.open()))


def _reload_waiting(stage: Stage) -> Outcome:
    return stage.end(reload(stage.open(), Request(plan=step(1, 2), confirm_within=SECONDS)))


def _confirm(stage: Stage) -> Outcome:
    confirm.confirm(stage.open())
    return "done"


def _abort(stage: Stage) -> Outcome:
    return stage.end(confirm.abort(stage.open()))


def _settle(stage: Stage) -> Outcome:
    confirm.settle(stage.open(), patience=0.0)
    return "done"


def _back_up(stage: Stage) -> Outcome:
    back_up(stage.path, stage.target)
    return "done"


def _step(stage: Stage) -> None:
    assert _reload(stage) == "done"


def _wait(stage: Stage) -> None:
    assert _reload_waiting(stage) == "done"


def _be_late(stage: Stage) -> None:
    _wait(stage)
    stage.clock.pass_(SECONDS + 1)


SCENES = (
    Scene("reload", "1", "2", _reload),
    Scene("reload, serving", "1", "2", _reload_serving, join=_serve),
    Scene("rollback", "2", "1", _roll_back, _step),
    Scene("reload, to be confirmed", "1", "2, waiting", _reload_waiting),
    Scene("confirm", "2, waiting", "2", _confirm, _wait),
    Scene("abort", "2, waiting", "1", _abort, _wait),
    Scene("deadline", "2, waiting", "1", _settle, _be_late),
    Scene("backup", "2", "2", _back_up, _step),
)


def play(scene: Scene, stage: Stage) -> Outcome:
    """Do it; a diagnostic is a refusal, unless it says that nobody can know yet."""
    try:
        return scene.act(stage)
    except SystemError:  # so apsw's Backup ends where a disk written in Python fails twice
        if scene.name != "backup":
            raise
        return "refused"
    except StateError as error:
        return "unknown" if any(d.code == "KS0709" for d in error.diagnostics) else "refused"
