"""The end of the audit log, as the process remembers it that wrote or read it last: what the next
event is tied to, and how the last reloads ended.

What is remembered is believed only if the last event that it knows still stands in the log with the
hash that it knows: then, as hashes are chained, all before it stands there too.
"""

from __future__ import annotations

from collections import deque
from weakref import WeakKeyDictionary

from kestrel.runtime.statefile import Row, StateFile

COMMITS = ("applied", "rolled_back")
"""Statuses of events that made the generation which their `target` names."""
FAILED = ("rejected", "stale", "busy", "failed")
FINISHED = (*COMMITS, *FAILED)
"""How a reload can end; what `error_rate` and `throughput_per_min` count."""
RATE_EVENTS = 100
RATE_MINUTES = 5
FAR = 1000
"""Events by others after which reading the last reloads anew is less than catching up."""

_LAST = "SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1"
_SINCE = "SELECT seq, hash, status, ts FROM events WHERE seq >= ? ORDER BY seq LIMIT ?"
_ENDS = (
    f"SELECT status, ts FROM events WHERE status IN ({', '.join('?' * len(FINISHED))}) AND seq > 1"
    " ORDER BY seq DESC LIMIT ?"
)


class Recent:
    """Of one open state, guarded by its lock. `seq` 0: nothing is known, or there is no event."""

    def __init__(self) -> None:
        self.seq = 0
        self.hash = b""
        self.failed: deque[bool] = deque(maxlen=RATE_EVENTS - 1)
        self.times: deque[int] = deque(maxlen=RATE_EVENTS - 1)

    def catch_up(self, state: StateFile) -> None:
        """Know the log's last event, inside `state.writing()`."""
        rows = state.all(_SINCE, self.seq, FAR) if self.seq else []
        if not rows or rows[0][:2] != (self.seq, self.hash) or len(rows) == FAR:
            self._read(state)
            return
        for row in rows[1:]:
            self.note(*row)

    def note(self, seq: int, hash_: bytes, status: str, ts: int) -> None:
        """This is the last event now. Where its transaction fails, `catch_up` finds out."""
        self.seq, self.hash = seq, hash_
        if seq > 1 and status in FINISHED:
            self._end(status, ts)

    def _end(self, status: str, ts: int) -> None:
        self.failed.append(status in FAILED)
        self.times.append(ts)

    def _read(self, state: StateFile) -> None:
        last: Row = state.one(_LAST) or (0, b"")
        self.seq, self.hash = last
        self.failed.clear()
        self.times.clear()
        for row in reversed(state.all(_ENDS, *FINISHED, RATE_EVENTS - 1)):
            self._end(*row)

    def rates(self, now: int, status: str) -> dict[str, object]:
        """The share of failures among the last 100 reloads, and reloads a minute over the last 5,
        the one that ends now with `status` included. `now` in microseconds since 1970."""
        since = now - RATE_MINUTES * 60_000_000
        failed = (status in FAILED) + sum(self.failed)
        recent = 1 + sum(map(since.__lt__, self.times))
        return {
            "error_rate": round(failed / (len(self.times) + 1), 4),
            "throughput_per_min": round(recent / RATE_MINUTES, 2),
        }


_known: WeakKeyDictionary[StateFile, Recent] = WeakKeyDictionary()


def recent(state: StateFile) -> Recent:
    """What this process remembers of the log's end, caught up; inside `state.writing()`."""
    found = _known.setdefault(state, Recent())
    found.catch_up(state)
    return found
