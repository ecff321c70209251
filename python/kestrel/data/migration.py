"""Documents of one schema made documents of another: by `migrate`, in as many steps as it takes, or
by reading them anew where one schema is a later version of the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kestrel import _core
from kestrel.data.document import NOTHING, Document
from kestrel.data.issues import diagnose
from kestrel.data.schema import Schema
from kestrel.ir import canon
from kestrel.ir.decls import Bundle, Record
from kestrel.ir.types import Named
from kestrel.text.diagnostic import Diagnostic, InvalidConfig
from kestrel.text.source import Source


class _Step(NamedTuple):
    """One migration: `old` and `new` are shapes (`canon.shape_digest`), `into` the new schema."""

    old: str
    new: str
    bundle: Bundle
    sources: Sequence[Source]
    record: str
    number: int
    into: str


def migrate(schema: Schema, old: _core.Snapshot) -> _core.Snapshot:
    """`old` as a document of `schema`: along the fewest migrations that lead there, which either
    schema may declare; without any, if both are versions of one schema, as it is written.

    Raises:
        InvalidConfig: KS0441 there is no way, KS0442 a value cannot be made; or what the new schema
            says of the document.
    """
    held: Schema = old.schema
    if held.digest == schema.digest:
        return old
    way = _way(schema, held)
    if way is None:
        return _read_anew(schema, old)
    for step in way:
        old = _taken(step, old)
    return old if old.schema.digest == schema.digest else schema.decode(old.to_json())


def is_version(reads: str, holds: str) -> bool:
    """A schema is known by its name, and by its module's where both declare one."""
    if "." in reads and "." in holds:
        return reads == holds
    return reads.rpartition(".")[2] == holds.rpartition(".")[2]


def _read_anew(schema: Schema, old: _core.Snapshot) -> _core.Snapshot:
    held: Schema = old.schema
    if is_version(schema.name, held.name):
        return schema.decode(old.to_json())
    known = sorted({step.into for step in _steps(schema, held)})
    why = f"migrations lead to {', '.join(known)}" if known else "neither declares a migration"
    raise InvalidConfig([Diagnostic.make("KS0441", old=held.name, new=schema.name, why=why)])


def _way(schema: Schema, held: Schema) -> list[_Step] | None:
    """The fewest steps from one shape to the other; None if none lead there."""
    steps = list(_steps(schema, held))
    if not steps or not all(isinstance(s.bundle.root, Named) for s in (schema, held)):
        return None
    first, last = (canon.shape_digest(s.bundle, s.name) for s in (held, schema))
    ways: dict[str, list[_Step]] = {first: []}
    pending = [first]
    while pending:
        at = pending.pop(0)
        if at == last and ways[at]:
            return ways[at]
        for step in steps:
            if step.old == at and step.new not in ways:
                ways[step.new] = [*ways[at], step]
                pending.append(step.new)
    return None


def _steps(*schemas: Schema) -> Iterator[_Step]:
    """All migrations that the schemas, and those that they name, declare."""
    for schema in schemas:
        bundle, sources = schema.bundle, schema.sources
        for decl in bundle.decls:
            migrations = decl.migrations if isinstance(decl, Record) else ()
            for number, migration in enumerate(migrations):
                ends = [migration.schema, decl.name]
                old, new = ends if migration.direction == "from" else reversed(ends)
                shapes = canon.shape_digest(bundle, old), canon.shape_digest(bundle, new)
                yield _Step(*shapes, bundle, sources, decl.name, number, new)


def _taken(step: _Step, old: _core.Snapshot) -> _core.Snapshot:
    encoded = canon.encode(step.bundle)
    try:
        made = _core.evaluate_migration(encoded, step.record, step.number, old)
    except _core.Invalid as error:
        raise InvalidConfig(diagnose(error.issues, NOTHING, step.sources)) from None
    decls = {decl.name: decl for decl in step.bundle.decls}
    target = Schema(canon.close(decls, Named(step.into)), step.sources)
    return target.decode_document(Document(made, step.sources))
