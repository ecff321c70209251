"""Where the checker's findings go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kestrel.text.diagnostic import Diagnostic
from kestrel.text.source import Span

MAX_FOUND = 1000
"""Findings of one check; what has more gets no better by reading on."""

MAX_DEFINITIONS = 50
"""Aliases, schemas, configs or functions of which each is made of the next."""

MAX_ALIASES = 1000
"""Aliases that one alias is made of, each counted as often as it is named."""


class TooMany(Exception):
    """The check has found so much that it gives up."""


SEVERAL = frozenset({"KS0142", "KS0143", "KS0146", "KS0211", "KS0212", "KS0216"})
"""What may be said of several fields, or effects, at one place."""


class Sink:
    """Collects diagnostics; the same finding at the same place is kept once.

    Raises `TooMany` for the first finding beyond `MAX_FOUND`.
    """

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []
        self._seen: set[tuple[str, str, int, int, str]] = set()
        self._muted = 0

    def report(self, code: str, span: Span | None, **parts: Any) -> None:
        """Add `Diagnostic.make(code, span, **parts)`."""
        self.add(Diagnostic.make(code, span, **parts))

    def add(self, diagnostic: Diagnostic) -> None:
        if self._muted:
            return
        span = diagnostic.span
        if span is not None:
            what = diagnostic.message if diagnostic.code in SEVERAL else ""
            key = (diagnostic.code, span.source.name, span.start, span.end, what)
            if key in self._seen:
                return
            self._seen.add(key)
        if len(self.found) == MAX_FOUND:
            raise TooMany
        self.found.append(diagnostic)

    @contextmanager
    def muted(self) -> Iterator[None]:
        """Findings within are dropped: the same text was, or will be, checked elsewhere."""
        self._muted += 1
        try:
            yield
        finally:
            self._muted -= 1

    @contextmanager
    def captured(self) -> Iterator[list[Diagnostic]]:
        """Findings within go to the list instead."""
        kept = self.found, self._seen
        self.found, self._seen = [], set()
        try:
            yield self.found
        finally:
            self.found, self._seen = kept
