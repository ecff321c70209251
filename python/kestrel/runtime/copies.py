"""A private copy of a state, to try on it what should not be tried on the state itself."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kestrel.runtime.backup import Backup, back_up
from kestrel.runtime.statefile import StateFile


@contextmanager
def rehearsal(state: StateFile) -> Iterator[tuple[StateFile, Backup]]:
    """A backup that may be changed, in a folder of its own, and gone afterwards; and what it holds.
    No program has it open, so none is asked.

    Raises:
        StateError: as `back_up` does.
    """
    with tempfile.TemporaryDirectory(prefix="kestrel-rehearsal-") as folder:
        path = Path(folder) / state.path.name
        made = back_up(state.path, path)
        with closing(StateFile(path, purpose="adopt")) as copied:
            yield copied, made
