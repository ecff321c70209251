"""Secrets that stand in a document themselves, where a reference could."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from kestrel._core import Snapshot, has_literals
from kestrel.data.document import Document
from kestrel.data.pointers import step
from kestrel.text.diagnostic import Diagnostic

REDACTED = "<secret>"
"""What stands in the place of a literal secret, everywhere."""


def literal_secrets(snapshot: Snapshot, document: Document) -> list[Diagnostic]:
    """A warning (KS0450) for each, at its place in the document that `snapshot` stems from."""
    places = literal_places(snapshot)
    for pointer in places:
        document.hide(pointer)
    return [Diagnostic.make("KS0450", document.span(pointer)) for pointer in places]


def literal_places(snapshot: Snapshot, effective: bool = False) -> list[str]:
    """JSON Pointers of the literal secrets in a config's document, or in its effective value."""
    if not effective and not has_literals(snapshot):
        return []
    if effective:
        shown, whole = snapshot.redacted_effective_json(), snapshot.effective_json()
    else:
        shown, whole = snapshot.redacted_json(), snapshot.to_json()
    return list(_redacted(msgspec.json.decode(shown), msgspec.json.decode(whole), ""))


def _redacted(shown: Any, whole: Any, at: str) -> Iterator[str]:
    """Where `shown` hides what `whole` says. All else is the same in both."""
    if shown == REDACTED and whole != REDACTED:
        yield at
    elif isinstance(shown, dict):
        for name, member in shown.items():
            yield from _redacted(member, whole[name], at + step(name))
    elif isinstance(shown, list):
        for index, item in enumerate(shown):
            yield from _redacted(item, whole[index], f"{at}/{index}")
