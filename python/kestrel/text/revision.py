"""Files as they were: `git:REV:PATH` names the file PATH in the revision REV of a repository.

As with git itself, PATH counts from the top of the repository, and `./PATH` from the
working folder.
"""

from __future__ import annotations

import subprocess

PREFIX = "git:"


class NoSuchRevision(Exception):
    """Why there are no bytes: git's own words."""


def is_revision(name: str) -> bool:
    return name.startswith(PREFIX)


def read_revision(name: str, limit: int) -> bytes:
    """The bytes of the file, at most `limit` and one more.

    Raises:
        NoSuchRevision: no such revision or path, or no git.
    """
    revision = name.removeprefix(PREFIX)
    if revision.startswith("-") or ":" not in revision:
        raise NoSuchRevision("a revision is written `git:REV:PATH`")
    # cat-file runs no filter, converter or pager that the repository's settings name.
    command = ["git", "cat-file", "blob", revision]
    try:
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as git:
            return _output(git, limit)
    except FileNotFoundError:
        raise NoSuchRevision("git is not installed") from None


def _output(git: subprocess.Popen[bytes], limit: int) -> bytes:
    assert git.stdout is not None
    assert git.stderr is not None
    data = git.stdout.read(limit + 1)
    if len(data) > limit:
        git.kill()
        return data
    words = git.stderr.read(4096).decode("utf-8", "replace").strip()
    if git.wait() != 0:
        raise NoSuchRevision(
            words.removeprefix("fatal: ").splitlines()[0] if words else "git failed"
        )
    return data
