"""asyncio: `areload`, and hooks that are `async def`."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

import kestrel
from kestrel.runtime.coordinator import reload
from kestrel.runtime.reload import ReloadError
from kestrel.runtime.request import Request
from kestrel.runtime.runtime import Runtime
from kestrel.runtime.statefile import StateFile
from tests.runtime.programs import step
from tests.runtime.test_runtime import until
from tests.runtime.test_statefile import code


class Part:
    """Every moment of it is a coroutine."""

    def __init__(self, said: list[str]) -> None:
        self.said = said

    async def commit(self) -> None:
        await self.note("commit")

    async def finalize(self) -> None:
        await self.note("finalize")

    async def abort(self) -> None:
        await self.note("abort")

    async def note(self, moment: str) -> None:
        await asyncio.sleep(0)
        self.said.append(f"{moment} in {threading.current_thread().name}")


def listening(rt: Runtime) -> list[str]:
    said: list[str] = []

    @rt.on_reload("/n")
    async def changed(change: dict[str, Any], new: Any) -> Part:
        await asyncio.sleep(0)
        if new["n"] == 9:
            raise kestrel.Refuse("nine is too many")
        said.append(f"prepare in {threading.current_thread().name}")
        return Part(said)

    return said


IN_LOOP = [f"{moment} in MainThread" for moment in ("prepare", "commit", "finalize")]


def test_hooks_run_on_the_loop(path: Path, rt: Runtime) -> None:
    async def main() -> None:
        said = listening(rt)
        assert (await rt.areload(step(1, 2))).generation == 2
        assert said == IN_LOOP
        with pytest.raises(ReloadError, match="nine is too many"):
            await rt.areload(step(2, 9))

    asyncio.run(main())


def test_hooks_run_on_the_loop_for_others_changes(path: Path, rt: Runtime) -> None:
    async def main() -> None:
        said = listening(rt)
        request = Request(plan=step(1, 2), wait=30)
        result = await asyncio.to_thread(reload, StateFile(path), request)
        assert result.replicas.converged == 1
        assert said == IN_LOOP

    asyncio.run(main())


def test_several_areloads_at_once(rt: Runtime) -> None:
    async def main() -> None:
        waits = [rt.areload(step(1, n)) for n in (2, 3, 4)]
        done = await asyncio.gather(*waits, return_exceptions=True)
        refused = [one for one in done if isinstance(one, ReloadError)]
        assert len(refused) == 2
        assert {one.result.status for one in refused} <= {"stale", "busy"}

    asyncio.run(main())


def test_the_loop_of_a_hook_has_ended(rt: Runtime) -> None:
    async def register() -> None:
        listening(rt)

    asyncio.run(register())
    with pytest.raises(ReloadError, match="no event loop runs"):
        rt.reload(step(1, 2))
    assert rt.state.generation == 1


def test_a_program_that_starts_its_loop_later(rt: Runtime) -> None:
    said = listening(rt)

    async def main() -> None:
        await rt.areload(step(1, 2))

    asyncio.run(main())
    assert said == IN_LOOP


def test_areload_called_wrongly(rt: Runtime) -> None:
    assert code(lambda: rt.areload(step(1, 2))) == "KS0750"
    found: list[str] = []

    @rt.on_reload("/n")
    async def changed(change: dict[str, Any], new: Any) -> None:
        try:
            await rt.areload(step(2, 3))
        except kestrel.StateError as error:
            found.append(error.diagnostics[0].code)

    async def main() -> None:
        await rt.areload(step(1, 2))
        for wrong in (
            lambda: rt.reload(step(2, 3)),
            lambda: rt.confirm(),
            lambda: rt.abort(),
            lambda: rt.rollback(),
        ):
            found.append(code(wrong))

    asyncio.run(main())
    assert found == ["KS0721"] * 5
    rt.close()

    async def after() -> None:
        assert code(lambda: rt.areload(step(2, 3))) == "KS0725"

    asyncio.run(after())


def test_who_gives_up_waiting_does_not_give_up_the_reload(rt: Runtime) -> None:
    gate = threading.Event()

    @rt.on_reload("/n")
    def changed(change: dict[str, Any], new: Any) -> None:
        gate.wait(30)

    async def main() -> None:
        task = asyncio.create_task(rt.areload(step(1, 2)))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        gate.set()

    asyncio.run(main())
    until(lambda: rt.state.generation == 2)


def test_a_window_under_asyncio(rt: Runtime) -> None:
    async def main() -> None:
        said = listening(rt)
        assert (await rt.areload(step(1, 2), confirm_within=60)).generation == 2
        assert said == IN_LOOP[:2]
        await asyncio.to_thread(rt.confirm)
        assert said == IN_LOOP

    asyncio.run(main())
