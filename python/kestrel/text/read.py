"""Reading files from outside, within bounds: nothing is opened that could block or never end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

from kestrel.text.diagnostic import Diagnostic, KestrelError
from kestrel.text.source import Source, Span

LIMIT = 64 << 20
"""Bytes of any file."""

YAML_LIMIT = 8 << 20
"""Bytes of a YAML file: its nodes cost more."""

KINDS = {
    stat.S_IFDIR: "directory",
    stat.S_IFIFO: "FIFO",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
}


class UnreadableFile(KestrelError):
    """A file that is missing, of the wrong kind, too large, or not text."""


def read_source(path: str | Path, limit: int = LIMIT) -> Source:
    """The text of a regular file; `path` as given is its display name.

    Raises:
        UnreadableFile: with one diagnostic of KS0801 to KS0805.
    """
    source = Source(str(path), read_bytes(path, limit))
    check_utf8(source)
    return source


def read_bytes(path: str | Path, limit: int = LIMIT) -> bytes:
    """The bytes of a regular file, at most `limit` of them.

    Raises:
        UnreadableFile: with one diagnostic of KS0801 to KS0804.
    """
    name = str(path)
    try:
        # O_NONBLOCK: opening a FIFO nobody writes to would wait for ever.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            return _read_regular(name, handle, limit)
        finally:
            os.close(handle)
    except FileNotFoundError:
        raise _failure("KS0801", name) from None
    except (OSError, ValueError) as error:
        raise _cannot_open(name, error) from None


def check_utf8(source: Source) -> None:
    """Raises UnreadableFile (KS0805) at the first byte that is not UTF-8."""
    try:
        source.data.decode()
    except UnicodeDecodeError as error:
        why = f"byte 0x{source.data[error.start]:02x}, {error.reason}"
        span = Span(source, error.start, error.end)
        raise UnreadableFile([Diagnostic.make("KS0805", span, why=why)]) from None


def _read_regular(name: str, handle: int, limit: int) -> bytes:
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        raise _failure("KS0802", name, kind=KINDS.get(stat.S_IFMT(mode), "special file"))
    chunks, room = [], limit + 1
    while room and (chunk := os.read(handle, min(room, 1 << 20))):
        chunks.append(chunk)
        room -= len(chunk)
    if not room:
        raise _failure("KS0803", name, limit=_as_size(limit))
    return b"".join(chunks)


def _cannot_open(name: str, error: OSError | ValueError) -> UnreadableFile:
    if isinstance(error, OSError) and error.errno == errno.ENXIO:
        return _failure("KS0802", name, kind="socket")
    why = error.strerror if isinstance(error, OSError) else str(error)
    return _failure("KS0804", name, why=why)


def _as_size(count: int) -> str:
    return f"{count >> 20} MiB" if count >= 1 << 20 else f"{count} bytes"


def _failure(code: str, name: str, **values: Any) -> UnreadableFile:
    return UnreadableFile([Diagnostic.make(code, file=name, path=name, **values)])
