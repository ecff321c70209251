"""What is wrong with a vendor's file, at its places."""

from __future__ import annotations

from typing import Any

from kestrel.importers.svd.markup import Element
from kestrel.ir.exprs import At
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.source import Source, Span

MAX_FOUND = 1000
"""Findings of one file."""


class Report:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: list[Diagnostic] = []
        self._seen: set[tuple[str, int]] = set()

    def at(self, element: Element, code: str, **values: Any) -> None:
        """The same at the same place is said once; after `MAX_FOUND` nothing is."""
        if (code, element.begin) in self._seen or len(self.found) >= MAX_FOUND:
            return
        self._seen.add((code, element.begin))
        self.found.append(Diagnostic.make(code, self.span(element), **values))

    def span(self, element: Element) -> Span:
        """Of an element with children their names' line: the whole would be pages."""
        shown = element if not element.children else element.child("name") or element
        end = shown.end + len(f"</{shown.tag}>") if shown.end > shown.begin else shown.begin
        return Span(self.source, shown.begin, min(end, len(self.source.data)))

    def place(self, element: Element) -> At:
        span = self.span(element)
        return (0, span.start, span.end)
