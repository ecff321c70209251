"""Files of a git revision, laid out in a temporary folder so that `use` finds its modules.

`git:REV:path` is as git has it: the path counts from the repository's root, or with `./` from here.
"""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import msgspec

from kestrel.data.files import split_name
from kestrel.text.diagnostic import Diagnostic, KestrelError
from kestrel.text.read import UnreadableFile

PREFIX = "git:"

_folders: list[tempfile.TemporaryDirectory[str]] = []
"""Kept until the process ends: sources are read again when a diagnostic is shown."""


def is_git(argument: str) -> bool:
    return argument.startswith(PREFIX)


def check_revision(argument: str) -> None:
    """Is there a revision that `git:REV` means? Raises UnreadableFile (KS0909)."""
    revision = argument.removeprefix(PREFIX)
    words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{tree}}")
    try:
        _git(argument, Path(), *words)
    except UnreadableFile:
        _git(argument, Path(), "rev-parse", "--show-toplevel")  # says it where there is no git
        raise _failure(argument, "there is no such revision") from None


def at_revision(argument: str, file: str) -> str:
    """A file of the working tree as it was in the revision that `git:REV` means."""
    return f"{argument}:./{os.path.relpath(file)}"


@contextmanager
def git_file(argument: str) -> Iterator[str]:
    """The path of a file that holds what `git:REV:path` does, its revision's `.ks` files around it;
    with `#NAME` where the argument has one.

    Diagnostics of errors raised inside name the files as the argument does.

    Raises:
        UnreadableFile: KS0909, git does not give it.
    """
    place, name = split_name(argument)
    revision, _, path = place.removeprefix(PREFIX).partition(":")
    if not revision or not path:
        raise _failure(argument, "write `git:REV:path`")
    root = Path(_git(argument, Path(), "rev-parse", "--show-toplevel").decode().rstrip("\n"))
    inside = _from_root(argument, path)
    folder = _lay_out(argument, root, revision, inside)
    try:
        yield str(folder / inside) if name is None else f"{folder / inside}#{name}"
    except KestrelError as error:
        error.diagnostics = tuple(_renamed(d, folder, revision) for d in error.diagnostics)
        raise


def in_git(argument: str) -> bool:
    """Does the revision of `git:REV:path` have that file?

    Raises:
        UnreadableFile: KS0909, there is no such revision, or no repository.
    """
    place, _ = split_name(argument)
    revision, _, path = place.removeprefix(PREFIX).partition(":")
    inside = _from_root(argument, path)
    root = Path(_git(argument, Path(), "rev-parse", "--show-toplevel").decode().rstrip("\n"))
    names = _git(argument, root, "ls-tree", "-r", "-z", "--name-only", "--end-of-options", revision)
    return inside in names.decode("utf-8", "surrogateescape").split("\0")


def _from_root(argument: str, path: str) -> str:
    if not path.startswith(("./", "../")):
        return path
    here = _git(argument, Path(), "rev-parse", "--show-prefix").decode().rstrip("\n")
    parts: list[str] = []
    for part in PurePosixPath(here, path).parts:
        if part == "..":
            parts = parts[:-1]
        else:
            parts.append(part)
    return "/".join(parts)


def _lay_out(argument: str, root: Path, revision: str, inside: str) -> Path:
    known = _git(argument, root, "ls-tree", "-r", "-z", "--name-only", "--end-of-options", revision)
    names = [n for n in known.decode("utf-8", "surrogateescape").split("\0") if n]
    if inside not in names:
        raise _failure(argument, f"{revision} has no file `{inside}`")
    wanted = [f":(literal){n}" for n in names if n.endswith(".ks") or n == inside]
    archive = _git(argument, root, "archive", "--format=tar", revision, "--", *wanted)
    held = tempfile.TemporaryDirectory(prefix="kestrel-git-")
    _folders.append(held)
    folder = Path(held.name)
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        for member in files:
            content = files.extractfile(member) if member.isreg() else None
            if content is not None and ".." not in PurePosixPath(member.name).parts:
                target = folder / member.name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())
    return folder


def _git(argument: str, folder: Path, *words: str) -> bytes:
    try:
        done = subprocess.run(
            ["git", *words], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except OSError as error:
        raise _failure(argument, f"git cannot be run: {error.strerror}") from None
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["it says nothing"]
        raise _failure(argument, lines[0].removeprefix("fatal: "))
    return done.stdout


def _renamed(diagnostic: Diagnostic, folder: Path, revision: str) -> Diagnostic:
    """Each source is renamed once; it is shared by the spans that point into it."""
    prefix, shown = f"{folder}/", f"{PREFIX}{revision}:"
    for span in (diagnostic.span, *(label.span for label in diagnostic.labels)):
        if span is not None:
            span.source.name = span.source.name.replace(prefix, shown)
    file = diagnostic.file and diagnostic.file.replace(prefix, shown)
    message = diagnostic.message.replace(prefix, shown)
    return msgspec.structs.replace(diagnostic, file=file, message=message)


def _failure(argument: str, why: str) -> UnreadableFile:
    return UnreadableFile([Diagnostic.make("KS0909", file=argument, argument=argument, why=why)])
