"""A disk that fails at one chosen operation: an apsw VFS between SQLite and the real one.

An operation is one call of SQLite's that the disk serves: an open, read, write, truncation, sync or
deletion. They are counted, so that a fault can be put at each in turn. What was written and not yet
synced is remembered; a power cut leaves some of it, in pieces of a sector, and forgets the rest.
"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

NAME = "kestrel-faults"
SECTOR = 512

Failure = type[apsw.Error]


class Fault:
    """What happens at the operation: `error` is raised, after half of a write where it is `short`.

    `lasting`: and at all that follow. `cut`: the machine is off from then on; `kill`: the process.
    """

    def __init__(
        self,
        error: Failure = apsw.IOError,
        short: bool = False,
        lasting: bool = False,
        cut: bool = False,
        kill: bool = False,
    ) -> None:
        self.error, self.short, self.lasting, self.cut, self.kill = error, short, lasting, cut, kill


FAULTS = {
    "EIO once": Fault(),
    "EIO from then on": Fault(lasting=True),
    "ENOSPC once": Fault(apsw.FullError),
    "ENOSPC from then on": Fault(apsw.FullError, lasting=True),
    "short write, ENOSPC": Fault(apsw.FullError, short=True),
    "short write, EIO": Fault(short=True),
    "power cut": Fault(cut=True, lasting=True),
    "power cut in a write": Fault(cut=True, lasting=True, short=True),
}
KILL = Fault(kill=True)
WRITING = ("write", "open")
"""Operations that need space: others do not fail with ENOSPC."""


class Content:
    """One file, known by its inode: what is on the disk for sure, and what was written since."""

    def __init__(self, path: str) -> None:
        self.durable = bytearray(Path(path).read_bytes())
        self.since: list[tuple[int, bytes | None]] = []

    def sync(self) -> None:
        for one in self.since:
            apply(self.durable, *one)
        self.since.clear()

    def after_power_cut(self, chance: random.Random) -> bytes:
        """The durable part, and of the rest each sector or not, by chance."""
        image = bytearray(self.durable)
        share = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        for offset, data in self.since:
            if data is None:
                if chance.random() < share:
                    apply(image, offset, None)
                continue
            for at in range(0, len(data), SECTOR):
                if chance.random() < share:
                    apply(image, offset + at, data[at : at + SECTOR])
        return bytes(image)


def apply(image: bytearray, offset: int, data: bytes | None) -> None:
    """A write, or with no data a truncation."""
    if data is None:
        del image[offset:]
        return
    if len(image) < offset:
        image.extend(bytes(offset - len(image)))
    image[offset : offset + len(data)] = data


class Disk(apsw.VFS):
    """The default VFS while it is in use (`disk()`)."""

    def __init__(self) -> None:
        self.real = apsw.vfs_names()[0]
        super().__init__(NAME, self.real, makedefault=True)
        self.contents: dict[int, Content] = {}
        self.obey()

    def obey(self) -> None:
        """No fault from now on."""
        self.fault: Fault | None = None
        self.at = 0
        self.count = 0
        self.struck = False
        self.is_off = False

    def fail(self, fault: Fault, at: int) -> None:
        """The operation number `at` from now on, counted from 1, is struck."""
        self.obey()
        self.fault, self.at = fault, at

    def asked(self, operation: str) -> Fault | None:
        """Count an operation; the fault that strikes it."""
        self.count += 1
        fault = self.fault
        if fault is None or self.count < self.at or (self.struck and not fault.lasting):
            return None
        if fault.error is apsw.FullError and operation not in WRITING:
            return None
        self.struck = True
        self.is_off = fault.cut
        if fault.kill:
            os.kill(os.getpid(), signal.SIGKILL)
        return fault

    def meet(self, operation: str) -> None:
        if fault := self.asked(operation):
            raise fault.error(f"told to, at {operation} {self.count}")

    def content(self, path: str) -> Content:
        inode = os.stat(path).st_ino
        if inode not in self.contents:  # reading it later would drop SQLite's locks on it
            self.contents[inode] = Content(path)
        return self.contents[inode]

    # ---- what SQLite calls

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> File:  # noqa: N802
        self.meet("open")
        return File(self, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        self.meet("delete")
        if os.path.exists(filename):  # what comes next may get its inode
            self.contents.pop(os.stat(filename).st_ino, None)
        super().xDelete(filename, syncdir)

    # ---- a power cut

    def lose_power(self, folder: Path, chance: random.Random) -> None:
        """Put what a power cut leaves into the files of `folder`, which nobody has open."""
        for path in folder.iterdir():
            known = self.contents.get(path.stat().st_ino)
            if known is not None and path.is_file():
                path.write_bytes(known.after_power_cut(chance))
        for path in folder.glob("*-shm"):
            path.unlink()
        self.contents.clear()
        self.obey()


class File(apsw.VFSFile):
    """One open file of a disk."""

    def __init__(self, disk: Disk, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        super().__init__(disk.real, name, flags)
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self.disk = disk
        self.content = disk.content(path) if path else None
        self.read_only = bool(flags[1] & apsw.SQLITE_OPEN_READONLY)

    def xLock(self, level: int) -> None:  # noqa: N802
        if self.read_only and level == apsw.SQLITE_LOCK_EXCLUSIVE:
            raise apsw.BusyError("no such lock through a descriptor that only reads")
        super().xLock(level)

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        self.disk.meet("read")
        return super().xRead(amount, offset)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        fault = self.disk.asked("write")
        if fault is None:
            self._write(bytes(data), offset)
            return
        if fault.short and self.disk.count == self.disk.at:
            self._write(bytes(data[: len(data) // 2]), offset)
        raise fault.error(f"told to, at write {self.disk.count}")

    def _write(self, data: bytes, offset: int) -> None:
        super().xWrite(data, offset)
        if self.content:
            self.content.since.append((offset, data))

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self.disk.meet("truncate")
        super().xTruncate(size)
        if self.content:
            self.content.since.append((size, None))

    def xSync(self, flags: int) -> None:  # noqa: N802
        self.disk.meet("sync")
        super().xSync(flags)
        if self.content:
            self.content.sync()


@contextmanager
def disk() -> Iterator[Disk]:
    """Every state that is opened meanwhile lies on this disk."""
    made = Disk()
    try:
        yield made
    finally:
        made.unregister()
