"""The state file: one SQLite database, opened through apsw only.

Every writer starts with BEGIN IMMEDIATE, so no read is ever upgraded to a write; no transaction
outlives its `with` block; every pragma's answer is checked. One connection serves one process and
is guarded by one lock, which `kestrel.runtime.forking` takes around `fork`.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

import apsw

from kestrel.runtime.clock import SYSTEM, Clock
from kestrel.runtime.drafts import finish_creation
from kestrel.runtime.errors import OutcomeUnknown, StateError, StateLocked
from kestrel.runtime.place import check_file, check_parent
from kestrel.runtime.tables import APPLICATION_ID, FORMAT

Mode = Literal["write", "read"]
Purpose = Literal["use", "upgrade", "adopt"]
"""upgrade: also one of an older format; adopt: also that, and a copy, to be restored."""
Row = tuple[Any, ...]

BUSY_MS = 5000
JOURNAL_LIMIT = 4 << 20
PRAGMAS: tuple[tuple[str, str | int, str | int], ...] = (
    ("journal_mode", "wal", "wal"),
    ("synchronous", "full", 2),
    ("journal_size_limit", JOURNAL_LIMIT, JOURNAL_LIMIT),
    ("trusted_schema", "off", 0),
    ("foreign_keys", "on", 1),
)
"""Name, what is asked for, what must be the answer."""
SYNC_PRAGMAS = (("fullfsync", 1, 1), ("checkpoint_fullfsync", 1, 1))
"""On macOS fsync does not reach the disk; F_FULLFSYNC does."""
OBSERVER_PRAGMAS = (("query_only", "on", 1), ("trusted_schema", "off", 0))

DISK_ERRORS = (apsw.IOError, apsw.FullError, apsw.ReadOnlyError, apsw.CantOpenError)
DAMAGE = (apsw.CorruptError, apsw.FormatError, apsw.SQLError)
"""`SQLError`: a table that our statements name is not there."""

_abandoned: list[apsw.Connection] = []
"""Connections that a fork left to the child: closing them there would meddle with the parent's."""


