"""Schemas and documents by their digests. Most documents are a patch against the one before, as a
whole document a reload would cost many times the fsync that it takes anyway."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from kestrel import _core
from kestrel.changes.compare import common
from kestrel.changes.digests import Side
from kestrel.data.schema import Schema
from kestrel.runtime.canonical import encode
from kestrel.runtime.errors import StateError
from kestrel.runtime.statefile import StateFile
from kestrel.text.diagnostic import InvalidConfig

WHOLE_EVERY = 32
"""The longest chain of patches before a document is stored whole again."""
SMALL = 16 << 10
"""A patch up to this size is kept without asking how large the document is."""


def side(snapshot: _core.Snapshot) -> Side:
    """The two digests of a snapshot."""
    return Side(snapshot.schema.digest, snapshot.digest)


def store(state: StateFile, snapshot: _core.Snapshot, base: _core.Snapshot | None = None) -> None:
    """Keep a snapshot's schema and document, inside `state.writing()`. `base` is kept already.

    A snapshot that holds literal secrets has to be keyed as the state's.
    """
    schema: Schema = snapshot.schema
    own = side(snapshot)
    if base is None or base.schema.digest != own.schema:
        state.run("INSERT OR IGNORE INTO schemas VALUES(?, ?)", schema.digest, schema.ir)
    if state.one(f"SELECT 1 {_FROM}", own.document, own.schema):
        return
    patch = _patch(state, snapshot, base) if base is not None else None
    origin, depth, body = patch or (None, 0, snapshot.to_json())
    values = (own.document, own.schema, origin, depth, body)
    state.run("INSERT INTO documents VALUES(?, ?, ?, ?, ?)", *values)


_FROM = "FROM documents WHERE digest = ? AND schema = ?"


def _patch(
    state: StateFile, snapshot: _core.Snapshot, base: _core.Snapshot
) -> tuple[str, int, bytes] | None:
    """Base, depth and body of a patch; None where storing the document whole is better."""
    origin = side(base)
    if origin.schema != snapshot.schema.digest:
        return None
    row = state.one(f"SELECT depth {_FROM}", origin.document, origin.schema)
    if row is None or row[0] + 1 >= WHOLE_EVERY:
        return None
    changes = _core.compare(*common(base, snapshot))  # one schema may be compiled twice
    patch = changes.to_json_patch()
    if patch != changes.to_json_patch(redact=False):
        return None  # a literal secret, however deep, is not written into patches
    body = encode(patch)
    if len(body) > SMALL and 2 * len(body) > len(snapshot.to_json()):
        return None
    return origin.document, row[0] + 1, body


def load(
    state: StateFile,
    wanted: Side,
    known: Schema | None = None,
    near: _core.Snapshot | None = None,
) -> _core.Snapshot:
    """Build a document again, and check that it is the one whose digest was asked for.

    `known` is used where it is the wanted schema, so that its snapshots are the caller's. `near` is
    a snapshot at hand that the document may be a patch of.

    Raises:
        StateError: KS0724, it is not there, or not what it was.
    """
    schema = known if known and known.digest == wanted.schema else schema_of(state, wanted.schema)
    near = near if near is not None and near.schema == schema else None
    try:
        snapshot = _core.keyed(_build(state, wanted, schema, near), state.secret_key)
    except (InvalidConfig, _core.Invalid) as error:
        raise _damaged(state, f"document {wanted.document[:12]}: {error}") from None
    if snapshot.digest != wanted.document:
        raise _damaged(state, f"document {wanted.document[:12]} has another content")
    return snapshot


def _build(
    state: StateFile, wanted: Side, schema: Schema, near: _core.Snapshot | None
) -> _core.Snapshot:
    """Back over patches to a whole document, or to `near`; and forward again, all patches at
    once: only the last document is decoded and checked."""
    patches: list[bytes] = []
    base: str | None = wanted.document
    while near is None or near.digest != base:
        base, body = _stored(state, str(base), wanted.schema)
        if base is None:
            near = schema.decode(body)
            break
        patches.append(body)
        if len(patches) > WHOLE_EVERY:
            raise _damaged(state, f"document {wanted.document[:12]} rests on too many patches")
    return _core.apply_patch(near, _joined(reversed(patches))) if patches else near


def _joined(patches: Iterable[bytes]) -> bytes:
    """One JSON array of the operations of all."""
    inside = (patch.strip()[1:-1] for patch in patches)
    return b"[" + b",".join(filter(None, inside)) + b"]"


def _stored(state: StateFile, digest: str, schema: str) -> tuple[str | None, bytes]:
    row = state.one(f"SELECT base, body {_FROM}", digest, schema)
    if row is None:
        raise _damaged(state, f"document {digest[:12]} is missing")
    return row[0], row[1]


# ---- what `state gc` lets go


def kept_from(state: StateFile) -> int:
    """The oldest generation whose document is kept for sure."""
    row = state.one("SELECT value FROM meta WHERE key = 'kept_from'")
    return int(row[0]) if row else 1


def note_kept_from(state: StateFile, number: int) -> None:
    """Inside `state.writing()`."""
    state.run("INSERT OR REPLACE INTO meta VALUES('kept_from', ?)", number)


def check_kept(state: StateFile, number: int, wanted: Side) -> None:
    """Raises StateError (KS0743) where the document of generation `number` was let go."""
    if number >= kept_from(state):
        return
    if state.one(f"SELECT 1 {_FROM}", wanted.document, wanted.schema) is None:
        raise StateError.make("KS0743", number=number, kept=kept_from(state))


def make_free(state: StateFile, one: Side, kept: frozenset[Side]) -> None:
    """Store a document whole if it is a patch of one that is not in `kept`; inside
    `state.writing()`, before that one goes."""
    base = _stored(state, one.document, one.schema)[0]
    if base is None or Side(one.schema, base) in kept:
        return
    whole = load(state, one).to_json()
    sql = "UPDATE documents SET base = NULL, depth = 0, body = ? WHERE digest = ? AND schema = ?"
    state.run(sql, whole, one.document, one.schema)


def schema_of(state: StateFile, digest: str) -> Schema:
    """The schema with this digest.

    Raises:
        StateError: KS0724, it is not there, or not what it was.
    """
    row = state.one("SELECT ir FROM schemas WHERE digest = ?", digest)
    if row is None:
        raise _damaged(state, f"schema {digest[:12]} is missing")
    try:
        schema = _schema(row[0])
    except InvalidConfig as error:
        raise _damaged(state, f"schema {digest[:12]}: {error}") from None
    if schema.digest != digest:
        raise _damaged(state, f"schema {digest[:12]} has another content")
    return schema


@lru_cache(maxsize=16)
def _schema(ir: bytes) -> Schema:
    return Schema.from_ir(ir)


def _damaged(state: StateFile, why: str) -> StateError:
    return StateError.make("KS0724", path=state.path, why=why)
