"""Secret references of a live config. Each process resolves them itself when it prepares a change,
and knows later whether they lead to something else; of the secrets it keeps keyed digests alone."""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from kestrel._core import Snapshot
from kestrel.changes.members import Change
from kestrel.data.schema import Schema
from kestrel.data.values import Secret
from kestrel.runtime.hooks import Refusal
from kestrel.text.diagnostic import InvalidConfig

Found = dict[str, bytes]
"""By reference, a digest of what it led to, under a key that lives as long as the process."""


class Secrets:
    """What this process knows of the secrets that its config refers to."""

    def __init__(self) -> None:
        self._key = os.urandom(32)
        self._known: Found = {}

    def begin(self, snapshot: Snapshot) -> None:
        """Note what the first config's references lead to, as far as they lead to anything."""
        for secret in _secrets(snapshot):
            try:
                self._known |= self._digest(secret)
            except InvalidConfig:
                continue

    def resolve(self, snapshot: Snapshot) -> Found:
        """What all references lead to now.

        Raises:
            Refusal: one of them leads to nothing in this process.
        """
        found: Found = {}
        for secret in _secrets(snapshot):
            try:
                found |= self._digest(secret)
            except InvalidConfig as error:
                raise Refusal(error.diagnostics[0].message) from None
        return found

    def keep(self, found: Found) -> None:
        """They are in use from now on."""
        self._known = found

    def rotated(self, found: Found, snapshot: Snapshot) -> list[Change]:
        """As changes, for hooks: the references that lead to something else than before."""
        other = {name for name, digest in found.items() if self._known.get(name) != digest}
        if not other:
            return []
        value = msgspec.json.decode(snapshot.effective_json())
        return [_change(path, name) for path, name in _places(value, other, "")]

    def _digest(self, secret: Secret) -> Found:
        value = secret.resolve().encode("utf-8", "surrogateescape")
        return {str(secret.reference): hmac.digest(self._key, value, "sha256")}


def _change(path: str, reference: str) -> Change:
    said = {"old": reference, "value": reference, "secret": True}
    return {"op": "replace", "path": path, **said, "reload": "hot", "marks": [], "rule": "V08"}


def _secrets(snapshot: Snapshot) -> list[Secret]:
    """The references in a config, each once; nothing is walked where its schema has no secrets."""
    schema: Schema = snapshot.schema
    if b'"kind":"secret"' not in schema.ir:
        return []
    return list({s.reference: s for s in _inside(snapshot) if s.reference is not None}.values())


def _inside(view: Any) -> Iterator[Secret]:
    if isinstance(view, Secret):
        yield view
    elif isinstance(view, Mapping):
        for item in view.values():
            yield from _inside(item)
    elif isinstance(view, Sequence) and not isinstance(view, str | bytes):
        for item in view:
            yield from _inside(item)
    elif type(view).__name__ == "Variant":
        for index in range(len(view)):
            yield from _inside(view[index])
    else:
        for item in _fields(view):
            yield from _inside(item)


def _fields(view: Any) -> Iterator[Any]:
    """The fields of a record's view; nothing of what is none."""
    if type(view).__module__ != "kestrel._core":
        return
    for name in dir(view):
        try:
            yield view[name]
        except KeyError:
            continue


def _places(value: Any, names: set[str], at: str) -> Iterator[tuple[str, str]]:
    """JSON Pointers at which one of `names` stands."""
    if isinstance(value, str) and value in names:
        yield at, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _places(item, names, f"{at}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(item, names, f"{at}/{index}")
