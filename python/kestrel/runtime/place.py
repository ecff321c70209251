"""Where a state file may lie: a regular file of one name, in a directory that only its owner
changes, on a file system whose locks work between processes.

Nothing here opens the file: closing any descriptor of a database drops the locks that SQLite holds
on it in this process (POSIX locks belong to the process, not to the descriptor).
"""

from __future__ import annotations

import os
import re
import stat
import sys
from pathlib import Path

from kestrel.runtime.errors import StateError

KINDS = (
    (stat.S_ISLNK, "it is a symbolic link"),
    (stat.S_ISDIR, "it is a directory"),
    (stat.S_ISFIFO, "it is a FIFO"),
    (stat.S_ISSOCK, "it is a socket"),
    (stat.S_ISCHR, "it is a device"),
    (stat.S_ISBLK, "it is a device"),
)
REMOTE = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse", "ceph", "afs", "glusterfs")
"""File systems whose locks or shared memory do not hold between hosts; `fuse` also as `fuse.x`."""


def check_parent(path: Path) -> None:
    """Refuse a directory that is missing, open to all, or on a remote file system."""
    folder = path.parent
    try:
        mode = folder.stat().st_mode
    except OSError as error:
        raise StateError.make("KS0708", path=path, why=error.strerror) from None
    if not stat.S_ISDIR(mode):
        raise StateError.make("KS0704", path=path, why=f"{folder} is not a directory")
    if mode & stat.S_IWOTH:
        why = f"everyone may write in {folder}; give the state a directory of its own"
        raise StateError.make("KS0704", path=path, why=why)
    kind = file_system(folder)
    if kind.split(".")[0] in REMOTE:
        why = f"its file system is {kind}, where locks between processes do not hold"
        raise StateError.make("KS0704", path=path, why=why)


def check_file(path: Path) -> os.stat_result:
    """Refuse what is not one regular file with one name; its status otherwise."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        raise StateError.make("KS0701", path=path) from None
    except OSError as error:
        raise StateError.make("KS0708", path=path, why=error.strerror) from None
    for is_kind, why in KINDS:
        if is_kind(status.st_mode):
            raise StateError.make("KS0704", path=path, why=why)
    if status.st_nlink > 1:
        why = f"it has {status.st_nlink} hard links, and SQLite keeps one log a name"
        raise StateError.make("KS0704", path=path, why=why)
    if str(path.absolute()) in _mounts():
        raise StateError.make("KS0704", path=path, why="the file itself is a mount point")
    if status.st_size == 0:
        raise StateError.make("KS0702", path=path, why="it is empty")
    return status


def file_system(folder: Path) -> str:
    """The kind of file system that `folder` is on; empty where the system does not say."""
    mounts = _mounts()
    for place in (folder.resolve(), *folder.resolve().parents):
        if str(place) in mounts:
            return mounts[str(place)]
    return ""


def _mounts() -> dict[str, str]:
    """Mount point to kind of file system, of this process; proc(5), `mountinfo`."""
    if not sys.platform.startswith("linux"):
        return {}
    try:
        lines = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return {}
    return dict(_mount(line) for line in lines)


def _mount(line: str) -> tuple[str, str]:
    before, _, after = line.partition(" - ")
    point = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), before.split(" ")[4])
    return point, after.split(" ")[0]
