"""Asking the data that exist: which documents does a schema refuse, and where."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

import msgspec

from kestrel import _core
from kestrel._core import Snapshot
from kestrel.changes.events import Event
from kestrel.changes.places import Places, below
from kestrel.data.schema import Schema


class Refusal(NamedTuple):
    """An issue, at a canonical place."""

    code: str
    values: dict[str, str]
    path: str


class Evidence:
    """What `schema` makes of documents that were written for another one."""

    def __init__(self, schema: Schema, documents: Iterable[Snapshot], places: Places) -> None:
        self.schema = schema
        self.places = places
        self.documents = [document.to_json() for document in documents]

    @cached_property
    def refusals(self) -> list[Refusal]:
        return [found for data in self.documents for found in self._refusals(data)]

    @cached_property
    def _values(self) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for data in self.documents:
            for at, value in self.places.values(msgspec.json.decode(data)):
                found.setdefault(at, []).append(value)
        return found

    def against(self, event: Event) -> bool:
        """Do the data say that an event breaks them?"""
        return any(map(event.spoils, self._values.get(event.path, ()))) or any(
            event.concerns(*refusal) for refusal in self.refusals
        )

    def count(self, event: Event) -> int:
        """How many values the documents have at the places of an event."""
        return len(self._values.get(event.counted, ()))

    def _refusals(self, data: bytes) -> list[Refusal]:
        try:
            self.schema.decode_json(data)
        except _core.Invalid as error:
            return [self._refusal(issue) for issue in error.issues]
        return []

    def _refusal(self, issue: _core.IssueTuple) -> Refusal:
        code, values, path = issue[0], issue[1], issue[2]
        if code == "KS0404":  # what is missing is missing there
            path = below(path, values["name"])
        return Refusal(code, values, self.places.canonical(path))
