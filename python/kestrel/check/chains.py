"""Definitions made of others: each is made once, none of itself, and no chain is endless."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kestrel.check.sink import MAX_DEFINITIONS


class Chains:
    """What is being made, each in the middle of the one before, and how long the chains are below
    what has been made. In what order definitions stand makes no difference."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._lengths: dict[str, int] = {}

    def loop(self, name: str) -> list[str]:
        """The short names on the way from a definition that is being made to itself; or none."""
        if name not in self._open:
            return []
        path = [*self._open[self._open.index(name) :], name]
        return [each.rpartition(".")[2] for each in path]

    def is_too_long(self, name: str) -> bool:
        """Would what is being made, if it were made of `name`, end a chain of too many?"""
        if name not in self._lengths:
            return len(self._open) >= MAX_DEFINITIONS
        below = self._lengths[name] + 1
        if not self._open:
            return False
        if below > MAX_DEFINITIONS:
            return True
        self._grow(self._open[-1], below)
        return False

    @contextmanager
    def making(self, name: str) -> Iterator[None]:
        """While `name` is made of others."""
        self._open.append(name)
        self._grow(name, 1)
        yield
        self._open.pop()
        if self._open:
            self._grow(self._open[-1], self._lengths[name] + 1)

    def _grow(self, name: str, length: int) -> None:
        self._lengths[name] = max(length, self._lengths.get(name, 0))
