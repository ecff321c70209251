"""Where events go besides the state: a file of JSON lines, or a stream such as standard output.

A file goes on where it ended, whoever wrote it: each event is in it once and in order, through
crashes and restarts. Several processes may name the same file; the one that has locked it writes.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Protocol, TextIO

import msgspec

from kestrel.runtime import audit, forking
from kestrel.runtime.audit import Event
from kestrel.runtime.errors import StateError
from kestrel.runtime.statefile import StateFile
from kestrel.text.diagnostic import Diagnostic

LOOK = 0.25
"""Seconds between looks for new events."""
LAST_LINE = 64 << 20
"""Bytes at the end of a file in which its last line must begin."""


class Target(Protocol):
    """Where lines are written."""

    def start(self, state: StateFile) -> int | None:
        """The number of the first event that it lacks; None while another process writes it."""

    def write(self, events: Iterable[Event]) -> None: ...

    def close(self) -> None: ...


class Sink:
    """Follows one state into one target, in a thread of its own, until `close`.

    `problems` say why it cannot just now; it goes on trying, and leaves nothing out.
    """

    def __init__(self, path: str | os.PathLike[str], target: str | os.PathLike[str] | TextIO):
        """Raises StateError: the state cannot be read; KS0780, the target is not for it."""
        self._state = StateFile(path, "read")
        self._target: Target
        if isinstance(target, str | os.PathLike):
            self._target = File(os.fspath(target))
        else:
            self._target = Stream(target)
        self._next: int | None = None
        self._lock = threading.RLock()
        self._stopped = threading.Event()
        self.problems: tuple[Diagnostic, ...] = ()
        try:
            self.drain()
        except BaseException:
            self._let_go()
            raise
        forking.watch(self)
        self._thread = threading.Thread(target=self._run, name="kestrel-audit", daemon=True)
        self._thread.start()

    def drain(self) -> None:
        """Write what there is to write.

        Raises:
            StateError: the state cannot be read, or the target not be written.
        """
        with self._lock:
            if self._state.broken:
                self._state.reopen()
            self._state.check_in_place()
            if self._next is None:
                self._next = self._target.start(self._state)
            if self._next is None:
                return
            for events in _pages(self._state, self._next):
                self._target.write(events)
                self._next = events[-1].seq + 1

    @property
    def written(self) -> int | None:
        """The number of the last event that was written; None while another process writes."""
        return None if self._next is None else self._next - 1

    def close(self) -> None:
        """Write the rest, and let the target go."""
        if self._stopped.is_set():
            return
        self._stopped.set()
        self._thread.join()
        forking.forget(self)
        with suppress(StateError):
            self.drain()
        self._let_go()

    def _run(self) -> None:
        version = None
        while not self._stopped.wait(LOOK):
            with self._lock:
                try:
                    now = self._state.data_version()
                    if now != version or self.problems or self._next is None:
                        self.drain()
                    version, self.problems = now, ()
                except StateError as error:
                    self.problems = error.diagnostics
                    self._next = None

    def _let_go(self) -> None:
        self._target.close()
        self._state.close()

    def fork_lock(self) -> threading.RLock:
        return self._lock

    def reborn(self) -> None:
        """In a forked child: it is the parent's."""
        self._lock = threading.RLock()
        self._stopped.set()
        forking.forget(self)
        self._target.close()
        with suppress(StateError):
            self._state.reopen_in_child()
            self._state.close()


class Stream:
    """Lines to an open stream, from now on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._next: int | None = None

    def start(self, state: StateFile) -> int:
        if self._next is None:
            last = audit.tail(state, 1)
            self._next = last[0].seq + 1 if last else 1
        return self._next

    def write(self, events: Iterable[Event]) -> None:
        try:
            for event in events:
                self._stream.write(f"{event.line}\n")
                self._next = event.seq + 1
            self._stream.flush()
        except (OSError, ValueError) as error:
            name = getattr(self._stream, "name", "the stream")
            raise _failed(str(name), error) from None

    def close(self) -> None:
        """The stream is whose it was."""


class File:
    """Lines to a file, after those that it has."""

    def __init__(self, path: str) -> None:
        self.path = path
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            self._handle = os.open(path, flags, 0o640)
        except OSError as error:
            raise _failed(path, error) from None

    def start(self, state: StateFile) -> int | None:
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            line = self._last_line()
        except BlockingIOError:
            return None
        except OSError as error:
            raise _failed(self.path, error) from None
        return 1 if line is None else self._check(line, state) + 1

    def write(self, events: Iterable[Event]) -> None:
        data = "".join(f"{event.line}\n" for event in events).encode()
        try:
            while data:
                data = data[os.write(self._handle, data) :]
            os.fsync(self._handle)
        except OSError as error:
            raise _failed(self.path, error) from None

    def close(self) -> None:
        with suppress(OSError):
            os.close(self._handle)

    def _last_line(self) -> bytes | None:
        """The last whole line; what a crash left after it is cut off."""
        size = os.fstat(self._handle).st_size
        begin = max(size - LAST_LINE, 0)
        end = os.pread(self._handle, size - begin, begin)
        whole = end[: end.rfind(b"\n") + 1]
        if len(whole) < len(end):
            os.ftruncate(self._handle, begin + len(whole))
        return whole[:-1].rpartition(b"\n")[2] if whole else None

    def _check(self, line: bytes, state: StateFile) -> int:
        """Is it an event of this log? Its number."""
        try:
            fields: dict[str, Any] = msgspec.json.decode(line, type=dict[str, Any])
            seq, digest = fields["seq"], fields["hash"]
            event = audit.at(state, seq) if isinstance(seq, int) else None
        except (msgspec.DecodeError, UnicodeDecodeError, KeyError):
            raise _failed(self.path, "its last line is no event") from None
        if event is None or event.hash.hex() != digest:
            raise _failed(self.path, "it ends with an event of another log")
        return event.seq


def _pages(state: StateFile, start: int) -> Iterable[list[Event]]:
    page: list[Event] = []
    for event in audit.events(state, start):
        page.append(event)
        if len(page) == audit.PAGE:
            yield page
            page = []
    if page:
        yield page


def _failed(path: str, error: object) -> StateError:
    why = getattr(error, "strerror", None) or str(error)
    return StateError.make("KS0780", file=path, path=path, why=why)
