"""Who a change is: digests over both its ends, and the audit id derived from them."""

from __future__ import annotations

import hashlib
import uuid

import msgspec

CHANGE_TAG = b"kestrel.change.v1\n"
PLAN_TAG = b"kestrel.plan.v1\n"


class Side(msgspec.Struct, frozen=True):
    """One end of a change: digests of the schema and of the document."""

    schema: str
    document: str


def change_digest(base: Side, target: Side) -> str:
    """What changes, whoever asks, wherever and whenever: SHA-256 over the four digests."""
    lines = (base.schema, target.schema, base.document, target.document)
    return hashlib.sha256(CHANGE_TAG + b"".join(f"{d}\n".encode() for d in lines)).hexdigest()


def audit_id(change: str) -> str:
    """The UUIDv8 (RFC 9562, section 5.8) made of a change digest's first 16 bytes."""
    raw = bytearray.fromhex(change)[:16]
    raw[6] = 0x80 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    return str(uuid.UUID(bytes=bytes(raw)))


def plan_digest(canonical: bytes) -> str:
    """SHA-256 over all that was reviewed: a plan's canonical JSON without this digest."""
    return hashlib.sha256(PLAN_TAG + canonical).hexdigest()
