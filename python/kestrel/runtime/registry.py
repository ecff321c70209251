"""The table of replicas: what each live process says of itself, inside `state.writing()`."""

from __future__ import annotations

from typing import NamedTuple

from kestrel import _core
from kestrel.runtime.audit import timestamp
from kestrel.runtime.statefile import StateFile

Current = tuple[int, _core.Snapshot]
"""A generation, and what a process serves of it."""


class Condition(NamedTuple):
    """Swaps that were not prepared, what went wrong in hooks, and whether a restart is due."""

    unprepared: int
    degraded: str | None
    restart: int


def register(
    state: StateFile,
    replica: str,
    program: str,
    reads: str | None,
    current: Current,
    probes: float,
) -> None:
    """From this row on, no commit passes without the process. `reads` is its schema's digest."""
    sql = (
        "INSERT INTO replicas(id, program, schema, joined, generation, document, probes)"
        " VALUES(?, ?, ?, ?, ?, ?, ?)"
    )
    joined = timestamp(state.clock.now().date)
    state.run(sql, replica, program, reads, joined, current[0], current[1].digest, probes)


def remove(state: StateFile, replica: str) -> None:
    state.run("DELETE FROM replicas WHERE id = ?", replica)


def record(state: StateFile, replica: str, current: Current, condition: Condition) -> None:
    """It runs this now."""
    sql = (
        "UPDATE replicas SET generation = ?, document = ?, unprepared = ?, degraded = ?,"
        " restart_pending = ? WHERE id = ?"
    )
    state.run(sql, current[0], current[1].digest, *condition, replica)


def say_probes(state: StateFile, replica: str, seconds: float) -> None:
    """So long may its health probes take."""
    state.run("UPDATE replicas SET probes = ? WHERE id = ?", seconds, replica)


def say_health(state: StateFile, replica: str, generation: int, why: str) -> None:
    """Its probes looked at `generation`, and found this wrong; or nothing."""
    sql = "UPDATE replicas SET checked = ?, unhealthy = ? WHERE id = ?"
    state.run(sql, generation, why or None, replica)
