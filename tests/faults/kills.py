"""SIGKILL at a chosen step. A step is a call of a function of the runtime, or an operation of the
disk below it: between any two of them a process can die.

python -m tests.faults.kills [STRIDE]     # every step, or each STRIDE-th, of every scene; then with
                                          # programs that serve the state, of either side
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, cast

from kestrel.changes.plan import Plan, plan
from kestrel.runtime import documents, generations, intents
from kestrel.runtime.coordinator import reload
from kestrel.runtime.create import init
from kestrel.runtime.request import Request
from kestrel.runtime.runtime import Runtime
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.verify import verify
from tests.faults.campaign import Place
from tests.faults.disk import Disk
from tests.faults.judge import Broken, judge
from tests.faults.scenes import SCENES, Outcome, Scene, play, prepared
from tests.runtime.programs import Programs, config

RUNTIME = os.sep + os.path.join("kestrel", "runtime") + os.sep
NEVER = 1 << 60


class Steps:
    """Counts the steps of this process from `begin` on, and kills it at one of them."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.count = 0

    def begin(self) -> None:
        threading.setprofile(self._called)
        sys.setprofile(self._called)

    def take(self) -> None:
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def _called(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and RUNTIME in frame.f_code.co_filename:
            self.take()


class CountedDisk(Disk):
    """A disk that never fails, and whose operations are steps."""

    def __init__(self, steps: Steps) -> None:
        super().__init__()
        self.steps = steps

    def asked(self, operation: str) -> None:
        self.steps.take()


def in_child(work: Callable[[Steps], str], last: int) -> tuple[str, bool]:
    """What `work` says in a child process that dies at step `last`, and whether it did die."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        code = 1
        try:
            steps = Steps(last)
            CountedDisk(steps)
            said = work(steps)
            sys.setprofile(None)
            os.write(writer, said.encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        said = pipe.read()
    _, status = os.waitpid(pid, 0)
    killed = os.WIFSIGNALED(status)
    if not killed and os.waitstatus_to_exitcode(status):
        raise Broken("the child failed")
    return said, killed


def steps_of(scene: Scene, folder: Path) -> int:
    """How many steps the scene takes when nobody kills it."""

    def work(steps: Steps) -> str:
        scene.join(stage)
        steps.begin()
        play(scene, stage)
        return str(steps.count)

    with Place(folder) as path:
        stage = prepared(scene, path)
        said, _ = in_child(work, NEVER)
    return int(said)


def kill(scene: Scene, folder: Path, last: int, tally: Counter[str]) -> None:
    """Play it in a process that dies at a step.

    Raises:
        Broken: a promise was broken.
    """

    def work(steps: Steps) -> str:
        scene.join(stage)
        steps.begin()
        return play(scene, stage)

    with Place(folder) as path:
        stage = prepared(scene, path)
        said, _ = in_child(work, last)
        try:
            judge(scene, stage, cast(Outcome, said) if said else None, tally)
        except Exception as error:
            raise Broken(f"{scene.name}, killed at step {last}: {error}") from error


# ---- several processes


class Company:
    """A state that two programs serve, and the number that it says."""

    def __init__(self, path: Path) -> None:
        init(path, config(1))
        self.path = path
        self.programs = Programs(path)
        self.serving = [self.programs.start("serve") for _ in range(2)]
        self.tally: Counter[str] = Counter()

    def kill_coordinator(self, last: int) -> int:
        """Reload in a process that dies at a step; how many steps it took if it did not."""

        def work(steps: Steps) -> str:
            steps.begin()
            status = reload(StateFile(self.path), Request(plan=change)).status
            return f"{status} {steps.count}"

        before, change = self._next()
        said, killed = in_child(work, last)
        self._judge(before, said.startswith("applied"))
        return NEVER if killed else int(said.split()[1])

    def kill_server(self, last: int) -> None:
        """Reload while one more program serves, and dies at a step after it is up."""
        before, change = self._next()
        pid = _serve(self.path, last)
        state = StateFile(self.path)
        try:
            result = reload(state, Request(plan=change))
        finally:
            state.close()
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        if result.status != "applied":
            raise Broken(f"{result.status}: {[d.message for d in result.diagnostics]}")
        self._judge(before, True)

    def _next(self) -> tuple[int, Plan]:
        """The head's number, and the plan to the next."""
        state = StateFile(self.path, "read")
        base = documents.load(state, generations.head(state).side)
        state.close()
        return base["n"], plan(base, config(base["n"] + 1))

    def _judge(self, before: int, applied: bool) -> None:
        """Old or new, as acknowledged; and the next change passes, and reaches all who live."""
        now, change = self._next()
        if now - before not in ((1,) if applied else (0, 1)):
            raise Broken(f"it was {before}, and is {now}, applied: {applied}")
        self.tally["new" if now > before else "old"] += 1
        state = StateFile(self.path)
        try:
            result = reload(state, Request(plan=change, again=True, wait=10.0, prepare=10.0))
            if result.status != "applied" or result.replicas.converged != result.replicas.committed:
                raise Broken(f"stuck: {result}")
            if intents.current(state) or not verify(state).ok:
                raise Broken("an intent is left open, or the log is broken")
        finally:
            state.close()
        for program in self.serving:
            if program.ask("n") != str(now + 1) or program.ask("unprepared") != "0":
                raise Broken(f"a program serves {program.ask('n')}, and not {now + 1}")

    def close(self) -> None:
        self.programs.kill_all()


def _serve(path: Path, last: int) -> int:
    """A child process that serves the state, is up, and dies at a step from now on."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            steps = Steps(NEVER)
            CountedDisk(steps)
            steps.begin()
            runtime = Runtime.open(path)
            runtime.on_reload("/n")(lambda change, new: None)
            steps.count, steps.last = 0, last
            os.write(writer, b".")
            signal.pause()
        finally:
            os._exit(1)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        if pipe.read(1) != ".":
            raise Broken("the program did not come up")
    return pid


def alone(folder: Path, stride: int) -> int:
    """Kills in one process, of each scene at each step."""
    total = 0
    for scene in SCENES:
        tally: Counter[str] = Counter()
        steps = steps_of(scene, folder)
        for last in range(1, steps + 1, stride):
            kill(scene, folder, last, tally)
        total += tally.total()
        print(f"{scene.name}: {steps} steps, {tally.total()} kills; {dict(tally)}", flush=True)
    return total


def together(folder: Path, stride: int) -> int:
    """Kills of a coordinator, and of a program, while others serve."""
    with Place(folder) as path:
        company = Company(path)
        try:
            steps = company.kill_coordinator(NEVER)
            for last in range(1, steps + 1, stride):
                company.kill_coordinator(last)
            print(f"coordinator: {steps} steps; {dict(company.tally)}", flush=True)
            for last in range(1, SERVING_STEPS, stride):
                company.kill_server(last)
            print(f"with a program's kills: {dict(company.tally)}", flush=True)
        finally:
            company.close()
    return company.tally.total()


SERVING_STEPS = 400
"""More than a program takes from its start until a reload that began then is done."""


def main() -> None:
    stride = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with tempfile.TemporaryDirectory() as name:
        total = alone(Path(name), stride) + together(Path(name), stride)
    print(f"{total} kills: none lost, none stuck, none torn")


if __name__ == "__main__":
    main()
