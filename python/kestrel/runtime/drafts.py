"""A new file at a path: whole, or not at all. It is written under a draft's name beside it, which
becomes its name at the end; a draft that a dead process left is recognised by its name."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable
from pathlib import Path

from kestrel.runtime.errors import StateError
from kestrel.runtime.place import check_parent


def place_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Have `write` make a database at a draft's path, and give it the name `path`.

    Raises:
        StateError: KS0705 if there is something at `path` already, KS0704 a bad place, KS0708.
    """
    check_parent(path)
    if os.path.lexists(path):
        raise StateError.make("KS0705", path=path)
    draft = path.with_name(f".{path.name}.{os.urandom(6).hex()}.new")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        write(draft)
        os.link(draft, path)  # unlike a rename, fails if another process was first
    except FileExistsError:
        raise StateError.make("KS0705", path=path) from None
    except OSError as error:
        raise StateError.make("KS0708", path=path, why=error.strerror) from None
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(f"{draft}{suffix}").unlink(missing_ok=True)
    _sync_folder(path.parent)


def finish_creation(path: Path) -> None:
    """Drop the draft's name if the creator has not yet, or died before it could."""
    if path.is_symlink() or not path.exists() or path.stat().st_nlink == 1:
        return
    for draft in path.parent.glob(f".{glob.escape(path.name)}.*.new"):
        if draft.exists() and draft.samefile(path):
            draft.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """A new name is durable when its directory is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
