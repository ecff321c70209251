"""Checkpoints (C2SP tlog-checkpoint): a note that says how many entries a log has, and their root.

    NAME/LOG-ID/EPOCH
    12
    base64(root of the Merkle tree)

NAME is that of the key. Log id and epoch are the state's, so that one key can sign for several
logs, and a state that was restored, whose history may be another, is another log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from kestrel.runtime.tlog.merkle import HASH_SIZE
from kestrel.runtime.tlog.notes import (
    LOG,
    WITNESS,
    BadNote,
    Note,
    PrivateKey,
    PublicKey,
    Signed,
    decode64,
    encode64,
)

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class Checkpoint(msgspec.Struct, frozen=True):
    """The three lines that matter, and the note that has them."""

    origin: str
    size: int
    root: bytes
    note: Note

    @classmethod
    def parse(cls, data: bytes) -> Checkpoint:
        """Raises BadNote: no signed note, or not one about a log."""
        note = Note.parse(data)
        return cls(*_read(note), note)

    @classmethod
    def sign(cls, key: PrivateKey, log: str, size: int, root: bytes) -> Checkpoint:
        """The state of the log `log` (its id and epoch), signed."""
        origin = f"{key.name}/{log}"
        text = f"{origin}\n{size}\n{encode64(root)}\n".encode()
        return cls(origin, size, root, Note(text, (key.sign(text),)))

    def cosign(self, key: PrivateKey, now: int) -> Checkpoint:
        """The same with the signature of `key`, which for a witness says when."""
        note = self.note.with_signature(key.sign(self.note.text, now))
        return msgspec.structs.replace(self, note=note)

    @property
    def log_id(self) -> str:
        """The log id that its origin names; empty where that is of another form."""
        parts = self.origin.split("/")
        return parts[-2] if len(parts) > 2 else ""

    def check_signed(self, keys: Iterable[PublicKey]) -> list[Signed]:
        """Who signed it: one of the log's keys among `keys`, and every witness among them.

        Raises:
            BadNote: somebody whose signature is asked for did not sign.
        """
        keys = tuple(keys)
        signed = self.note.signed_by(keys)
        signers = {one.key for one in signed}
        logs = [key for key in keys if key.type == LOG]
        if not logs:
            raise BadNote("no key of a log was given, and a witness does not speak for the log")
        if not signers.intersection(logs):
            raise BadNote(f"no signature is by {' or '.join(key.name for key in logs)}")
        missing = [key.name for key in keys if key.type == WITNESS and key not in signers]
        if missing:
            raise BadNote(f"no cosignature is by {' nor by '.join(missing)}")
        names = [key.name for key in logs if key in signers]
        if not any(f"{self.origin}/".startswith(f"{name}/") for name in names):
            raise BadNote(f"its log, {self.origin}, is not named after the key")
        return signed


def _read(note: Note) -> tuple[str, int, bytes]:
    lines = note.text.decode().split("\n")[:-1]
    if len(lines) < 3 or not all(lines):
        raise BadNote("a checkpoint has three lines: a log's name, its size, its root")
    if not _SIZE.fullmatch(lines[1]) or int(lines[1]) >= 1 << 63:
        raise BadNote("its second line is no size")
    root = decode64(lines[2])
    if len(root) != HASH_SIZE:
        raise BadNote("its third line is no SHA-256 hash")
    return lines[0], int(lines[1]), root
