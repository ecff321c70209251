"""Asking the data that exist: which documents does a schema refuse, and where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from kestrel import _core
from kestrel._core import Snapshot
from kestrel.data.schema import Schema


class Evidence:
    """What `schema` makes of documents that were written for another one."""

    def __init__(self, schema: Schema, documents: Iterable[Snapshot]) -> None:
        self.documents = [document.to_json() for document in documents]
        self.refused = [path for data in self.documents for path in _refused(schema, data)]

    def refuses_at(self, pattern: str) -> bool:
        """Is some value refused at, in or around the places of a path pattern?"""
        return any(_meet(path.split("/"), pattern.split("/")) for path in self.refused)

    def count(self, pattern: str) -> int:
        """How many values the documents have at the places of a path pattern."""
        steps = [_unescaped(step) for step in pattern.split("/")[1:]]
        return sum(_count(msgspec.json.decode(data), steps) for data in self.documents)


def _refused(schema: Schema, data: bytes) -> list[str]:
    try:
        schema.decode_json(data)
    except _core.Invalid as error:
        return [issue[2] for issue in error.issues]
    return []


def _meet(path: Sequence[str], pattern: Sequence[str]) -> bool:
    """One leads to the other. What is missing is reported where it should be: one step above."""
    if len(path) < len(pattern) - 1:
        return False
    return all(b in ("*", a) for a, b in zip(path, pattern, strict=False))


def _count(value: Any, steps: Sequence[str]) -> int:
    if not steps:
        return 1
    if steps[0] == "*":
        items = value.values() if isinstance(value, dict) else value
        return sum(_count(item, steps[1:]) for item in items) if _is_collection(value) else 0
    if isinstance(value, dict) and steps[0] in value:
        return _count(value[steps[0]], steps[1:])
    return 0


def _is_collection(value: Any) -> bool:
    return isinstance(value, dict | list)


def _unescaped(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")
