"""A private copy of a state, to try on it what should not be tried on the state itself."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import apsw

from kestrel.runtime.errors import StateError
from kestrel.runtime.statefile import StateFile, connect


def copy(state: StateFile, target: Path) -> int:
    """Copy an open state to `target`, where nothing is yet; the number of its pages.

    SQLite's backup reads one moment of the database, its log included, and holds up no writer.

    Raises:
        StateError: KS0708 the disk fails, KS0724 the copy is not sound.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with closing(connect(target, apsw.SQLITE_OPEN_READWRITE)) as connection:
            with connection.backup("main", state.connection, "main") as running:
                running.step()
                pages = int(running.page_count)
            found = connection.execute("PRAGMA integrity_check").fetchall()
    except apsw.Error as error:
        raise StateError.make("KS0708", path=target, why=str(error)) from None
    if found != [("ok",)]:
        raise StateError.make("KS0724", path=state.path, why=str(found[0][0]))
    return pages


@contextmanager
def rehearsal(state: StateFile) -> Iterator[tuple[StateFile, int]]:
    """A copy that may be changed, in a folder of its own, and gone afterwards; and its pages. No
    program has it open, so none is asked."""
    with tempfile.TemporaryDirectory(prefix="kestrel-rehearsal-") as folder:
        path = Path(folder) / state.path.name
        pages = copy(state, path)
        with closing(StateFile(path, adopt=True)) as copied:
            with copied.writing():
                copied.run("DELETE FROM replicas")
            yield copied, pages
