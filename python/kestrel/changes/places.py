"""Places in documents: where what was found at one pattern of places stands as well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def below(path: str, name: str) -> str:
    """The place of a member (RFC 6901)."""
    return f"{path}/{name.replace('~', '~0').replace('/', '~1')}"


class Places:
    """The patterns that a walk has come to, and which of them mean an earlier one.

    A record that is used in several places is walked in the first. A canonical place is in terms
    of first places: of recursive records too, so there are finitely many.
    """

    def __init__(self) -> None:
        self.known: set[str] = {""}
        self.aliases: dict[str, str] = {}

    def note(self, path: str) -> str:
        self.known.add(path)
        return path

    def alias(self, path: str, first: str) -> None:
        """What is below `path` is below `first` as well."""
        if path != first:
            self.aliases[path] = first

    def canonical(self, path: str) -> str:
        """The canonical pattern of a place in a document."""
        at = self.aliases.get("", "")
        for step in path.split("/")[1:]:
            at = self.step(at, step)
        return at

    def step(self, at: str, step: str) -> str:
        """From a canonical place to the canonical place of a member or item of it."""
        for found in (f"{at}/{step}", f"{at}/*"):
            if found in self.aliases or found in self.known:
                return self._first(found)
        return f"{at}/{step}"

    def _first(self, path: str) -> str:
        while path in self.aliases:
            path = self.aliases[path]
        return path

    def others(self, path: str) -> list[str]:
        """Further places of what is at a canonical one, one step of aliases away."""
        found = []
        for alias, first in self.aliases.items():
            if (path == first or path.startswith(f"{first}/")) and not alias.startswith(path):
                found.append(alias + path[len(first) :])
        return sorted(set(found) - {path})

    def values(self, document: Any) -> Iterator[tuple[str, Any]]:
        """Every value of a document with its canonical place."""
        pending: list[tuple[str, Any]] = [(self._first(""), document)]
        while pending:
            at, value = pending.pop()
            yield at, value
            if isinstance(value, dict):
                pending.extend((self.step(at, below("", name)[1:]), v) for name, v in value.items())
            elif isinstance(value, list):
                pending.extend((self.step(at, str(i)), v) for i, v in enumerate(value))
