"""Canonical JSON of the IR: what the C++ core reads, and what schema digests are taken over.

RFC 8785: members sorted by name, no blanks, numbers as ECMAScript writes them; but integers are
written exactly, whatever their size. Members that have their default value are absent.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import msgspec

from kestrel import _core
from kestrel.ir.decls import AnyDecl, Bundle, Module
from kestrel.ir.types import AnyType
from kestrel.ir.walk import references

DIGEST_TAG = b"kestrel.schema.v1\n"
NOT_DIGESTED = frozenset({"doc", "at"})
"""Members that tell people something and mean nothing."""


@cache
def _decoder() -> msgspec.json.Decoder[Bundle]:
    """Made when it is first needed: most commands only write."""
    return msgspec.json.Decoder(Bundle)


def encode(node: msgspec.Struct) -> bytes:
    """Canonical JSON of a bundle, or of any other node of the IR."""
    return _core.canonical_json(msgspec.to_builtins(node))


def decode(data: bytes) -> Bundle:
    """The bundle that `encode` wrote.

    Raises:
        msgspec.DecodeError: `data` is no bundle.
    """
    return _decoder().decode(data)


def bundle(module: Module, root: AnyType, also: Iterable[str] = ()) -> Bundle:
    """`root`, the declarations named in `also`, and all that they refer to, sorted by name."""
    found: dict[str, AnyDecl] = {}
    pending = [*references(root), *also]
    while pending:
        name = pending.pop()
        if name not in found:
            found[name] = module.decls[name]
            pending.extend(references(found[name]))
    return Bundle(root, tuple(found[name] for name in sorted(found)))


def meaning(node: msgspec.Struct) -> bytes:
    """Canonical JSON of a bundle or other node without docs and places: what digests are over."""
    return _core.canonical_json(_meaning(msgspec.to_builtins(node)))


def schema_digest(bundle: Bundle) -> str:
    """SHA-256 of a schema's meaning, in lower-case hex."""
    import hashlib  # deferred: with OpenSSL

    return hashlib.sha256(DIGEST_TAG + meaning(bundle)).hexdigest()


def _meaning(value: object) -> object:
    """`value` without the members that are not digested."""
    if isinstance(value, dict):
        return {k: _meaning(v) for k, v in value.items() if k not in NOT_DIGESTED}
    if isinstance(value, list | tuple):
        return [_meaning(item) for item in value]
    return value
