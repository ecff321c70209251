"""Reloading from a file: whatever is put there is planned against what runs, and applied; once, and
not again after it was undone."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Literal

import msgspec

from kestrel import _core
from kestrel.changes.digests import Side
from kestrel.changes.members import Binding
from kestrel.changes.plan import plan
from kestrel.changes.policy import Policy
from kestrel.data.files import split_name
from kestrel.data.schema import Schema
from kestrel.runtime import coordinator, documents, generations, report, watched, windows
from kestrel.runtime.audit import timestamp
from kestrel.runtime.errors import StateError
from kestrel.runtime.live import Folder
from kestrel.runtime.replica import Replica
from kestrel.runtime.request import Request
from kestrel.runtime.result import Result, Status
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.wakes import Wakes
from kestrel.runtime.watched import Reading
from kestrel.text.diagnostic import Diagnostic, KestrelError

TICK = 0.5
"""Seconds between looks where the system reports nothing: it cannot, or an event was lost."""
QUIET = 0.2
"""Seconds that the files have to stay as they are before they are read."""
PATIENCE = 2.0
"""Seconds that a file may be wrong, or open for writing, before that is reported: it may be half
written."""
AGAIN = 1.0
"""Seconds until what is only not possible now is tried again."""

How = Status | Literal["invalid", "undone", "written"]


class Seen(msgspec.Struct, frozen=True):
    """What came of one look at the file. `how` is a reload's status, or: `invalid`, it cannot be
    read; `undone`, it says what was rolled back before; `written`, it is open for writing still."""

    how: How
    digest: str | None = None
    result: Result | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def said(self) -> tuple[object, ...]:
        """What makes it news to somebody who heard of another."""
        made = self.result.event_id if self.result else None
        return self.how, self.digest, made, tuple(d.message for d in self.diagnostics)


class Wanted(msgspec.Struct, frozen=True):
    """What is watched, and how its changes are applied; as in `Request`."""

    path: str
    schema: Schema | None = None
    policy: Policy | None = None
    allow: frozenset[str] = frozenset()
    wait: float | None = None
    confirm_within: float | None = None


class Watch:
    """Follows a file until `stop`. `tell` hears of each thing that came of it, once."""

    def __init__(
        self,
        state: StateFile,
        wanted: Wanted,
        tell: Callable[[Seen], None],
        own: Callable[[], Replica | None] = lambda: None,
    ) -> None:
        self.state = state
        self.wanted = wanted
        self.tell = tell
        self.own = own
        self.place = _absolute(wanted.path)
        self.files: tuple[str, ...] = (split_name(self.place)[0],)
        self.last: Seen | None = None
        self._done: watched.Print | None = None
        self._declined: Side | None = None
        self._quiet = _Quiet()
        self._stopped = threading.Event()
        self._asked = self._answered = 0
        self._answer = threading.Condition()

    def run(self) -> None:
        """Follow the file. Returns after `stop`, once a reload that goes on has ended."""
        while not self._stopped.is_set():
            folders = watched.folders(self.files)
            with Wakes(folders, self._stopped) as wakes:
                while not self._stopped.is_set() and watched.folders(self.files) == folders:
                    wakes.wait(self.look())

    def stop(self) -> None:
        self._stopped.set()
        with self._answer:
            self._answer.notify_all()

    def refresh(self, patience: float = 30.0) -> bool:
        """Have the file read again, changed or not; True once that is done."""
        with self._answer:
            self._asked += 1
            mine, self._done = self._asked, None
            self._answer.wait_for(
                lambda: self._answered >= mine or self._stopped.is_set(), patience
            )
            return self._answered >= mine

    def look(self) -> float:
        """Apply what the file says, if that is new and the file is whole; seconds until it wants
        to look again."""
        asked, now = self._asked, watched.fingerprint(self.files)
        if now == self._done:
            return TICK
        if self._quiet.since(now) < QUIET or self._is_written():
            return QUIET
        reading = watched.read(self.place, self.wanted.schema or self._schema())
        if reading.files != self.files:
            self.files = reading.files  # and once more, with an eye on all of them
            return 0.0
        if watched.fingerprint(self.files) != now:
            return QUIET
        if reading.snapshot is None and self._quiet.age < PATIENCE:
            return QUIET
        seen = self._seen(reading)
        self._say(seen)
        if _may_pass_later(seen):
            return AGAIN
        with self._answer:
            self._answered = asked
            self._done = now if asked == self._asked else None
            self._answer.notify_all()
        return TICK

    def _is_written(self) -> bool:
        if not watched.is_being_written(self.files):
            return False
        if self._quiet.age >= PATIENCE:
            found = Diagnostic.make("KS0751", path=self.wanted.path)
            self._say(Seen("written", diagnostics=(found,)))
        return True

    def _seen(self, reading: Reading) -> Seen:
        if reading.snapshot is None:
            return Seen("invalid", diagnostics=reading.diagnostics)
        try:
            return self._apply(reading.snapshot)
        except StateError as error:
            return Seen("busy", reading.snapshot.digest, diagnostics=error.diagnostics)
        except KestrelError as error:
            return Seen("invalid", reading.snapshot.digest, diagnostics=error.diagnostics)

    def _apply(self, target: _core.Snapshot) -> Seen:
        """Plan it against the head, and apply that."""
        side, digest = documents.side(target), target.digest
        head = report.show(self.state)
        if side in (head.generation.side, self._declined):
            return Seen("unchanged", digest)
        self._declined = None
        if found := self._obstacle():
            return Seen("busy", digest, diagnostics=(found,))
        if undone := generations.undone(self.state, side):
            found = Diagnostic.make("KS0752", path=self.wanted.path, number=undone.number)
            return Seen("undone", digest, diagnostics=(found,))
        result = coordinator.reload(self.state, self._request(head, target), self.own())
        seen = Seen(result.status, digest, result, result.diagnostics)
        if result.status in ("rejected", "rolled_back") and not _may_pass_later(seen):
            self._declined = side
        return seen

    def _obstacle(self) -> Diagnostic | None:
        """What is sure to pass, and would only fill the log with refusals till then."""
        window = windows.current(self.state)
        if window and not window.overdue(self.state.clock.now()):
            until = timestamp(window.deadline)
            return Diagnostic.make("KS0740", audit_id=window.audit_id, until=until)
        if Folder(self.state.path).is_coordinated():
            return Diagnostic.make("KS0712", other="it is waited for")
        return None

    def _request(self, head: report.Shown, target: _core.Snapshot) -> Request:
        wanted = self.wanted
        bound = Binding(self.state.meta("log_id"), head.generation.number)
        return Request(
            plan=plan(head.snapshot, target, state=bound, policy=wanted.policy),
            allow=wanted.allow,
            policy=wanted.policy,
            wait=wanted.wait,
            confirm_within=wanted.confirm_within,
        )

    def _schema(self) -> Schema | None:
        """What the state holds now; data files are read by that."""
        try:
            return documents.schema_of(self.state, generations.head(self.state).schema)
        except StateError:
            return None

    def _say(self, seen: Seen) -> None:
        """Nothing twice; and that all is as it should be only at first, and after something was
        not."""
        quiet = seen.how == "unchanged" and self.last is not None and self.last.how in FINE
        if not quiet and (self.last is None or seen.said != self.last.said):
            self.tell(seen)
        self.last = seen


FINE = ("applied", "pending", "unchanged")
LATER = ("KS0749", "KS0727", "KS0708", "KS0706")
"""Refusals that say nothing of the file: the state is locked, or away."""


def _absolute(path: str) -> str:
    """The same file wherever the program goes."""
    file, name = split_name(path)
    return os.path.abspath(file) + (f"#{name}" if name else "")


def _may_pass_later(seen: Seen) -> bool:
    if seen.how in ("busy", "stale", "unknown"):
        return True
    return seen.how == "rejected" and any(d.code in LATER for d in seen.diagnostics)


class _Quiet:
    """How long the files have been as they are."""

    def __init__(self) -> None:
        self.print: watched.Print | None = None
        self.begin = 0.0

    @property
    def age(self) -> float:
        return time.monotonic() - self.begin

    def since(self, now: watched.Print) -> float:
        """Seconds since they last changed."""
        if now != self.print:
            self.print, self.begin = now, time.monotonic()
        return self.age
