"""Documents without a schema of their own: everything is `Json`."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from kestrel._core import Snapshot
from kestrel.data.schema import Schema
from kestrel.ir.decls import Bundle
from kestrel.ir.types import Scalar


@cache
def json_schema() -> Schema:
    """The schema that accepts any document and interprets nothing."""
    return Schema(Bundle(Scalar("Json"), ()))


def as_json(snapshot: Snapshot) -> Snapshot:
    """The same document, untyped, and so without its literal secrets: nothing would hide them."""
    return json_schema().decode(snapshot.redacted_json())


def untyped(document: Any) -> Snapshot:
    """A plain value, as `msgspec.json` reads it, as an untyped snapshot."""
    return json_schema().decode(msgspec.json.encode(document))
