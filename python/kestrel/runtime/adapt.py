"""A program reads the state through its own schema. Where the state holds another version of it,
the document is migrated, or decoded anew, in memory; the state is not touched."""

from __future__ import annotations

from kestrel import _core
from kestrel.changes.digests import Side
from kestrel.data.schema import Schema
from kestrel.runtime.documents import load
from kestrel.runtime.errors import StateError
from kestrel.runtime.statefile import StateFile
from kestrel.text.diagnostic import Diagnostic, InvalidConfig


def read_as(
    state: StateFile, wanted: Side, schema: Schema | None, near: _core.Snapshot | None = None
) -> _core.Snapshot:
    """A stored document as `schema` reads it; None: by the schema that it was stored with. `near`
    is a snapshot at hand that it may be a patch of.

    Raises:
        StateError: KS0717, the program's schema does not accept it; KS0724, the state is damaged.
    """
    return adapt(load(state, wanted, schema, near), schema)


def adapt(stored: _core.Snapshot, schema: Schema | None) -> _core.Snapshot:
    """The same config as `schema` reads it. Raises as `read_as` does."""
    if schema is None or schema.digest == stored.schema.digest:
        return stored
    try:
        return _core.keyed_as(schema.migrate(stored), stored)
    except InvalidConfig as error:
        if error.diagnostics[0].code == "KS0441":
            why = f"it is a {stored.schema.name}"
            raise StateError.make("KS0717", reads=schema.name, why=why) from None
        first = "its schema differs, and the document does not fit the program's"
        own = Diagnostic.make("KS0717", reads=schema.name, why=first)
        raise StateError([own, *error.diagnostics]) from None
