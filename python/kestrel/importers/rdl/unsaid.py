"""What a file says that register maps have no word for: each kind once, at its first place."""

from __future__ import annotations

from typing import Any

from kestrel.importers.rdl.messages import Places
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.source import Span


class Unsaid:
    def __init__(self, places: Places) -> None:
        self.places = places
        self.seen: dict[str, tuple[Span | None, int]] = {}

    def add(self, what: str, node: Any) -> None:
        span, count = self.seen.get(what, (None, 0))
        self.seen[what] = (span or self.places.span(node.inst_src_ref), count + 1)

    def found(self) -> list[Diagnostic]:
        file = self.places.sources[0].name
        return [
            Diagnostic.make("KR0014", span, what=what, count=count)
            if span is not None
            else Diagnostic.make("KR0014", file=file, what=what, count=count)
            for what, (span, count) in self.seen.items()
        ]
