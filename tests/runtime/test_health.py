"""Health probes: a change stays when every program's probes have passed, and goes with the first
that fails, or with its program."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kestrel.runtime import audit, checks, generations, windows
from kestrel.runtime.coordinator import reload
from kestrel.runtime.reload import ReloadError
from kestrel.runtime.request import Request
from kestrel.runtime.runtime import Runtime
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.verify import verify
from tests.runtime.fake_clock import FakeClock
from tests.runtime.programs import Programs, step
from tests.runtime.test_runtime import served, until


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def well(made: Path, clock: FakeClock) -> Iterator[Runtime]:
    """A program whose state has that clock."""
    with Runtime(StateFile(made, clock=clock), None) as rt:
        yield rt


def failing_on(rt: Runtime, *numbers: int) -> list[int]:
    """A probe that finds these numbers wrong; what it was asked about."""
    asked: list[int] = []

    @rt.health("database", period=0.05)
    def probe() -> None:
        asked.append(served(rt))
        if served(rt) in numbers:
            raise ConnectionError("no route to the database")

    return asked


def test_a_change_stays_when_the_probes_pass(well: Runtime) -> None:
    asked = failing_on(well)
    result = well.reload(step(1, 2)).result
    assert result is not None
    assert (result.status, result.generation) == ("applied", 2)
    assert asked == [2]
    assert windows.current(well._state) is None
    (event,) = audit.tail(well._state, 1)
    assert (event.fields["event"], event.fields["by"]) == ("kestrel.confirm", "probes")


def test_it_goes_when_one_fails(well: Runtime) -> None:
    asked = failing_on(well, 2)
    with pytest.raises(ReloadError, match="no route to the database") as caught:
        well.reload(step(1, 2))
    result = caught.value.result
    assert (result.status, result.generation) == ("rolled_back", 3)
    assert [d.code for d in result.diagnostics] == ["KS0738"]
    assert caught.value.rollback_info is not None
    assert "probe database" in caught.value.rollback_info.reason
    assert served(well) == 1
    assert set(asked) <= {1, 2}
    assert generations.head(well._state).status == "rolled_back"
    assert "kestrel.reload.unhealthy" in {e.fields["event"] for e in audit.events(well._state)}
    assert verify(well._state).ok
    assert well.reload(step(1, 3)).generation == 4


def test_the_way_back_is_never_undone(well: Runtime) -> None:
    """What is broken with any config does not make it swing to and fro."""
    failing_on(well, 1, 2)
    with pytest.raises(ReloadError):
        well.reload(step(1, 2))
    assert (generations.head(well._state).number, served(well)) == (3, 1)
    assert windows.current(well._state) is None


def test_finalize_waits_for_the_probes(well: Runtime) -> None:
    said: list[str] = []

    class Part:
        def finalize(self) -> None:
            said.append("finalize")

        def abort(self) -> None:
            said.append("abort")

    well.on_reload("/n")(lambda change, new: Part())

    @well.health()
    def probe() -> bool:
        said.append("probe")
        return served(well) != 3

    well.reload(step(1, 2))
    until(lambda: said == ["probe", "finalize"])
    with pytest.raises(ReloadError, match="probe probe failed"):
        well.reload(step(2, 3))
    assert said[2:] == ["probe", "abort"]


def test_a_probe_that_hangs(well: Runtime) -> None:
    gate = threading.Event()
    well.health("stuck", timeout=0.05)(gate.wait)
    with pytest.raises(ReloadError, match=r"no answer within 0\.05 s"):
        well.reload(step(1, 2))
    with pytest.raises(ReloadError, match="still hangs"):
        well.reload(step(1, 3))
    gate.set()
    until(lambda: not well._health.probes[0].busy)
    assert well.reload(step(1, 4)).snapshot["n"] == 4


def test_while_a_person_is_waited_for_they_are_asked_again(well: Runtime) -> None:
    sick = threading.Event()
    asked: list[int] = []

    @well.health(period=0.02)
    def probe() -> None:
        asked.append(1)
        if sick.is_set():
            raise OSError("disk on fire")

    assert well.reload(step(1, 2), confirm_within=60).generation == 2
    until(lambda: len(asked) > 3)
    sick.set()
    until(lambda: served(well) == 1)
    assert "disk on fire" in str(
        generations.event_of(well._state, generations.head(well._state)).fields["reason"]
    )


def test_a_program_elsewhere_is_unwell(well: Runtime, made: Path) -> None:
    failing_on(well, 2)
    result = reload(StateFile(made), Request(plan=step(1, 2)))
    assert (result.status, result.generation) == ("rolled_back", 3)
    until(lambda: served(well) == 1)


def test_nobody_waits_and_the_program_takes_it_back_itself(
    well: Runtime, made: Path, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The coordinator died after the commit."""
    gate = threading.Event()

    @well.health()
    def probe() -> bool:
        gate.wait(30)
        return False

    coordinator = programs.coordinate(1, 2)
    until(lambda: served(well) == 2)
    coordinator.kill()
    gate.set()
    until(lambda: served(well) == 1)
    assert generations.head(well._state).status == "rolled_back"


def test_a_program_that_ends_before_its_probes_have_passed(
    well: Runtime, made: Path, programs: Programs
) -> None:
    server = programs.start("well")
    reply = programs.coordinate(1, 2)
    until(lambda: served(well) == 2)
    server.kill()
    assert reply.line().startswith("rolled_back ")
    reason = generations.event_of(well._state, generations.head(well._state)).fields["reason"]
    assert "ended before its health probes had passed" in reason


def test_probes_that_say_nothing_in_time(
    well: Runtime, clock: FakeClock, programs: Programs
) -> None:
    """Neither well nor sick when the time is over: taken back."""
    gate = threading.Event()
    well.health(timeout=30)(gate.wait)
    coordinator = programs.coordinate(1, 2)
    until(lambda: served(well) == 2)
    coordinator.kill()
    clock.pass_(30 + checks.SLACK + 3600)
    until(lambda: served(well) == 1)
    gate.set()


def test_async_probes(made: Path) -> None:
    async def main() -> None:
        with Runtime(StateFile(made), None) as rt:
            seen: list[str] = []

            @rt.health()
            async def probe() -> bool:
                await asyncio.sleep(0)
                seen.append(threading.current_thread().name)
                return rt.state.snapshot["n"] != 3

            assert (await rt.areload(step(1, 2))).generation == 2
            with pytest.raises(ReloadError, match="probe probe failed"):
                await rt.areload(step(2, 3))
            assert set(seen) == {"MainThread"}

    asyncio.run(main())
