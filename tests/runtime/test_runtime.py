"""A program's side: open, read, follow, fork, close."""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import kestrel
from kestrel.runtime import report
from kestrel.runtime.errors import StateError
from kestrel.runtime.reload import ReloadError
from kestrel.runtime.runtime import Runtime
from kestrel.runtime.verify import verify
from tests.runtime.programs import Programs, config, step


def until(holds: Callable[[], bool]) -> None:
    """Wait for what another process or thread brings about."""
    for _ in range(2000):
        if holds():
            return
        time.sleep(0.005)
    raise AssertionError("it did not come about")


def served(rt: Runtime) -> int:
    with rt.read() as config:
        number: int = config["n"]
        return number


def test_initial_only_makes_what_is_not_there(rt: Runtime, path: Path) -> None:
    rt.reload(step(1, 2))
    with Runtime.open(path, initial=config(9)) as again:
        assert served(again) == 2


def test_without_initial_there_has_to_be_a_state(path: Path) -> None:
    with pytest.raises(StateError, match="KS0701"):
        Runtime.open(path)


def test_a_config_that_is_held_stays_as_it_is(rt: Runtime) -> None:
    with rt.read() as held:
        rt.reload(step(1, 2))
        assert held["n"] == 1
    assert served(rt) == 2


def test_after_close(rt: Runtime, path: Path) -> None:
    rt.close()
    rt.close()
    assert served(rt) == 1
    with pytest.raises(StateError, match="KS0725"):
        rt.reload(step(1, 2))
    with Runtime.open(path) as other:
        assert [r.id for r in report.status(other._state).replicas] == [other._replica.id]


def test_two_runtimes_in_one_process(rt: Runtime, path: Path) -> None:
    with Runtime.open(path) as other:
        result = rt.reload(step(1, 2), wait=10).result
        assert result is not None
        assert (result.replicas.committed, result.replicas.converged) == (2, 2)
        assert served(other) == 2
        other.reload(step(2, 3))
        until(lambda: served(rt) == 3)


def test_a_watcher_follows_and_blocks_nobody(rt: Runtime, path: Path) -> None:
    with Runtime.open(path, read_only=True) as watcher:
        watcher.on_reload("")(lambda change, new: 1 / 0)
        result = rt.reload(step(1, 2), wait=10).result
        assert result is not None
        assert result.replicas.committed == 1
        until(lambda: served(watcher) == 2)
        with pytest.raises(ReloadError, match="KS0729"):
            watcher.reload(step(2, 3))


def test_what_is_said_about_a_state(rt: Runtime, programs: Programs) -> None:
    programs.start("serve")
    rt.reload(step(1, 2), wait=10)
    status = report.status(rt._state)
    assert (status.generation.number, status.epoch, status.seq) == (2, 1, 3)
    assert [r.program.split(" ")[0] for r in status.replicas][1:] == ["program.py"]
    assert all(r.converged and not r.unprepared for r in status.replicas)
    assert status.in_flight is None
    assert verify(rt._state).hash == status.hash


def test_a_removed_live_folder_comes_back(rt: Runtime, programs: Programs, path: Path) -> None:
    """To the others, who look for lock files, this process would be dead."""
    other = programs.start("serve")
    for file in (path.parent / "runtime.state.live").iterdir():
        if file.suffix == ".lock":
            file.unlink()
    until(lambda: len(report.status(rt._state).replicas) == 2)
    result = rt.reload(step(1, 2), wait=10).result
    assert result is not None
    assert result.replicas.converged == 2
    assert other.ask("n") == "2"


def test_a_forked_child_is_a_replica_of_its_own(rt: Runtime) -> None:
    ready, tell = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.write(tell, b"!")
            until(lambda: served(rt) == 2)
            code = 0 if rt.reload(step(2, 3)).generation == 3 else 1
        finally:
            os._exit(code)
    os.read(ready, 1)
    result = rt.reload(step(1, 2), wait=10).result
    assert result is not None
    assert result.replicas.committed == 2
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    until(lambda: served(rt) == 3)
    assert verify(rt._state).ok


def test_a_lost_state_does_not_keep_the_others_from_a_fork(
    rt: Runtime, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("lost")
    with Runtime.open(folder / "runtime.state", initial=config(7)) as lost:
        shutil.rmtree(folder)
        child = os.fork()
        if child == 0:
            lost_serves = served(lost) == 7 and bool(lost.problems)
            os._exit(0 if lost_serves and rt.reload(step(1, 2)).generation == 2 else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    until(lambda: served(rt) == 2)


def test_forks_while_reloads_go_on(rt: Runtime) -> None:
    """A child never inherits a lock that one of our threads held."""
    children = []
    for number in range(1, 9):
        child = os.fork()
        if child == 0:
            signal.alarm(20)
            os._exit(0 if served(rt) >= 1 else 1)
        children.append(child)
        rt.reload(step(number, number + 1))
    assert [os.waitstatus_to_exitcode(os.waitpid(c, 0)[1]) for c in children] == [0] * 8


def test_a_system_without_file_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    package = importlib.import_module("kestrel.runtime")
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(kestrel.KestrelError, match="KS0733"):
        importlib.reload(package)
