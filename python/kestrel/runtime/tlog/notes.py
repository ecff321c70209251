"""Signed notes (C2SP signed-note) and their Ed25519 keys.

A note is text, an empty line, and a line for each signature:

    — NAME base64(key id || signature)        id = SHA-256(NAME || 0x0A || type || public key)[:4]

Type 0x01 signs the text; type 0x04 is a witness's cosignature, which signs the time as well (C2SP
tlog-cosignature). A public key is written `NAME+id+base64(type || key)`, a private one with
`PRIVATE+KEY+` before it and the seed (RFC 8032) in the key's place, as Go's tools have it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import msgspec

LOG = 0x01
WITNESS = 0x04
TYPES = {LOG: "log", WITNESS: "witness"}
"""Signature types that are known here, and whose key each is."""

LIMIT = 1 << 20
"""Bytes of a note; a checkpoint has a few hundred."""
MOST_SIGNATURES = 64
PRIVATE = "PRIVATE+KEY+"
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")
_KEY = re.compile(
    r"(?P<name>[^\s+\x00-\x1f\x7f]+)\+(?P<id>[0-9a-f]{8})\+(?P<data>[A-Za-z0-9+/]+=*)"
)
_LINE = re.compile(r"\u2014 (?P<name>[^\s+\x00-\x1f\x7f]+) (?P<data>[A-Za-z0-9+/]+=*)")
_TIME = 8
_SIGNATURE = 64


class BadNote(Exception):
    """Text that is no note, no key, or a note that is not signed as it should be; and why."""


class PublicKey(msgspec.Struct, frozen=True):
    """`data` are the 32 bytes of RFC 8032."""

    name: str
    type: int
    data: bytes

    @classmethod
    def parse(cls, text: str) -> PublicKey:
        """Raises BadNote if it is not `NAME+id+base64`, with the id that belongs to it."""
        name, key_id, kind, data = _split_key(text)
        key = cls(name, kind, data)
        if key.id.hex() != key_id:
            raise BadNote("its id does not belong to its name and key")
        return key

    @property
    def id(self) -> bytes:
        said = self.name.encode() + b"\n" + bytes([self.type]) + self.data
        return sha256(said).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encode64(bytes([self.type]) + self.data)}"

    def verify(self, text: bytes, signature: bytes) -> bool:
        """Did this key sign the note's text? `signature` has a time before it if a witness's."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        time, bare = b"", signature
        if self.type == WITNESS:
            time, bare = signature[:_TIME], signature[_TIME:]
        if len(bare) != _SIGNATURE or len(signature) - len(bare) != len(time):
            return False
        try:
            key = Ed25519PublicKey.from_public_bytes(self.data)
            key.verify(bare, _signed(text, time))
        except (InvalidSignature, ValueError):
            return False
        return True


class PrivateKey(msgspec.Struct, frozen=True):
    """Who holds this may sign. Its text form is for a file that nobody else may read."""

    name: str
    type: int
    seed: bytes

    def __repr__(self) -> str:
        return f"PrivateKey({self.name!r}, type={self.type}, seed=…)"

    @classmethod
    def make(cls, name: str, kind: int) -> PrivateKey:
        """A new key. Raises BadNote if it cannot have this name."""
        import secrets

        if not _NAME.fullmatch(name):
            raise BadNote("a key's name has no space, no `+` and no control character")
        return cls(name, kind, secrets.token_bytes(32))

    @classmethod
    def parse(cls, text: str) -> PrivateKey:
        """Raises BadNote, which never quotes what it was given."""
        if not text.startswith(PRIVATE):
            raise BadNote(f"it does not begin with `{PRIVATE}`")
        name, key_id, kind, seed = _split_key(text.removeprefix(PRIVATE))
        key = cls(name, kind, seed)
        if key.public.id.hex() != key_id:
            raise BadNote("its id does not belong to its name and key")
        return key

    @property
    def text(self) -> str:
        data = encode64(bytes([self.type]) + self.seed)
        return f"{PRIVATE}{self.name}+{self.public.id.hex()}+{data}"

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.name, self.type, self._key().public_key().public_bytes_raw())

    def sign(self, text: bytes, now: int = 0) -> Signature:
        """Sign a note's text; a witness also signs the time `now`, in seconds since 1970."""
        time = now.to_bytes(_TIME, "big") if self.type == WITNESS else b""
        made = time + self._key().sign(_signed(text, time))
        return Signature(self.name, self.public.id, made)

    def _key(self) -> Any:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed)


