"""Secrets that stand in a document themselves, where a reference could."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from kestrel._core import Snapshot
from kestrel.data.document import Document
from kestrel.text.diagnostic import Diagnostic

REDACTED = "<secret>"
"""What the core writes in the place of a literal secret, everywhere."""


def literal_secrets(snapshot: Snapshot, document: Document) -> list[Diagnostic]:
    """A warning (KS0450) for each, at its place in the document that `snapshot` stems from."""
    return [
        Diagnostic.make("KS0450", document.span(pointer))
        for pointer in literal_places(msgspec.json.decode(snapshot.to_json()))
    ]


def literal_places(value: Any, at: str = "") -> Iterator[str]:
    """JSON Pointers of the redacted values in a document."""
    if value == REDACTED:
        yield at
    elif isinstance(value, dict):
        for name, member in value.items():
            step = name.replace("~", "~0").replace("/", "~1")
            yield from literal_places(member, f"{at}/{step}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from literal_places(item, f"{at}/{index}")
