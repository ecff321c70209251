"""systemd: READY, RELOADING and STOPPING over a real socket; SIGHUP only where it is asked for."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kestrel.runtime.coordinator import reload
from kestrel.runtime.request import Request
from kestrel.runtime.runtime import Runtime
from kestrel.runtime.statefile import StateFile
from tests.runtime.programs import config, step
from tests.runtime.test_runtime import served, until
from tests.runtime.test_statefile import code


class Manager:
    """The service manager's end."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.settimeout(20)
        self.socket.bind(address)

    def heard(self) -> dict[str, str]:
        lines = self.socket.recv(4096).decode().splitlines()
        return dict(line.split("=", 1) for line in lines)


ABSTRACT = pytest.param(
    "abstract",
    marks=pytest.mark.skipif(sys.platform != "linux", reason="only Linux has abstract sockets"),
)


@pytest.fixture(params=["path", ABSTRACT])
def manager(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Manager]:
    if request.param == "path":
        name = str(tmp_path_factory.mktemp("s") / "notify")
        made = Manager(name)
    else:
        name = f"@kestrel-{os.getpid()}-{time.monotonic_ns()}"
        made = Manager(f"\0{name[1:]}")
    monkeypatch.setenv("NOTIFY_SOCKET", name)
    yield made
    made.socket.close()


def test_ready_reloading_ready_stopping(rt: Runtime, manager: Manager) -> None:
    rt.notify_systemd()
    assert manager.heard() == {"READY": "1", "STATUS": "serving generation 1"}
    before = time.monotonic_ns() // 1000
    rt.reload(step(1, 2))
    reloading = manager.heard()
    assert reloading["RELOADING"] == "1"
    assert before <= int(reloading["MONOTONIC_USEC"]) <= time.monotonic_ns() // 1000
    assert manager.heard() == {"READY": "1", "STATUS": "serving generation 2"}
    rt.close()
    assert manager.heard() == {"STOPPING": "1"}


def test_a_change_from_elsewhere(rt: Runtime, manager: Manager, path: Path) -> None:
    rt.notify_systemd()
    manager.heard()
    reload(StateFile(path), Request(plan=step(1, 2)))
    assert "RELOADING" in manager.heard()
    assert manager.heard()["STATUS"] == "serving generation 2"


def test_sighup_reads_the_file_and_answers(rt: Runtime, manager: Manager, folder: Path) -> None:
    rt.notify_systemd()
    manager.heard()
    before = signal.getsignal(signal.SIGHUP)
    rt.reload_on_sighup()
    (folder / "config.json").write_bytes(config(1).to_json())
    watching = rt.watch(folder / "config.json")
    until(lambda: watching.last is not None)
    os.kill(os.getpid(), signal.SIGHUP)
    assert "RELOADING" in manager.heard()
    assert manager.heard()["READY"] == "1"
    (folder / "config.json").write_bytes(config(2).to_json())
    os.kill(os.getpid(), signal.SIGHUP)
    assert "RELOADING" in manager.heard()
    assert manager.heard()["STATUS"] == "serving generation 2"
    assert served(rt) == 2
    rt.close()
    assert signal.getsignal(signal.SIGHUP) == before


def test_without_systemd_nothing_is_said(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not rt.notify_systemd().listens
    rt.reload(step(1, 2))


def test_a_manager_that_is_gone(rt: Runtime, manager: Manager) -> None:
    rt.notify_systemd()
    manager.socket.close()
    assert rt.reload(step(1, 2)).generation == 2


@pytest.mark.parametrize("value", ["relative", "@", "/"])
def test_no_socket(rt: Runtime, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", value)
    assert code(rt.notify_systemd) == "KS0753"


def test_sighup_is_for_the_main_thread(rt: Runtime) -> None:
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(code(rt.reload_on_sighup)))
    thread.start()
    thread.join()
    assert found == ["KS0754"]


@pytest.mark.skipif(
    "__import__('signal').getsignal(1) == __import__('signal').SIG_IGN",
    reason="who started the tests has SIGHUP ignored (nohup)",
)
def test_sighup_ends_who_did_not_ask_for_it(made: Path) -> None:
    """As it does everywhere."""
    script = (
        "import os, signal, sys\n"
        "from kestrel.runtime.runtime import Runtime\n"
        "rt = Runtime.open(sys.argv[1]); os.kill(os.getpid(), signal.SIGHUP)\n"
    )
    path = os.pathsep.join(os.path.abspath(p) for p in sys.path if p)
    done = subprocess.run(
        [sys.executable, "-c", script, str(made)],
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )
    assert done.returncode == -signal.SIGHUP
