"""`kestrel-run watch`, as a process that is told to stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Shop
from tests.runtime.test_runtime import until


class Watcher:
    def __init__(self, shop: Shop, *words: str) -> None:
        source = os.pathsep.join(os.path.abspath(p) for p in sys.path if p)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kestrel.cli.run", "watch", *words],
            cwd=shop.folder,
            env={**os.environ, "PYTHONPATH": source},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def end(self, how: int) -> tuple[int, str]:
        self.process.send_signal(how)
        _, err = self.process.communicate(timeout=30)
        return self.process.returncode, err


@pytest.fixture
def state(shop: Shop) -> Iterator[str]:
    shop.write("live.yaml", "port: 8080\n")
    return shop.init()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_follows_until_it_is_told_to_stop(shop: Shop, state: str, how: int) -> None:
    watcher = Watcher(shop, state, "live.yaml")
    assert watcher.line() == "what the file says runs already\n"
    shop.write("live.yaml", "port: 9090\n")
    assert watcher.line().startswith("applied: generation 2 runs, change ")
    shop.write("live.yaml", "port: 80\n")
    assert watcher.line() == "not applied: it cannot be read\n"
    code, err = watcher.end(how)
    assert code == 0
    assert "live.yaml:1:7" in err
    assert "Traceback" not in err
    assert '"port": 9090' in shop.must("show", state).out


def test_lines_for_programs_and_sighup(shop: Shop, state: str) -> None:
    watcher = Watcher(shop, state, "live.yaml", "--format", "jsonl", "--sighup")
    assert json.loads(watcher.line())["how"] == "unchanged"
    watcher.process.send_signal(signal.SIGHUP)
    shop.write("live.yaml", "port: 9090\n")
    assert json.loads(watcher.line())["generation"] == 2
    shop.must("reload", state, "--rollback")
    watcher.process.send_signal(signal.SIGHUP)
    assert json.loads(watcher.line())["how"] == "undone"
    assert watcher.end(signal.SIGTERM)[0] == 0


@pytest.mark.parametrize("words", [("--format", "json"), ("-q",)])
def test_it_follows_in_any_form(shop: Shop, state: str, words: tuple[str, ...]) -> None:
    shop.write("live.yaml", "port: 9090\n")
    watcher = Watcher(shop, state, "live.yaml", *words)
    until(lambda: "generation  2" in shop.must("status", state).out)
    if words[0] == "--format":
        assert json.loads(watcher.line())["how"] == "applied"
    assert watcher.end(signal.SIGTERM) == (0, "")


@pytest.mark.skipif(
    "__import__('signal').getsignal(1) == __import__('signal').SIG_IGN",
    reason="who started the tests has SIGHUP ignored (nohup)",
)
def test_sighup_ends_who_did_not_ask_for_it(shop: Shop, state: str) -> None:
    watcher = Watcher(shop, state, "live.yaml")
    watcher.line()
    assert watcher.end(signal.SIGHUP)[0] == -signal.SIGHUP


def test_no_state(shop: Shop) -> None:
    assert shop.run("watch", "gone.state", "live.yaml").code == 4
