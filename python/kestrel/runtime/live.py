"""Who is alive: kernel locks on files in the folder `NAME.live` beside the state.

A lock ends with the process that holds it, however it ends; process ids and clocks say nothing
across containers. Each replica also has a FIFO there: a byte in it means "look at the state".
A FIFO and not a socket, because the path of a Unix socket may not be longer than 107 bytes.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import select
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kestrel.runtime.errors import StateError

COUNTER = "generation"
"""Eight bytes, mapped: changes with each commit. A hint that the state has something new."""
COUNTER_SIZE = 8
NOTE_SIZE = 256


@contextmanager
def _explained() -> Iterator[None]:
    """What the operating system refuses, as a diagnostic."""
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise StateError.make("KS0708", path=error.filename, why=why) from None


class Lock:
    """An exclusive lock on a file, held until `release` or the end of the process."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    @classmethod
    @_explained()
    def take(cls, path: Path) -> Lock | None:
        """None if another holds it."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        _share(descriptor, path)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return cls(path, descriptor)

    def write(self, text: str) -> None:
        """Leave a note in the file, for those who find it locked."""
        note = text.encode("utf-8", "backslashreplace")[:NOTE_SIZE]
        with suppress(OSError):  # a full disk: others learn less
            os.pwrite(self._descriptor, note.ljust(NOTE_SIZE), 0)

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
    """Does a live process hold the lock on `path`? Where we may not look, we take it for alive."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


class Bell:
    """A FIFO that others ring."""

    @_explained()
    def __init__(self, path: Path) -> None:
        self.path = path
        os.mkfifo(path, 0o600)
        self._descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        _share(self._descriptor, path)

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
    """Wake whoever waits at `path`; nothing if nobody does, or it rings already. Whoever does not
    hear it looks by himself a little later."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        try:
            os.write(descriptor, b"!")
        finally:
            os.close(descriptor)


class Folder:
    """The folder beside a state, and the names in it."""

    def __init__(self, state: Path) -> None:
        self.path = state.with_name(f"{state.name}.live")

    @_explained()
    def make(self) -> None:
        """Made by whoever comes first, and used by all who may use the state."""
        if _is_shared(self.path):
            return
        self.path.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            _share(descriptor, self.path)
        finally:
            os.close(descriptor)

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

    def ring_all(self, but: str = "") -> None:
        """Wake every replica but one."""
        for entry in self._entries():
            name, _, kind = entry.name.partition(".")
            if kind == "bell" and name not in ("coordinator", but):
                ring(Path(entry.path))

    def forget(self, replica: str) -> None:
        self.lock(replica).unlink(missing_ok=True)
        self.bell(replica).unlink(missing_ok=True)

    def strays(self, known: set[str]) -> list[str]:
        """Replicas with files here that the state does not know of, and that are dead."""
        names = {entry.name.partition(".")[0] for entry in self._entries()}
        others = names - known - {"coordinator", COUNTER}
        return [name for name in others if not self.is_live(name)]

    def _entries(self) -> list[os.DirEntry[str]]:
        try:
            return list(os.scandir(self.path))
        except OSError:  # removed by somebody; replicas make it again
            return []


def _share(descriptor: int, path: Path) -> None:
    """Give a new file in the folder, or the folder, the owner and permissions of the state: root
    may be the first to touch a state whose programs run as somebody else."""
    state, own = _state_of(path).stat(), os.fstat(descriptor)
    if own.st_uid != os.geteuid():
        return
    mode = _mode(path, state)
    if stat.S_IMODE(own.st_mode) != mode:
        os.fchmod(descriptor, mode)
    if os.geteuid() == 0 and (own.st_uid, own.st_gid) != (state.st_uid, state.st_gid):
        os.fchown(descriptor, state.st_uid, state.st_gid)


def _is_shared(folder: Path) -> bool:
    """Is it there, and as `_share` leaves it?"""
    try:
        state, own = _state_of(folder).stat(), folder.lstat()
    except OSError:
        return False
    shares = (own.st_uid, own.st_gid) == (state.st_uid, state.st_gid) or os.geteuid() != 0
    return own.st_mode == stat.S_IFDIR | _mode(folder, state) and shares


def _state_of(path: Path) -> Path:
    folder = path if path.suffix == ".live" else path.parent
    return folder.with_suffix("")


def _mode(path: Path, state: os.stat_result) -> int:
    """Of a folder: whoever may read may also look inside."""
    mode = stat.S_IMODE(state.st_mode)
    return mode | (mode & 0o444) >> 2 if path.suffix == ".live" else mode


class Counter:
    """The mapped counter. `value` costs one memory read."""

    @_explained()
    def __init__(self, folder: Folder, writable: bool = True) -> None:
        path = folder.path / COUNTER
        flags = os.O_RDWR | os.O_CREAT if writable else os.O_RDONLY
        descriptor = os.open(path, flags, 0o600)
        try:
            if writable:
                _share(descriptor, path)
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
