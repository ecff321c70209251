"""Disks that fail: an acknowledged change is there, one that is not is not, and what cannot be
known is called unknown, until it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from kestrel.runtime import audit, converge, generations
from kestrel.runtime.create import init
from kestrel.runtime.errors import StateError
from kestrel.runtime.reload import ReloadError
from kestrel.runtime.result import Replicas
from kestrel.runtime.runtime import Runtime
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.verify import verify
from tests.runtime.faulty import NAME, Disk, Faults
from tests.runtime.programs import config, step
from tests.runtime.test_runtime import served, until


@pytest.fixture
def disk() -> Iterator[Faults]:
    disk = Disk()
    yield disk.faults
    disk.unregister()


@pytest.fixture
def on_disk(path: Path, disk: Faults) -> Iterator[Runtime]:
    """A runtime over a new state on the disk that can fail."""
    init(path, config(1))
    rt = Runtime(StateFile(path, vfs=NAME), None)
    yield rt
    disk.clear()
    rt.close()


def failed(rt: Runtime) -> ReloadError:
    with pytest.raises(ReloadError) as caught:
        rt.reload(step(1, 2))
    return caught.value


def test_a_full_disk(on_disk: Runtime, disk: Faults) -> None:
    disk.write = apsw.FullError
    error = failed(on_disk)
    assert (error.result.status, error.diagnostics[0].code) == ("rejected", "KS0708")
    assert served(on_disk) == 1
    disk.clear()
    assert on_disk.reload(step(1, 2)).generation == 2
    assert verify(on_disk._state).ok


def test_a_commit_that_was_not_written(on_disk: Runtime, disk: Faults) -> None:
    disk.write = apsw.IOError
    error = failed(on_disk)
    assert (error.result.status, error.diagnostics[0].code) == ("unknown", "KS0709")
    assert served(on_disk) == 1
    disk.clear()
    until(lambda: on_disk._replica.unresolved is None)
    assert generations.by_event(on_disk._state, str(error.result.event_id)) is None
    (event,) = audit.tail(on_disk._state, 1)
    assert event.fields["event_id"] == error.result.event_id
    assert event.fields["status"] == "failed"
    assert on_disk.reload(step(1, 2)).generation == 2
    assert verify(on_disk._state).ok


def test_a_commit_that_was_written_and_not_synced(on_disk: Runtime, disk: Faults) -> None:
    disk.sync = apsw.IOError
    error = failed(on_disk)
    assert (error.result.status, served(on_disk)) == ("unknown", 1)
    disk.clear()
    until(lambda: served(on_disk) == 2)
    assert generations.by_event(on_disk._state, str(error.result.event_id)) is not None
    assert on_disk.reload(step(2, 3)).generation == 3
    assert verify(on_disk._state).ok


def test_a_disk_that_fails_once(on_disk: Runtime, disk: Faults) -> None:
    """It works again when it is asked what came of it: then the answer is known at once."""
    disk.write, disk.times = apsw.IOError, 1
    error = failed(on_disk)
    assert (error.result.status, error.diagnostics[0].code) == ("rejected", "KS0708")
    assert on_disk.reload(step(1, 2)).generation == 2
    assert verify(on_disk._state).ok


def test_hooks_wait_for_the_answer(on_disk: Runtime, disk: Faults) -> None:
    said: list[str] = []

    class Part:
        def commit(self) -> None:
            said.append("commit")

        def abort(self) -> None:
            said.append("abort")

    on_disk.on_reload("/n")(lambda change, new: Part())
    disk.write = apsw.IOError
    assert failed(on_disk).result.status == "unknown"
    assert said == []
    disk.clear()
    until(lambda: said == ["abort"])


def test_a_program_goes_on_serving_while_the_disk_fails(on_disk: Runtime, disk: Faults) -> None:
    disk.sync = apsw.IOError
    failed(on_disk)
    until(lambda: on_disk.problems != ())
    assert served(on_disk) == 1
    disk.clear()
    until(lambda: on_disk.problems == ())


def test_a_report_that_fails(on_disk: Runtime, disk: Faults) -> None:
    """Not at a commit of our own, so nothing is unresolved; and yet the state is opened again."""
    on_disk._state._break()
    until(lambda: not on_disk._state.broken)
    assert on_disk.reload(step(1, 2)).generation == 2


def test_a_disk_that_fails_right_after_the_commit(
    on_disk: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change is committed and served, and said to be so."""

    def fails(*_: object) -> Replicas:
        raise StateError.make("KS0708", path="runtime.state", why="disk I/O error")

    monkeypatch.setattr(converge, "replicas_of", fails)
    result = on_disk.reload(step(1, 2)).result
    assert result is not None
    assert (result.status, result.generation) == ("applied", 2)
    assert [d.code for d in result.diagnostics] == ["KS0755"]
    assert served(on_disk) == 2
