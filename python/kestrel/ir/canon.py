"""Canonical JSON of the IR: what the C++ core reads, and what schema digests are taken over.

RFC 8785: members sorted by name, no blanks, numbers as ECMAScript writes them; but integers are
written exactly, whatever their size. Members that have their default value are absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

import msgspec

from kestrel import _core
from kestrel.ir.decls import AnyDecl, Bundle, Module, Record
from kestrel.ir.types import AnyType, Named
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


References = dict[str, tuple[str, ...]]
"""What declarations refer to, by their full names."""


def bundle(
    module: Module, root: AnyType, also: Iterable[str] = (), known: References | None = None
) -> Bundle:
    """`root`, the declarations named in `also`, and all that they refer to, sorted by name. Who
    makes many of one module keeps what is `known` of it, and it is looked for once."""
    return close(module.decls, root, also, known)


def close(
    decls: Mapping[str, AnyDecl],
    root: AnyType,
    also: Iterable[str] = (),
    known: References | None = None,
) -> Bundle:
    """The same of any declarations, by their full names."""
    known = {} if known is None else known
    found: dict[str, AnyDecl] = {}
    pending = [*references(root), *also]
    while pending:
        name = pending.pop()
        if name in found:
            continue
        found[name] = decls[name]
        if name not in known:
            known[name] = tuple(dict.fromkeys(references(decls[name])))
        pending.extend(known[name])
    return Bundle(root, tuple(found[name] for name in sorted(found)))


def meaning(node: msgspec.Struct) -> bytes:
    """Canonical JSON of a bundle or other node without docs and places: what digests are over."""
    return _core.canonical_json(_meaning(msgspec.to_builtins(node)))


def schema_digest(bundle: Bundle) -> str:
    """SHA-256 of a schema's meaning, in lower-case hex."""
    return _sha256(DIGEST_TAG + meaning(bundle))


def shape_digest(bundle: Bundle, name: str) -> str:
    """The digest of a schema of the bundle without the name of its module, and without migrations:
    equal for a version that was kept under another module's name."""
    decls = {decl.name: _unmigrated(decl) for decl in bundle.decls}
    part = close(decls, Named(name))
    module = name.rpartition(".")[0]
    own = {decl.name: _renamed(decl.name, module) for decl in part.decls}
    return _sha256(_core.canonical_json(_with_names(_meaning(msgspec.to_builtins(part)), own)))


def _unmigrated(decl: AnyDecl) -> AnyDecl:
    return msgspec.structs.replace(decl, migrations=()) if isinstance(decl, Record) else decl


def _renamed(name: str, module: str) -> str:
    return name.removeprefix(f"{module}.") if module else name


NAMING = frozenset({"name", "fn", "type", "extends", "schema"})
"""Members of nodes that may hold a declaration's full name."""


def _with_names(value: object, own: Mapping[str, str]) -> object:
    """Canonical plain values in which declarations are called otherwise."""
    if isinstance(value, dict):
        return {
            k: own.get(v, v) if k in NAMING and isinstance(v, str) else _with_names(v, own)
            for k, v in value.items()
        }
    return [_with_names(item, own) for item in value] if isinstance(value, list) else value


def _sha256(data: bytes) -> str:
    import hashlib  # deferred: with OpenSSL

    return hashlib.sha256(data).hexdigest()


def _meaning(value: object) -> object:
    """`value` without the members that are not digested."""
    if isinstance(value, dict):
        return {k: _meaning(v) for k, v in value.items() if k not in NOT_DIGESTED}
    if isinstance(value, list | tuple):
        return [_meaning(item) for item in value]
    return value
