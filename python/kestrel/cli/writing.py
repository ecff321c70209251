"""Writing the files that a command was asked for."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from kestrel.text.diagnostic import Diagnostic, KestrelError


def write_whole(path: str, data: bytes) -> None:
    """Put `data` at `path`, all of it or nothing: who reads the file never sees half of it.

    A file that is there keeps its mode, and a link goes on leading to it.

    Raises:
        KestrelError: KS0910, it cannot be written.
    """
    target = Path(path)
    try:
        if target.exists() and not target.is_file():  # /dev/stdout, a pipe
            target.write_bytes(data)
        else:
            _replace(Path(os.path.realpath(target)), data)
    except OSError as error:
        why = error.strerror or str(error)
        raise KestrelError([Diagnostic.make("KS0910", file=path, path=path, why=why)]) from None


def write_changed(path: str, data: bytes) -> bool:
    """As `write_whole`, but a file that has `data` already is not touched. Was it written?

    Raises:
        kestrel.KestrelError: KS0910, it cannot be written.
    """
    try:
        if Path(path).read_bytes() == data:
            return False
    except OSError:
        pass  # there is none, or it cannot be read: writing says what is wrong
    write_whole(path, data)
    return True


def _replace(target: Path, data: bytes) -> None:
    mode = _mode(target)
    handle, draft = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with open(handle, "wb") as file:
            file.write(data)
        os.chmod(draft, mode)
        os.replace(draft, target)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _mode(target: Path) -> int:
    try:
        return target.stat().st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
