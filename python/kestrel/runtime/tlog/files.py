"""Keys, checkpoints and proofs as files: what is wrong with one is a diagnostic that names it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from kestrel.runtime.errors import StateError
from kestrel.runtime.tlog import proofs
from kestrel.runtime.tlog.checkpoint import Checkpoint
from kestrel.runtime.tlog.merkle import BadProof
from kestrel.runtime.tlog.notes import LIMIT, PRIVATE, BadNote, PrivateKey, PublicKey
from kestrel.text.read import read_bytes

KEY_LIMIT = 4096
Read = TypeVar("Read")


def write_private_key(path: str, key: PrivateKey) -> None:
    """A new file that only its owner may read; an existing one is never written over.

    Raises:
        StateError: KS0770, it exists, or cannot be written.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with open(handle, "w", encoding="utf-8") as file:
            file.write(f"{key.text}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _bad_key(path, error.strerror or str(error)) from None


def read_private_key(path: str, kind: int) -> PrivateKey:
    """The key in a file that nobody but its owner may read.

    Raises:
        StateError: KS0770, it is open to others, no key, or not of this kind.
        UnreadableFile: it cannot be read.
    """
    text = read_bytes(path, KEY_LIMIT)
    _check_mode(path)
    try:
        key = PrivateKey.parse(text.decode("ascii", "replace").strip())
    except BadNote as error:
        raise _bad_key(path, str(error)) from None
    if key.type != kind:
        words = ("a log's", "a witness's") if key.type == 1 else ("a witness's", "a log's")
        raise _bad_key(path, f"it is {words[0]} key, and {words[1]} is needed")
    return key


def read_public_key(given: str) -> PublicKey:
    """A key as text, or the file that it stands in.

    Raises:
        StateError: KS0771, it is neither.
    """
    text = given
    if "+" not in given or os.path.exists(given):
        text = read_bytes(given, KEY_LIMIT).decode("utf-8", "replace")
    try:
        return PublicKey.parse(text.strip())
    except BadNote as error:
        shown = "a private key" if given.startswith(PRIVATE) else given
        raise StateError.make("KS0771", given=shown, why=error) from None


def read_checkpoint(path: str) -> Checkpoint:
    """Raises StateError (KS0772) if it is none, UnreadableFile if it cannot be read."""
    return _read(path, LIMIT, Checkpoint.parse)


def read_proof(path: str) -> proofs.Inclusion | proofs.Consistency:
    """Raises StateError (KS0772) if it is none, UnreadableFile if it cannot be read."""
    return _read(path, proofs.PROOF_LIMIT, proofs.parse)


def read_request(path: str) -> proofs.Consistency:
    """What a witness is asked: a proof of consistency, or a checkpoint for one that knows nothing.

    Raises:
        StateError: KS0772, it is neither.
    """
    return _read(path, proofs.PROOF_LIMIT, _request)


def _request(data: bytes) -> proofs.Consistency:
    if not data.startswith(b"old "):
        return proofs.Consistency(0, (), Checkpoint.parse(data))
    found = proofs.parse(data)
    assert isinstance(found, proofs.Consistency)
    return found


@contextmanager
def believing(path: str) -> Iterator[None]:
    """What is wrong with the signatures or hashes of a file, as a diagnostic.

    Raises:
        StateError: KS0773 a signature is missing or wrong, KS0776 a proof leads elsewhere.
    """
    try:
        yield
    except BadNote as error:
        raise StateError.make("KS0773", file=path, path=path, why=error) from None
    except BadProof as error:
        raise StateError.make("KS0776", file=path, path=path, why=error) from None


def _read(path: str, limit: int, parse: Callable[[bytes], Read]) -> Read:
    data = read_bytes(path, limit)
    try:
        return parse(data)
    except BadNote as error:
        raise StateError.make("KS0772", file=path, path=path, why=error) from None


def _check_mode(path: str) -> None:
    mode = os.stat(path).st_mode
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise _bad_key(path, f"its mode is {stat.S_IMODE(mode):04o}: others may read or write it")


def _bad_key(path: str, why: str) -> StateError:
    return StateError.make("KS0770", file=path, path=path, why=why)
