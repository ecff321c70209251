"""Timing, and what a benchmark says."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

BUDGET = 0.6
"""Seconds spent on one function, about."""


@dataclass(frozen=True)
class Result:
    """One comparison. `reach` is the ratio to reach: peer / ours at least, or ours / peer at most.

    Without `reach` the row is reported only.
    """

    what: str
    ours: float
    against: str
    peer: float
    reach: float | None = None
    sense: Literal["faster", "at most"] = "faster"

    @property
    def ratio(self) -> float:
        faster, slower = (
            (self.ours, self.peer) if self.sense == "faster" else (self.peer, self.ours)
        )
        return slower / faster

    @property
    def reached(self) -> bool | None:
        if self.reach is None:
            return None
        return self.ratio >= self.reach if self.sense == "faster" else self.ratio <= self.reach

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio, "reached": self.reached}


def seconds(function: Callable[[], object], budget: float = BUDGET) -> float:
    """The median time of one call, the collector off; calls too short for the clock are batched."""
    function()
    batch = _batch(function)
    enabled = gc.isenabled()
    gc.disable()
    try:
        times, until = [], time.perf_counter() + budget
        while len(times) < 5 or (time.perf_counter() < until and len(times) < 200):
            times.append(_time(function, batch))
    finally:
        if enabled:
            gc.enable()
    return statistics.median(times) / batch


def interleaved(*functions: Callable[[], object], rounds: int = 60) -> list[float]:
    """Medians of functions that take turns, for what the machine's mood would falsify."""
    times: list[list[float]] = [[] for _ in functions]
    for _ in range(rounds):
        for function, own in zip(functions, times, strict=True):
            own.append(_time(function, 1))
    return [statistics.median(own) for own in times]


def _batch(function: Callable[[], object]) -> int:
    batch = 1
    while _time(function, batch) < 20e-6 and batch < 1_000_000:
        batch *= 4
    return batch


def _time(function: Callable[[], object], count: int) -> float:
    began = time.perf_counter()
    for _ in range(count):
        function()
    return time.perf_counter() - began
