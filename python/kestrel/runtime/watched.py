"""A config file that is watched: which files it is made of, whether they have changed or are being
written, and what they say.

The file is named as users know it, and may stand behind symbolic links: a Kubernetes volume points
`app.yaml` to `..data/app.yaml`, and `..data` to a folder that is swapped as a whole. Its path is
resolved once a reading, so that all that it uses comes from the same folder.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from kestrel import _core
from kestrel.data.files import is_ks, split_name
from kestrel.data.module import Module
from kestrel.data.schema import Schema
from kestrel.text.diagnostic import Diagnostic, InvalidConfig, KestrelError

LINKS = 40
"""As many symbolic links are followed as Linux does (path_resolution(7))."""

Print = tuple[tuple[str, str, int, int, int, int, int], ...]
"""Of each file: its name, where that leads, device, inode, size, and when it was changed."""


class Reading(msgspec.Struct, frozen=True):
    """One reading: the config or what is wrong with it, and the files that it was made of."""

    snapshot: _core.Snapshot | None
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[str, ...]


def read(argument: str, schema: Schema | None) -> Reading:
    """What `FILE` or `FILE.ks#NAME` says now; data files are read by `schema`."""
    file, name = split_name(argument)
    real = os.path.realpath(file)
    files = [file, real]
    try:
        if not is_ks(real):
            return Reading(_data(real, schema), (), tuple(files))
        module = Module.load(real)
        files += module.file.module.sources
        return Reading(module.config(name), (), tuple(dict.fromkeys(files)))
    except KestrelError as error:
        files += [d.file for d in error.diagnostics if d.file]
        return Reading(None, error.diagnostics, tuple(dict.fromkeys(files)))


def _data(path: str, schema: Schema | None) -> _core.Snapshot:
    if schema is None:
        raise InvalidConfig([Diagnostic.make("KS0906", file=path)])
    return schema.load(path)


def fingerprint(files: tuple[str, ...]) -> Print:
    """Changes when one of the files does, or leads elsewhere; a file that is missing has zeroes."""
    return tuple(_print(file) for file in files)


def _print(file: str) -> tuple[str, str, int, int, int, int, int]:
    try:
        found = os.stat(file)
    except OSError:
        return file, "", 0, 0, 0, 0, 0
    where = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    return file, os.path.realpath(file), *where


def folders(files: tuple[str, ...]) -> tuple[str, ...]:
    """The folders to watch: where each file's name stands, and each link on the way to it. A
    folder that is missing is stood for by the nearest above it."""
    found: dict[str, None] = {}
    for file in files:
        with suppress(OSError):  # a link that goes just now: whatever took its place wakes us
            for place in _way(os.path.abspath(file)):
                found[os.path.realpath(_existing(os.path.dirname(place)))] = None
    return tuple(found)


def _way(path: str) -> Iterator[str]:
    """The path, and all that links on it lead to."""
    for _ in range(LINKS):
        yield path
        link = _first_link(path)
        if link is None:
            return
        yield link
        to = os.path.join(os.path.dirname(link), os.readlink(link))
        path = os.path.normpath(to) + path[len(link) :]


def _first_link(path: str) -> str | None:
    """The first part of a path, from the root on, that is a symbolic link."""
    parents = [*reversed(Path(path).parents), Path(path)]
    return next((str(part) for part in parents if part.is_symlink()), None)


def _existing(folder: str) -> str:
    while not os.path.isdir(folder) and folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
    return folder


def is_being_written(files: tuple[str, ...]) -> bool:
    """Does somebody have one of the files open for writing? Only Linux tells, and only of files
    that are our own; elsewhere a file is taken for whole once it has been quiet."""
    return sys.platform == "linux" and any(_has_writer(file) for file in files)


def _has_writer(file: str) -> bool:
    """fcntl(2), F_SETLEASE: a read lease is to be had only of a file without writers. If one comes
    in the moment while we hold it, the kernel tells us; SIGURG, unlike SIGIO, is then ignored."""
    import fcntl

    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        os.close(descriptor)
    return False
