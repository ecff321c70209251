"""A reload from one version of a real configuration to the next, under a live process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import kestrel
from tests.prometheus.conftest import ROOT
from tests.prometheus.server import labels

SCHEMA = ROOT / "examples/prometheus/prometheus.ks"
JOB = "kubernetes-pods"


@contextmanager
def server(state: Path) -> Iterator[subprocess.Popen[str]]:
    words = [sys.executable, str(Path(__file__).with_name("server.py")), str(state), str(SCHEMA)]
    found_here = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        words, stdin=pipe, stdout=pipe, text=True, bufsize=1, env=found_here
    ) as process:
        try:
            assert answer(process) == "ready"
            yield process
        finally:
            process.kill()


def answer(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def ask(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdin is not None
    process.stdin.write(f"{JOB}\n")
    return answer(process).split()


def follows(process: subprocess.Popen[str], expected: list[str]) -> bool:
    """Does the process answer so within a second? Processes differ briefly."""
    until = time.monotonic() + 1
    while (found := ask(process)) != expected and time.monotonic() < until:
        time.sleep(0.01)
    return found == expected


def test_reload(prometheus: kestrel.Schema, history: list[Path], tmp_path: Path) -> None:
    state = tmp_path / "live" / "runtime.state"
    state.parent.mkdir(mode=0o700)
    first, *later = [prometheus.load(path) for path in history]
    opened = kestrel.Runtime.open(state, schema=prometheus, initial=first)
    with opened as runtime, server(state) as process:
        assert follows(process, labels(first, JOB))
        for target in [*later, first]:
            runtime.reload(kestrel.plan(runtime.state.snapshot, target))
            assert follows(process, labels(target, JOB))
            assert runtime.state.snapshot == target
    assert labels(first, JOB) != labels(later[-1], JOB)
