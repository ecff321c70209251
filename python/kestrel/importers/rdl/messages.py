"""What the compiler of SystemRDL says, as diagnostics, and its places as ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kestrel.ir.exprs import At
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.source import Source, Span

MAX_FOUND = 1000


class Places:
    """`sources` in the order in which places count them."""

    def __init__(self, sources: list[Source]) -> None:
        self.sources = sources
        self.index = {Path(each.name).resolve(): i for i, each in enumerate(sources)}

    def at(self, ref: Any) -> At | None:
        """Of a reference of the compiler: a line, and columns of it."""
        line, columns = getattr(ref, "line", None), getattr(ref, "line_selection", None)
        index = None if ref is None else self.index.get(Path(ref.path).resolve())
        if index is None or line is None or columns is None:
            return None
        source = self.sources[index]
        if line > len(source.line_starts):
            return None
        begin = source.line_starts[line - 1]
        text = source.line(line)
        first = begin + len(text[: columns[0]].encode())
        return (index, first, max(first, begin + len(text[: columns[1] + 1].encode())))

    def span(self, ref: Any) -> Span | None:
        at = self.at(ref)
        return None if at is None else Span(self.sources[at[0]], at[1], at[2])


class Messages:
    def __init__(self, places: Places) -> None:
        self.places = places
        self.found: list[Diagnostic] = []

    def add(self, severity: str, text: str, ref: Any) -> None:
        """Warnings of style are the compiler's own; what it says besides is an error."""
        if severity not in ("ERROR", "FATAL") or len(self.found) >= MAX_FOUND:
            return
        if severity == "FATAL" and ref is None and self.found:
            return  # that it stops because of the others
        span = self.places.span(ref)
        file = self.places.sources[0].name
        why = " ".join(text.split())
        self.found.append(
            Diagnostic.make("KR0010", span, why=why)
            if span is not None
            else Diagnostic.make("KR0010", file=file, why=why)
        )
