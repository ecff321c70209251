"""Configs whose two members must agree, and real processes that serve them."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from kestrel._core import Snapshot
from kestrel.changes.plan import Plan, plan
from kestrel.data.module import Module

HERE = Path(__file__).parent
SCHEMA = Module.load(HERE / "counter.ks").schema("Counter")
PROGRAM = HERE / "program.py"
COORDINATOR = HERE / "coordinate.py"


def config(number: int) -> Snapshot:
    """`n` and its text: a reader that sees them differ has seen a torn config."""
    return SCHEMA.decode({"n": number, "text": str(number), "rest": ["same"] * 20})


def step(old: int, new: int) -> Plan:
    """The plan from one of these configs to another."""
    return plan(config(old), config(new))


class Program:
    """A process that runs `program.py` in some mode."""

    def __init__(self, script: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )

    def line(self) -> str:
        """The next line that it prints; empty when it has ended."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def ask(self, question: str) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        return self.line()

    def kill(self) -> list[str]:
        """SIGKILL: nothing is said to anyone. What it had printed, as far as it was not read."""
        self.process.kill()
        output, questions = self.process.stdout, self.process.stdin
        assert output is not None
        assert questions is not None
        # `communicate` would lose what `line` has read ahead.
        printed = "" if output.closed else output.read()
        with suppress(BrokenPipeError):
            questions.close()
        output.close()
        self.process.wait()
        return printed.splitlines()


class Programs:
    """The processes of one test."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.started: list[Program] = []

    def start(self, mode: str, *more: str) -> Program:
        """A program that is up: `serve`, `refuse` (even numbers), `fail` (at commit), `slow`,
        `well` (its health probe takes long), `tight` (reads without pause; says what it saw)."""
        program = self._start(PROGRAM, str(self.path), mode, *more)
        assert program.line() == "up"
        return program

    def coordinate(self, old: int, new: int) -> Program:
        """A process that reloads from one config to another, and prints status and event id."""
        return self._start(COORDINATOR, str(self.path), str(old), str(new))

    def coordinate_on(self) -> Program:
        """A process that reloads to the next number, again and again."""
        return self._start(COORDINATOR, str(self.path))

    def _start(self, script: Path, *arguments: str) -> Program:
        program = Program(script, *arguments)
        self.started.append(program)
        return program

    def kill_all(self) -> None:
        for program in self.started:
            program.kill()