class StateFile:
    """An open state file. `mode` "read" is an observer: it never writes nor waits for a writer."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        mode: Mode = "write",
        vfs: str = "",
        purpose: Purpose = "use",
        clock: Clock = SYSTEM,
    ) -> None:
        """Open an existing state.

        Raises:
            StateError: no state there, a bad place, another kind of file, another format, a copy.
        """
        self.path = Path(path)
        self.mode = mode
        self.lock = threading.RLock()
        self.broken = False
        self.clock = clock
        self._vfs = vfs
        self._purpose = purpose
        self._secret_key: bytes | None = None
        self.connection = self._open()

    # ---- opening

    def _open(self) -> apsw.Connection:
        finish_creation(self.path)
        status = check_file(self.path)
        check_parent(self.path)
        with explained(self.path):
            connection = self._connect()
            try:
                self._identify(connection)
                pragmas(connection, self.path, self.mode)
                self._refuse_copy(connection, status.st_ino)
            except BaseException:
                connection.close()
                raise
        return connection

    def _connect(self) -> apsw.Connection:
        if self.mode == "write":
            return connect(self.path, apsw.SQLITE_OPEN_READWRITE, self._vfs)
        try:
            connection = connect(self.path, apsw.SQLITE_OPEN_READONLY, self._vfs)
            connection.pragma("schema_version")
        except (apsw.CantOpenError, apsw.ReadOnlyError):
            return self._connect_unwritable()
        return connection

    def _connect_unwritable(self) -> apsw.Connection:
        """Where we may not write the log's index, SQLite reads a WAL database only as `immutable`;
        beside a log that holds something that would read half the truth, and is never done."""
        log = Path(f"{self.path}-wal")
        if log.exists() and log.stat().st_size:
            why = "its log holds changes, and cannot be read without write permission"
            raise StateError.make("KS0708", path=self.path, why=why)
        flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        uri = f"{self.path.absolute().as_uri()}?immutable=1"
        return connect(uri, flags, self._vfs)

    def _identify(self, connection: apsw.Connection) -> None:
        if connection.pragma("application_id") != APPLICATION_ID:
            raise StateError.make("KS0702", path=self.path, why="it is another program's database")
        found = int(connection.pragma("user_version"))
        if found > FORMAT:
            raise StateError.make("KS0703", path=self.path, found=found, known=FORMAT)
        if found < FORMAT and self._purpose == "use":
            raise StateError.make("KS0744", path=self.path, found=found, known=FORMAT)

    def _refuse_copy(self, connection: apsw.Connection, inode: int) -> None:
        if self.mode == "read" or self._purpose == "adopt":
            return
        home = connection.execute("SELECT value FROM meta WHERE key = 'inode'").fetchall()
        if home != [(inode,)]:
            raise StateError.make("KS0707", path=self.path)

    def close(self) -> None:
        with self.lock, explained(self.path):
            self.connection.close()

    def reopen(self) -> None:
        """A new connection: after a disk error, which closed the old one."""
        with self.lock:
            self.connection = self._open()
            self.broken = False

    def reopen_in_child(self) -> None:
        """After a fork: the inherited connection is left alone, never used nor closed."""
        _abandoned.append(self.connection)
        self.lock = threading.RLock()
        self.connection = self._open()

    # ---- transactions

    @contextmanager
    def writing(self, event_id: str = "") -> Iterator[StateFile]:
        """One write transaction: all of it, or nothing.

        Raises:
            StateError: moved away, read-only, or the disk fails before commit: nothing is written.
            StateLocked: another connection holds the write lock.
            OutcomeUnknown: the disk fails at commit; `event_id` names what was being written.
        """
        if self.mode == "read":
            raise StateError.make("KS0729", path=self.path)
        with self.lock:
            self.check_in_place()
            with explained(self.path):
                self.connection.execute("BEGIN IMMEDIATE")
            try:
                with explained(self.path):
                    yield self
            except BaseException:
                self._roll_back()
                raise
            self._commit(event_id)

    @contextmanager
    def reading(self) -> Iterator[StateFile]:
        """Several selects that see one state. Keep it short: it holds back the log's truncation."""
        with self.lock, explained(self.path):
            if self.connection.in_transaction:
                yield self
                return
            self.connection.execute("BEGIN")
            try:
                yield self
            finally:
                self._roll_back()

    def _commit(self, event_id: str) -> None:
        try:
            self.connection.execute("COMMIT")
        except apsw.FullError as error:
            # The log's commit frame is the last one written, so it cannot be there.
            self._roll_back()
            raise StateError.make("KS0708", path=self.path, why=plainly(error)) from None
        except apsw.Error:
            self._break()
            raise OutcomeUnknown.make("KS0709", event_id=event_id) from None

    def _roll_back(self) -> None:
        """Some errors have ended the transaction already; a dying disk may refuse even this."""
        try:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
        except apsw.Error:
            self._break()

    def _break(self) -> None:
        """No more of this connection, and no checkpoint on its way out."""
        self.broken = True
        with suppress(apsw.Error):
            self.connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
            self.connection.close(True)

    # ---- questions

    def all(self, sql: str, *values: object) -> list[Row]:
        with self.lock:
            try:
                return self.connection.execute(sql, values).fetchall()
            except (apsw.Error, UnicodeDecodeError):
                with explained(self.path):
                    raise

    def one(self, sql: str, *values: object) -> Row | None:
        rows = self.all(sql, *values)
        return rows[0] if rows else None

    def run(self, sql: str, *values: object) -> int:
        """Execute inside `writing()`; the number of rows changed."""
        self.connection.execute(sql, values)
        return self.connection.changes()

    def meta(self, key: str) -> Any:
        row = self.one("SELECT value FROM meta WHERE key = ?", key)
        if row is None:
            raise StateError.make("KS0724", path=self.path, why=f"it has no {key}")
        return row[0]

    @property
    def secret_key(self) -> bytes:
        """What digests of literal secrets are keyed with; it never leaves the file."""
        if self._secret_key is None:
            self._secret_key = bytes(self.meta("secret_key"))
        return self._secret_key

    def data_version(self) -> int:
        """Changes when another connection has committed (SQLite's `data_version`)."""
        with self.lock, explained(self.path):
            return int(self.connection.pragma("data_version"))

    def check_in_place(self) -> None:
        """A file moved over a live state would go on acknowledging into nowhere."""
        moved = ctypes.c_int(0)
        with self.lock, explained(self.path):
            address = ctypes.addressof(moved)
            self.connection.file_control("main", apsw.SQLITE_FCNTL_HAS_MOVED, address)
        if moved.value:
            raise StateError.make("KS0706", path=self.path)


def connect(path: Path | str, flags: int, vfs: str = "") -> apsw.Connection:
    connection = apsw.Connection(str(path), flags, vfs or None)
    connection.set_busy_timeout(BUSY_MS)
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    return connection


def pragmas(connection: apsw.Connection, path: Path, mode: Mode) -> None:
    """Set them all, and check that each took.

    Raises:
        StateError: one did not: the file system, or this SQLite, cannot give what we rely on.
    """
    rows: Sequence[tuple[str, str | int, str | int]] = OBSERVER_PRAGMAS
    if mode == "write":
        rows = PRAGMAS + (SYNC_PRAGMAS if sys.platform == "darwin" else ())
        keep = ctypes.c_int(1)
        connection.file_control("main", apsw.SQLITE_FCNTL_PERSIST_WAL, ctypes.addressof(keep))
    for name, value, wanted in rows:
        connection.pragma(name, value)
        answer = connection.pragma(name)
        if answer != wanted:
            why = f"SQLite answers {name} = {answer}, not {wanted}"
            raise StateError.make("KS0708", path=path, why=why)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """SQLite's errors as diagnostics; errors of ours (wrong SQL, wrong thread) pass through."""
    try:
        yield
    except apsw.BusyError:
        raise StateLocked.make("KS0727", path=path) from None
    except apsw.NotADBError as error:
        raise StateError.make("KS0702", path=path, why=plainly(error)) from None
    except (*DAMAGE, UnicodeDecodeError) as error:
        raise StateError.make("KS0724", path=path, why=plainly(error)) from None
    except DISK_ERRORS as error:
        raise StateError.make("KS0708", path=path, why=plainly(error)) from None
    except apsw.ConnectionClosedError:
        raise StateError.make("KS0708", path=path, why="the disk failed before") from None


def plainly(error: Exception) -> str:
    return str(error).partition(": ")[2] or str(error)
