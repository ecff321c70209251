"""What the events of a state amount to, as numbers. Events are read once each, as they come."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import deque
from typing import Any

import msgspec

from kestrel.runtime.audit import PAGE
from kestrel.runtime.errors import StateError
from kestrel.runtime.live import Folder
from kestrel.runtime.recent import FAILED, FINISHED, RATE_EVENTS, RATE_MINUTES
from kestrel.runtime.statefile import Row, StateFile

BUCKETS_MS = (0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000)
"""Upper bounds of the latency histogram, in milliseconds; a reload has 10 s to be answered."""


class Figures(msgspec.Struct, frozen=True):
    """`latency_counts` are by bucket, the last without a bound, not cumulative; `latencies` are
    the last 100, in ms. `pending` are the seconds that a change has waited to be confirmed. Times
    in seconds since 1970."""

    totals: dict[str, int]
    latency_counts: tuple[int, ...]
    latency_sum: float
    latencies: tuple[float, ...]
    error_rate: float
    throughput: float
    generation: int
    schema: str
    document: str
    last_success: float
    seq: int
    drift: int
    pending: float


class Reader:
    """Reads one state again and again. `state` may be an observer's."""

    def __init__(self, state: StateFile) -> None:
        self.state = state
        self._begin()

    def _begin(self) -> None:
        self.seq, self.hash = 0, b""
        self.totals = dict.fromkeys(FINISHED, 0)
        self.counts = [0] * (len(BUCKETS_MS) + 1)
        self.sum = 0.0
        self.latencies: deque[float] = deque(maxlen=RATE_EVENTS)
        self.ended: deque[str] = deque(maxlen=RATE_EVENTS)
        self.recent: deque[int] = deque()
        self.head: dict[str, Any] = {}
        self.last_success = 0
        self.window: _Window | None = None

    def read(self, now: float | None = None) -> Figures:
        """The figures as of `now`, by default this moment.

        Raises:
            StateError: the state cannot be read, or is not the file that was opened.
        """
        with self.state.lock:
            self.state.check_in_place()
            if not self._goes_on():
                self._begin()
            while rows := self._page():
                for row in rows:
                    self._count(*row)
            return self._figures(time.time() if now is None else now, _drift(self.state))

    def _goes_on(self) -> bool:
        """Is the last event that was counted still there? A state that was restored has others."""
        if not self.seq:
            return True
        row = self.state.one("SELECT hash FROM events WHERE seq = ?", self.seq)
        return row is not None and row[0] == self.hash

    def _page(self) -> list[Row]:
        sql = "SELECT seq, event, status, ts, body, hash FROM events WHERE seq > ? ORDER BY seq"
        return self.state.all(f"{sql} LIMIT ?", self.seq, PAGE)

    def _count(
        self, seq: int, event: str, status: str, ts: int, body: bytes, digest: bytes
    ) -> None:
        self.seq, self.hash = seq, digest
        if event == "kestrel.confirm":
            self.window = None
        if status not in FINISHED:
            return
        done = status not in FAILED
        told = self._told(body) if done else None
        if told and told.target:
            self.head, self.last_success = told.target, ts
            self._wait(told.confirm, ts)
        if seq > 1:  # the first event makes the state, and is no reload
            self._end(status, ts, told.latency_ms if told else None)

    def _end(self, status: str, ts: int, latency: float | None) -> None:
        self.totals[status] += 1
        self.ended.append(status)
        self.recent.append(ts)
        if latency is not None:
            self.counts[bisect_left(BUCKETS_MS, latency)] += 1
            self.sum += latency
            self.latencies.append(latency)

    def _wait(self, said: _Confirm | None, ts: int) -> None:
        """Changes that wait in one window have waited since its first."""
        if said is None:
            self.window = None
        elif self.window is None or self.window.id != said.window:
            self.window = _Window(said.window, ts)

    def _told(self, body: bytes) -> _Told:
        try:
            return msgspec.json.decode(body, type=_Told)
        except (msgspec.DecodeError, UnicodeDecodeError):
            why = f"event {self.seq} cannot be read"
            raise StateError.make("KS0724", path=self.state.path, why=why) from None

    def _figures(self, now: float, drift: int) -> Figures:
        since = now * 1e6 - RATE_MINUTES * 60e6
        self.recent = deque(ts for ts in self.recent if ts > since)
        failures = sum(status in FAILED for status in self.ended)
        return Figures(
            totals=dict(self.totals),
            latency_counts=tuple(self.counts),
            latency_sum=round(self.sum, 3),
            latencies=tuple(self.latencies),
            error_rate=round(failures / len(self.ended), 4) if self.ended else 0.0,
            throughput=round(len(self.recent) / RATE_MINUTES, 2),
            generation=int(self.head.get("generation") or 0),
            schema=str(self.head.get("schema", "")),
            document=str(self.head.get("document", "")),
            last_success=self.last_success / 1e6,
            seq=self.seq,
            drift=drift,
            pending=max(now - self.window.ts / 1e6, 0.0) if self.window else 0.0,
        )


class _Confirm(msgspec.Struct):
    window: str = ""


class _Told(msgspec.Struct):
    """What is counted of an event that made a generation."""

    target: dict[str, Any] | None = None
    latency_ms: float | None = None
    confirm: _Confirm | None = None


class _Window(msgspec.Struct, frozen=True):
    id: str
    ts: int


def _drift(state: StateFile) -> int:
    """Processes that live and do not run what was committed last."""
    folder = Folder(state.path)
    behind = state.all(
        "SELECT id FROM replicas WHERE generation < (SELECT max(number) FROM generations)"
    )
    return sum(folder.is_live(row[0]) for row in behind)
