"""The metrics by their names, as a collector of `prometheus_client` (runtime.md, Metrics).

Floor 6 serves them over HTTP; a program registers `rt.metrics()` with its own registry.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from kestrel.runtime import forking
from kestrel.runtime.errors import StateError
from kestrel.runtime.metrics.figures import BUCKETS_MS, Figures, Reader
from kestrel.runtime.statefile import StateFile

GAUGES: tuple[tuple[str, str, str], ...] = (
    ("kestrel_error_rate", "error_rate", "Share of failures among the last 100 reloads."),
    ("kestrel_throughput_per_min", "throughput", "Reloads a minute, over the last 5 minutes."),
    ("kestrel_generation", "generation", "Number of the generation that was committed last."),
    (
        "kestrel_last_reload_success_timestamp_seconds",
        "last_success",
        "When a generation was committed last, in seconds since 1970.",
    ),
    ("kestrel_audit_seq", "seq", "Number of the last event of the audit log."),
    (
        "kestrel_replica_drift",
        "drift",
        "Live programs that do not run the generation that was committed last.",
    ),
    (
        "kestrel_pending_confirm_seconds",
        "pending",
        "How long a change has waited to be confirmed; 0 where none waits.",
    ),
)
"""Name, the figure it shows, and what it says of itself."""


class Metrics:
    """A collector: `registry.register(rt.metrics())`; or `text()` for an own endpoint."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Open the state at `path` as an observer, which holds up no reload.

        Raises:
            StateError: no state there, a damaged one, or not one at all.
        """
        self._path = path
        self._reader: Reader | None = None
        self._lock = threading.RLock()
        self.figures()
        forking.watch(self)

    def figures(self) -> Figures:
        """The numbers of this moment.

        Raises:
            StateError: the state cannot be read now; the next call opens it anew.
        """
        with self._lock:
            if self._reader is None:
                self._reader = Reader(StateFile(self._path, "read"))
            try:
                return self._reader.read()
            except StateError:
                self.close()
                raise

    def collect(self) -> Iterator[Any]:
        """What `prometheus_client` asks for. Raises StateError as `figures` does."""
        yield from families(self.figures())

    def describe(self) -> list[Any]:
        """Names without values, so that registering it reads no state."""
        return [*families(NOTHING)]

    def text(self, accept: str = "") -> tuple[bytes, str]:
        """The exposition that an `Accept` header asks for (Prometheus text, or OpenMetrics), and
        its content type. Raises StateError as `figures` does."""
        from prometheus_client import CollectorRegistry
        from prometheus_client.exposition import choose_encoder

        registry = CollectorRegistry()
        registry.register(_Ready(self.figures()))
        encode, kind = choose_encoder(accept)
        return encode(registry), kind

    def close(self) -> None:
        """Let the state go; the next call opens it again."""
        with self._lock:
            reader, self._reader = self._reader, None
            if reader is not None:
                with suppress(StateError):
                    reader.state.close()

    def fork_lock(self) -> threading.RLock:
        return self._lock

    def reborn(self) -> None:
        """In a forked child: a connection of its own; where there is none, the next call asks."""
        self._lock = threading.RLock()
        if self._reader is not None:
            try:
                self._reader.state.reopen_in_child()
            except StateError:
                self._reader = None


class _Ready:
    """Figures that were read already: what goes wrong goes wrong before a byte is sent."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures

    def collect(self) -> Iterator[Any]:
        return families(self.figures)


NOTHING = Figures({}, (0,) * (len(BUCKETS_MS) + 1), 0.0, (), 0.0, 0.0, 0, "", "", 0.0, 0, 0, 0.0)


def families(figures: Figures) -> Iterator[Any]:
    """All metrics, in the order of the design."""
    from prometheus_client.core import (
        CounterMetricFamily,
        GaugeMetricFamily,
        HistogramMetricFamily,
        InfoMetricFamily,
    )

    about = "From a reload's start to its commit, in milliseconds; of those that were applied."
    latency = HistogramMetricFamily("kestrel_reload_latency_ms", about)
    latency.add_metric([], _cumulative(figures), figures.latency_sum)
    yield latency
    total = CounterMetricFamily("kestrel_reload", "Reloads, by how they ended.", labels=["status"])
    for status, count in figures.totals.items():
        total.add_metric([status], count)
    yield total
    for name, figure, said in GAUGES:
        yield GaugeMetricFamily(name, said, value=getattr(figures, figure))
    info = InfoMetricFamily("kestrel_config_hash", "Digests of the schema and config that run.")
    info.add_metric([], {"schema": figures.schema, "document": figures.document})
    yield info


def _cumulative(figures: Figures) -> list[tuple[str, float]]:
    bounds = [str(float(bound)) for bound in BUCKETS_MS] + ["+Inf"]
    total, buckets = 0, []
    for bound, count in zip(bounds, figures.latency_counts, strict=True):
        total += count
        buckets.append((bound, float(total)))
    return buckets
