"""Reloads under fire, and how fast they are seen. The tests run the first shortly; by hand:

python -m tests.runtime.stress kills 200 | latency 500 | idle 10 | races 1000
"""

from __future__ import annotations

import random
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from kestrel.runtime import audit, confirm, generations, windows
from kestrel.runtime.coordinator import reload
from kestrel.runtime.create import init
from kestrel.runtime.errors import StateError
from kestrel.runtime.replica import UNPREPARED
from kestrel.runtime.request import Request
from kestrel.runtime.runtime import Runtime
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.verify import verify
from tests.runtime.fake_clock import FakeClock
from tests.runtime.programs import Program, Programs, config, step


class Battle:
    """Three programs and a coordinator; any of them is killed at any time, and replaced."""

    def __init__(self, path: Path, seed: int) -> None:
        self.programs = Programs(path)
        self.random = random.Random(seed)
        self.applied: list[str] = []
        self.outcomes: Counter[str] = Counter()
        init(path, config(1))
        self.state = StateFile(path)
        self.servers = [self.programs.start("serve") for _ in range(3)]
        self.coordinator = self.programs.coordinate_on()
        self.coordinator.line()

    def fight(self, kills: int) -> None:
        for _ in range(kills):
            time.sleep(self.random.random() * 0.15)
            if self.random.random() < 0.5:
                self.note(self.coordinator)
                self.coordinator = self.programs.coordinate_on()
            else:
                self.servers.pop(self.random.randrange(3)).kill()
                self.servers.append(self.programs.start("serve"))
        self.note(self.coordinator)

    def note(self, coordinator: Program) -> None:
        for line in coordinator.kill():
            status, event_id = line.split()
            self.outcomes[status] += 1
            if status == "applied":
                self.applied.append(event_id)

    def lost(self) -> list[str]:
        """Changes that were acknowledged, and are not there."""
        return [one for one in self.applied if not generations.by_event(self.state, one)]

    def unprepared(self) -> int:
        """Swaps to what had not been prepared, by whoever lived to tell."""
        events = [event.body_fields for event in audit.events(self.state)]
        return sum(fields.get("reason") == UNPREPARED for fields in events)

    def last_reload(self) -> str:
        """After it all: does a reload still pass, with the programs that are alive?"""
        head = generations.head(self.state)
        with Runtime.open(self.state.path) as rt:
            number = rt.state.snapshot["n"]
            result = rt.reload(step(number, number + 1), wait=10).result
        assert result is not None
        assert result.generation == head.number + 1
        return f"{result.status} {result.replicas.converged} of {result.replicas.committed}"

    def stuck(self) -> int:
        (count,) = self.state.one("SELECT count(*) FROM intents WHERE state = 'open'") or (0,)
        return int(count)


def kills(path: Path, count: int, seed: int) -> Battle:
    """A battle of `count` kills, fought to its end."""
    battle = Battle(path, seed)
    try:
        battle.fight(count)
        print(f"seed {seed}: {count} kills; {dict(battle.outcomes)}")
        print(f"  after it: {battle.last_reload()}; stuck intents {battle.stuck()}")
        print(f"  acknowledged and lost {len(battle.lost())}; unprepared {battle.unprepared()}")
        print(f"  audit: {'whole' if verify(battle.state).ok else 'BROKEN'}")
    finally:
        battle.programs.kill_all()
    return battle


def races(path: Path, count: int) -> Counter[str]:
    """How so many windows of a state with `config(1)` ended: each once."""
    clock = FakeClock()
    return Counter(race(path, clock, number) for number in range(1, count + 1))


def race(path: Path, clock: FakeClock, number: int) -> str:
    """Confirm just before the time is over, against a timer for which it is over just now."""
    late = FakeClock(clock.boot, clock.uptime + 60, clock.wall + 60)
    plan = step(number, number + 1)
    assert reload(StateFile(path, clock=clock), Request(plan=plan, confirm_within=60)).generation
    start = threading.Barrier(2)
    said: list[str] = []

    def confirms() -> None:
        state = StateFile(path, clock=clock)
        start.wait()
        try:
            confirm.confirm(state)
            said.append("confirmed")
        except StateError as error:
            said.extend(d.code for d in error.diagnostics if d.code != "KS0742")

    def times_out() -> None:
        state = StateFile(path, clock=late)
        start.wait()
        try:
            confirm.settle(state)
        except StateError as error:
            said.append(str(error))

    threads = [threading.Thread(target=one) for one in (confirms, times_out)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    state = StateFile(path, "read")
    window = windows.latest(state)
    assert window is not None
    assert said == (["confirmed"] if window.state == "confirmed" else []), (window, said)
    undone = generations.head(state).status == "rolled_back"
    assert undone is not bool(said)
    if undone:
        reload(StateFile(path, clock=clock), Request(plan=plan, again=True))
    return window.state


def latency(path: Path, count: int, mode: str) -> None:
    """How long until another process serves a commit. The commit lies between a reload's call and
    its return, so each gives a bound; a reader may well be ahead of the return (then 0 is counted).
    All clocks are CLOCK_MONOTONIC."""
    programs = Programs(path)
    with Runtime.open(path, initial=config(1)) as rt:
        watcher = programs.start(mode, str(count))
        asked, returned = [], []
        for number in range(2, count + 1):
            plan = step(number - 1, number)
            asked.append(time.monotonic_ns())
            rt.reload(plan)
            returned.append(time.monotonic_ns())
            time.sleep(random.random() * 0.02)
        seen = [int(word) for word in watcher.line().split()]
        watcher.kill()
    print(f"{mode}, {len(seen)} reloads: {late(asked, seen)} ms after the call")
    print(f"{mode}, {len(seen)} reloads: {late(returned, seen)} ms after the return")


def late(since: list[int], seen: list[int]) -> str:
    """Median and 99th percentile in milliseconds, of times in nanoseconds."""
    waits = sorted(max(s - c, 0) / 1e6 for s, c in zip(seen, since, strict=True))
    return f"p50 {waits[len(waits) // 2]:.2f} p99 {waits[int(len(waits) * 0.99)]:.2f}"


def idle(path: Path, seconds: int) -> None:
    """CPU time of a program that has a state open and nothing to do."""
    with Runtime.open(path, initial=config(1)):
        time.sleep(1)
        before = time.process_time()
        time.sleep(seconds)
        used = time.process_time() - before
    print(f"idle: {100 * used / seconds:.3f}% of a core")


def main() -> None:
    what, count = sys.argv[1], int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "runtime.state"
        if what == "kills":
            kills(path, count, seed)
        elif what == "idle":
            idle(path, count)
        elif what == "races":
            init(path, config(1))
            print(f"{count} races: {dict(races(path, count))}; audit {verify(StateFile(path)).ok}")
        else:
            latency(path, count, "stamp")
            latency(path.with_name("other.state"), count, "stamp-idle")


if __name__ == "__main__":
    main()
