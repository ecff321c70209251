"""Service level objectives, `NAME=VALUE`: what is measured, and on which side of it is good."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, NamedTuple

import msgspec

from kestrel.checklists.items import Unmet
from kestrel.runtime.metrics.figures import Figures
from kestrel.text.diagnostic import Diagnostic, KestrelError


class Measure(NamedTuple):
    """`read` gives None where nothing was measured yet."""

    read: Callable[[Figures], float | None]
    bound: Literal["at most", "at least"]
    unit: str
    said: str


MEASURES: dict[str, Measure] = {
    "latency_ms": Measure(
        lambda f: percentile(f.latencies, 99), "at most", " ms", "p99 of the last 100 reloads"
    ),
    "error_rate": Measure(
        lambda f: f.error_rate, "at most", "", "failures among the last 100 reloads"
    ),
    "throughput_per_min": Measure(
        lambda f: f.throughput, "at least", "", "reloads a minute, over the last 5"
    ),
    "replica_drift": Measure(lambda f: f.drift, "at most", "", "programs that are behind"),
    "pending_confirm_seconds": Measure(
        lambda f: f.pending, "at most", " s", "time that a change has waited"
    ),
}


class Objective(msgspec.Struct, frozen=True):
    """A measure by its name, and the value that it must keep to."""

    name: str
    value: float

    @classmethod
    def parse(cls, given: str) -> Objective:
        """Raises KestrelError (KS0933) if it is no `NAME=VALUE` of `MEASURES`."""
        name, mark, text = given.partition("=")
        try:
            value = float(text) if mark else math.nan
        except ValueError:
            value = math.nan
        if name not in MEASURES:
            raise _bad(given, f"nothing is measured as `{name}`")
        if not math.isfinite(value) or value < 0:
            raise _bad(given, "its value is no number from 0 on")
        return cls(name, value)

    def look(self, figures: Figures) -> str:
        """Raises Unmet where it is missed."""
        measure = MEASURES[self.name]
        found = measure.read(figures)
        limit = f"{measure.bound} {self.value:g}{measure.unit}"
        if found is None:
            return f"nothing was measured yet; {limit} is asked for"
        told = f"{found:g}{measure.unit} ({measure.said}), {limit} is asked for"
        if found > self.value if measure.bound == "at most" else found < self.value:
            raise Unmet(told)
        return told


def percentile(values: tuple[float, ...], percent: int) -> float | None:
    """The smallest value that so many percent do not exceed (nearest rank)."""
    if not values:
        return None
    rank = math.ceil(len(values) * percent / 100)
    return sorted(values)[rank - 1]


def _bad(given: str, why: str) -> KestrelError:
    choices = ", ".join(MEASURES)
    return KestrelError([Diagnostic.make("KS0933", given=given, why=why, choices=choices)])
