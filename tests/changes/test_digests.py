"""The identity of a change: golden, since every audit log holds such ids."""

from __future__ import annotations

import hashlib
import uuid

from kestrel.changes.digests import Side, audit_id, change_digest

OLD = Side("a" * 64, "b" * 64)
NEW = Side("c" * 64, "d" * 64)


def test_the_change_digest_is_over_the_four_digests() -> None:
    text = "kestrel.change.v1\n" + "".join(f"{letter * 64}\n" for letter in "acbd")
    assert change_digest(OLD, NEW) == hashlib.sha256(text.encode()).hexdigest()
    assert change_digest(NEW, OLD) != change_digest(OLD, NEW)


def test_the_audit_id_is_a_uuid_of_version_8() -> None:
    made = audit_id(change_digest(OLD, NEW))
    assert made == "2475120d-a014-8260-b231-6469fb2cb002"
    assert uuid.UUID(made).version == 8
    assert uuid.UUID(made).variant == uuid.RFC_4122
