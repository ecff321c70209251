"""Proofs as files, to be checked by whoever has the log's public key, without the log.

Inclusion is as in C2SP tlog-proof; `extra` holds the event's bytes, which the proof authenticates.
Consistency is as the request of C2SP tlog-witness, so that it can be given to a witness as it is.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from kestrel.runtime.tlog.checkpoint import Checkpoint
from kestrel.runtime.tlog.merkle import (
    EMPTY,
    HASH_SIZE,
    BadProof,
    check_consistency,
    leaf_hash,
    root_from_inclusion,
)
from kestrel.runtime.tlog.notes import LIMIT, BadNote, decode64, encode64

HEAD = "c2sp.org/tlog-proof@v1"
PROOF_LIMIT = (96 << 20) + LIMIT
"""Bytes of a proof: an event may hold whole documents, here in base64."""
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
MOST_HASHES = 63


class Inclusion(msgspec.Struct, frozen=True):
    """That the event with the bytes `body` is entry `index` of the log that `checkpoint` signs."""

    index: int
    body: bytes
    path: tuple[bytes, ...]
    checkpoint: Checkpoint

    def __bytes__(self) -> bytes:
        head = [HEAD, f"extra {encode64(self.body)}", f"index {self.index}"]
        return _written(head, self.path, self.checkpoint)

    @property
    def event(self) -> dict[str, Any]:
        fields: dict[str, Any] = msgspec.json.decode(self.body)
        return fields

    def check(self) -> None:
        """Raises BadProof where it does not lead to the checkpoint's root."""
        size = self.checkpoint.size
        root = root_from_inclusion(leaf_hash(self.body), self.index, size, self.path)
        if root != self.checkpoint.root:
            raise BadProof("it does not lead to the root that the checkpoint signs")
        if _event(self.body).get("seq") != self.index + 1:
            raise BadProof(f"entry {self.index} is not the event that has number {self.index + 1}")


class Consistency(msgspec.Struct, frozen=True):
    """That the log of `old` entries is the beginning of the one that `checkpoint` signs."""

    old: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint

    def __bytes__(self) -> bytes:
        return _written([f"old {self.old}"], self.path, self.checkpoint)

    def check(self, old: Checkpoint | None) -> None:
        """`old` is the earlier checkpoint, from elsewhere; None where there was nothing.

        Raises:
            BadProof: it does not show that the one came from the other.
        """
        size, root = (old.size, old.root) if old else (0, EMPTY)
        if size != self.old:
            raise BadProof(f"it begins with {self.old} events, and {size} were known")
        if old and old.origin != self.checkpoint.origin:
            raise BadProof(f"it is of the log {self.checkpoint.origin}, not of {old.origin}")
        new = self.checkpoint
        check_consistency(size, root, new.size, new.root, self.path)


def parse(data: bytes) -> Inclusion | Consistency:
    """Either kind, known by its first line.

    Raises:
        BadNote: it is neither, or not exactly what is written here.
    """
    if len(data) > PROOF_LIMIT:
        raise BadNote(f"it has more than {PROOF_LIMIT} bytes")
    head, mark, note = data.partition(b"\n\n")
    if not mark or not head.isascii():
        raise BadNote("it has no empty line before a checkpoint")
    lines = head.decode().split("\n")
    if lines[0] == HEAD:
        return _inclusion(lines[1:], Checkpoint.parse(note))
    return _consistency(lines, Checkpoint.parse(note))


def _inclusion(lines: list[str], checkpoint: Checkpoint) -> Inclusion:
    if len(lines) < 2 or not lines[0].startswith("extra "):
        raise BadNote("its second line is not `extra`, with the event's bytes")
    body = decode64(lines[0].removeprefix("extra "))
    return Inclusion(_number("index", lines[1]), body, _hashes(lines[2:]), checkpoint)


def _consistency(lines: list[str], checkpoint: Checkpoint) -> Consistency:
    return Consistency(_number("old", lines[0]), _hashes(lines[1:]), checkpoint)


def _number(word: str, line: str) -> int:
    said, _, digits = line.partition(" ")
    if said != word or not _NUMBER.fullmatch(digits):
        raise BadNote(f"`{word} N` is due where it says {line[:40]!r}")
    return int(digits)


def _hashes(lines: list[str]) -> tuple[bytes, ...]:
    if len(lines) > MOST_HASHES:
        raise BadNote(f"it has more than {MOST_HASHES} hashes")
    hashes = tuple(map(decode64, lines))
    if any(len(one) != HASH_SIZE for one in hashes):
        raise BadNote("a line that should be one is no SHA-256 hash")
    return hashes


def _written(head: list[str], path: tuple[bytes, ...], checkpoint: Checkpoint) -> bytes:
    lines = [*head, *map(encode64, path), ""]
    return "".join(f"{line}\n" for line in lines).encode() + bytes(checkpoint.note)


def _event(body: bytes) -> dict[str, Any]:
    try:
        fields = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadProof("what it proves is no event") from None
    return fields if isinstance(fields, dict) else {}
