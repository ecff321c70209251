"""JSON texts: read by the core itself, with places."""

from __future__ import annotations

from kestrel.data.document import Document
from kestrel.text.source import Source


def read_json(source: Source) -> Document:
    """The text as it is: nothing is checked before a schema reads it."""
    return Document(source.data, [source])