class Signature(msgspec.Struct, frozen=True):
    """One line of signature: whose it says to be, and its bytes."""

    name: str
    key_id: bytes
    data: bytes

    @property
    def line(self) -> str:
        return f"\u2014 {self.name} {encode64(self.key_id + self.data)}\n"


class Signed(msgspec.Struct, frozen=True):
    """A key that signed a note; `time`, in seconds since 1970, where it is a witness's."""

    key: PublicKey
    time: int | None = None


class Note(msgspec.Struct, frozen=True):
    """`text` ends in a newline. Nothing in it may be believed before `signed_by` says who did."""

    text: bytes
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, data: bytes) -> Note:
        """Raises BadNote if it is not exactly what `bytes(note)` writes."""
        shown = _note_text(data)
        text, mark, rest = shown.rpartition("\n\n")
        if not mark or not rest.endswith("\n"):
            raise BadNote("it has no signature")
        lines = rest[:-1].split("\n")
        if len(lines) > MOST_SIGNATURES:
            raise BadNote(f"it has more than {MOST_SIGNATURES} signatures")
        return cls(f"{text}\n".encode(), tuple(map(_signature, lines)))

    def __bytes__(self) -> bytes:
        return self.text + b"\n" + "".join(s.line for s in self.signatures).encode()

    def with_signature(self, signature: Signature) -> Note:
        """The same note, signed once more; a signature that is there already is not repeated."""
        if signature in self.signatures:
            return self
        return Note(self.text, (*self.signatures, signature))

    def signed_by(self, keys: Iterable[PublicKey]) -> list[Signed]:
        """Which of `keys` signed it; signatures of other keys are passed over.

        Raises:
            BadNote: a signature that one of `keys` is named for is not its own.
        """
        found = []
        known = {(key.name, key.id): key for key in keys}
        for signature in self.signatures:
            key = known.get((signature.name, signature.key_id))
            if key is None:
                continue
            if not key.verify(self.text, signature.data):
                raise BadNote(f"the signature of {key.name} is not for this text")
            time = int.from_bytes(signature.data[:_TIME], "big") if key.type == WITNESS else None
            found.append(Signed(key, time))
        return found


def encode64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def decode64(text: str) -> bytes:
    """Only what `encode64` writes: padding bits that are not zero are refused.

    Raises:
        BadNote: it is no base64.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("it is not base64") from None
    if encode64(data) != text:
        raise BadNote("it is not base64 in its one form")
    return data


def _signed(text: bytes, time: bytes) -> bytes:
    """What is signed: the text, and before it the time of a cosignature."""
    if not time:
        return text
    return f"cosignature/v1\ntime {int.from_bytes(time, 'big')}\n".encode() + text


def _split_key(text: str) -> tuple[str, str, int, bytes]:
    """Name, id, type, and the 32 bytes of a key's text form."""
    match = _KEY.fullmatch(text)
    if match is None:
        raise BadNote("it is not `NAME+id+base64`")
    data = decode64(match["data"])
    if len(data) != 33 or data[0] not in TYPES:
        raise BadNote("it is no Ed25519 key of a log (type 1) or a witness (type 4)")
    return match["name"], match["id"], data[0], data[1:]


def _note_text(data: bytes) -> str:
    if len(data) > LIMIT:
        raise BadNote(f"it has more than {LIMIT} bytes")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise BadNote("it is not UTF-8") from None
    if any(char < " " and char != "\n" for char in text):
        raise BadNote("it has a control character")
    return text


def _signature(line: str) -> Signature:
    match = _LINE.fullmatch(line)
    if match is None:
        raise BadNote("a line after the empty one is no signature")
    data = decode64(match["data"])
    if len(data) < 5:
        raise BadNote("a signature is too short")
    return Signature(match["name"], data[:4], data[4:])
