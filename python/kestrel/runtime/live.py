"""Who is alive: kernel locks on files in the folder `NAME.live` beside the state.

A lock ends with the process that holds it, however it ends; process ids and clocks say nothing
across containers. Each replica also has a FIFO there: a byte in it means "look at the state".
A FIFO and not a socket, because the path of a Unix socket may not be longer than 107 bytes.
"""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
import select
from pathlib import Path

COUNTER = "generation"
"""Eight bytes, mapped: changes with each commit. A hint that the state has something new."""
COUNTER_SIZE = 8


class Lock:
    """An exclusive lock on a file, held until `release` or the end of the process."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    @classmethod
    def take(cls, path: Path) -> Lock | None:
        """None if another holds it."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return cls(path, descriptor)

    def write(self, text: str) -> None:
        """Leave a note in the file, for those who find it locked."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, text.encode("utf-8", "backslashreplace"), 0)

    def in_place(self) -> bool:
        """Is the file that we lock still the one that others find under this name?"""
        try:
            return os.path.samestat(os.fstat(self._descriptor), self.path.stat())
        except OSError:
            return False

    def release(self) -> None:
        """The lock ends. In a forked child: only its share of the lock, the parent keeps it."""
        os.close(self._descriptor)


def held(path: Path) -> bool:
    """Does a live process hold the lock on `path`?"""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


class Bell:
    """A FIFO that others ring."""

    def __init__(self, path: Path) -> None:
        self.path = path
        os.mkfifo(path, 0o600)
        self._descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK)

    def wait(self, seconds: float) -> bool:
        """True if it rang within the time."""
        ready, _, _ = select.select([self._descriptor], [], [], max(seconds, 0))
        if ready:
            os.read(self._descriptor, 4096)
        return bool(ready)

    def ring(self) -> None:
        ring(self.path)

    def close(self) -> None:
        self.path.unlink(missing_ok=True)
        os.close(self._descriptor)

    def abandon(self) -> None:
        """In a forked child: it is the parent's."""
        os.close(self._descriptor)


def ring(path: Path) -> None:
    """Wake whoever waits at `path`; nothing if nobody does, or it rings already."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in (errno.ENXIO, errno.ENOENT):
            return
        raise
    try:
        os.write(descriptor, b"!")
    except (BlockingIOError, BrokenPipeError):
        pass
    finally:
        os.close(descriptor)


class Folder:
    """The folder beside a state, and the names in it."""

    def __init__(self, state: Path) -> None:
        self.path = state.with_name(f"{state.name}.live")

    def make(self) -> None:
        self.path.mkdir(mode=0o700, exist_ok=True)

    def lock(self, replica: str) -> Path:
        return self.path / f"{replica}.lock"

    def bell(self, replica: str) -> Path:
        return self.path / f"{replica}.bell"

    @property
    def coordinator(self) -> Path:
        return self.path / "coordinator.lock"

    def is_live(self, replica: str) -> bool:
        return held(self.lock(replica))

    def is_coordinated(self) -> bool:
        return held(self.coordinator)

    def ring_coordinator(self) -> None:
        ring(self.bell("coordinator"))

    def ring_all(self) -> None:
        """Wake every replica."""
        for entry in os.scandir(self.path):
            if entry.name.endswith(".bell") and entry.name != "coordinator.bell":
                ring(Path(entry.path))

    def forget(self, replica: str) -> None:
        self.lock(replica).unlink(missing_ok=True)
        self.bell(replica).unlink(missing_ok=True)

    def strays(self, known: set[str]) -> list[str]:
        """Replicas with files here that the state does not know of, and that are dead."""
        names = {entry.name.partition(".")[0] for entry in os.scandir(self.path)}
        others = names - known - {"coordinator", COUNTER}
        return [name for name in others if not self.is_live(name)]


class Counter:
    """The mapped counter. `value` costs one memory read."""

    def __init__(self, folder: Folder, writable: bool = True) -> None:
        path = folder.path / COUNTER
        flags = os.O_RDWR | os.O_CREAT if writable else os.O_RDONLY
        descriptor = os.open(path, flags, 0o600)
        try:
            if writable and os.fstat(descriptor).st_size < COUNTER_SIZE:
                os.ftruncate(descriptor, COUNTER_SIZE)
            access = mmap.ACCESS_WRITE if writable else mmap.ACCESS_READ
            self._map = mmap.mmap(descriptor, COUNTER_SIZE, access=access)
        finally:
            os.close(descriptor)
        self.cells = memoryview(self._map).cast("Q")

    @property
    def value(self) -> int:
        return int(self.cells[0])

    def publish(self, generation: int) -> None:
        self.cells[0] = generation

    def close(self) -> None:
        self.cells.release()
        self._map.close()
