"""A private copy of a state, to try on it what should not be tried on the state itself."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kestrel.runtime.backup import copy
from kestrel.runtime.errors import StateError
from kestrel.runtime.statefile import StateFile


@contextmanager
def rehearsal(state: StateFile) -> Iterator[tuple[StateFile, int]]:
    """A copy that may be changed, in a folder of its own, and gone afterwards; and its bytes. No
    program has it open, so none is asked. What its log says is not held against it.

    Raises:
        StateError: KS0708 the disk fails, KS0724 the copy is not sound.
    """
    with tempfile.TemporaryDirectory(prefix="kestrel-rehearsal-") as folder:
        path = Path(folder) / state.path.name
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        copy(state.path, path)
        size = path.stat().st_size
        with closing(StateFile(path, purpose="adopt")) as copied:
            found = copied.all("PRAGMA integrity_check")
            if found != [("ok",)]:
                raise StateError.make("KS0724", path=state.path, why=str(found[0][0]))
            yield copied, size
