"""A witness's file: the checkpoints that it saw, oldest first, each a note, an empty line between.

It is of use where the one who can write the state cannot write it: on another host, on a medium
that only grows. Of each log the last checkpoint counts (C2SP tlog-witness); a new one is taken in
only if the log goes on from there.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from kestrel.runtime.errors import StateError
from kestrel.runtime.tlog.checkpoint import Checkpoint
from kestrel.runtime.tlog.notes import BadNote
from kestrel.text.read import read_bytes


class WitnessFile:
    """The file at `path`; none yet is as good as an empty one."""

    def __init__(self, path: str) -> None:
        self.path = path

    def seen(self, origin: str | None = None) -> list[Checkpoint]:
        """The checkpoints of one log, or of all, oldest first.

        Raises:
            StateError: KS0772, it is no witness's file.
            UnreadableFile: it cannot be read.
        """
        if not os.path.exists(self.path):
            return []
        try:
            found = list(_records(read_bytes(self.path)))
        except BadNote as error:
            raise StateError.make("KS0772", file=self.path, path=self.path, why=error) from None
        return [one for one in found if origin is None or one.origin == origin]

    def of_log(self, log_id: str) -> list[Checkpoint]:
        """Those of one log, whoever signed them, before and after it was restored.

        Raises:
            StateError: KS0777, there are none: then the file says nothing about this log.
        """
        found = [one for one in self.seen() if one.log_id == log_id]
        if not found:
            raise StateError.make("KS0777", file=self.path, path=self.path, log=log_id)
        return found

    @contextmanager
    def adding(self) -> Iterator[WitnessFile]:
        """Nobody else adds to it meanwhile, so that what `seen` says still holds at `append`.

        Raises:
            StateError: KS0778, it cannot be opened or locked.
        """
        try:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC
            self._handle = os.open(self.path, flags, 0o644)
        except OSError as error:
            raise self._failed(error) from None
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX)
            yield self
        except OSError as error:
            raise self._failed(error) from None
        finally:
            os.close(self._handle)

    def append(self, checkpoint: Checkpoint) -> None:
        """Add it, durably, inside `adding()`; nothing if it is the last one already."""
        before = self.seen(checkpoint.origin)
        if before and bytes(before[-1].note) == bytes(checkpoint.note):
            return
        gap = b"\n" if os.fstat(self._handle).st_size else b""
        data = gap + bytes(checkpoint.note)
        if os.write(self._handle, data) != len(data):
            raise OSError(28, "only a part could be written")
        os.fsync(self._handle)

    def _failed(self, error: OSError) -> StateError:
        why = error.strerror or str(error)
        return StateError.make("KS0778", file=self.path, path=self.path, why=why)


def _records(data: bytes) -> Iterator[Checkpoint]:
    """A record ends with its last line of signature; the line after it is empty."""
    lines = data.splitlines(keepends=True)
    start = 0
    for at, line in enumerate(lines):
        following = lines[at + 1] if at + 1 < len(lines) else b""
        if line.startswith("\u2014 ".encode()) and not following.startswith("\u2014 ".encode()):
            yield Checkpoint.parse(b"".join(lines[start : at + 1]))
            if following not in (b"", b"\n"):
                raise BadNote("two checkpoints have no empty line between them")
            start = at + 2
    if start < len(lines):
        raise BadNote("its last checkpoint is not whole")
