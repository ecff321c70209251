"""Hjson with the places of its objects: those of their names, which the library does not give."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kestrel.ir.exprs import At
from kestrel.text.diagnostic import Diagnostic, InvalidSource
from kestrel.text.source import Source, Span

SKIPPED = r"#[^\n]*|//[^\n]*|/\*.*?\*/|'''.*?'''"
NAMED = re.compile(
    SKIPPED + r"""|["']?name["']?\s*:\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s,}\]"'][^\n,}\]]*))"""
    r"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""",
    re.S,
)
Object = dict[str, Any]


class Document:
    """What a file says, and where each of its objects has its name."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.data.decode("utf-8", "replace")
        self.root = self._parsed()
        self.places: dict[int, tuple[int, int]] = {}
        names = list(_names(self.text))
        at = 0
        for each in _objects(self.root):
            found = next((i for i in range(at, len(names)) if names[i][0] == each["name"]), None)
            if found is not None:
                self.places[id(each)] = names[found][1:]
                at = found + 1

    def _parsed(self) -> Object:
        import hjson  # deferred: an extra

        try:
            made = hjson.loads(self.text)
        except hjson.HjsonDecodeError as error:
            raise self._malformed(error.msg, error.pos) from None
        except (RecursionError, ValueError) as error:
            raise self._malformed(str(error) or "nested too deep", 0) from None
        if not isinstance(made, dict):
            raise self._malformed("it is no object", 0)
        return made

    def _malformed(self, why: str, at: int) -> InvalidSource:
        begin = len(self.text[:at].encode())
        span = Span(self.source, begin, min(begin + 1, len(self.source.data)))
        return InvalidSource([Diagnostic.make("KR0015", span, why=why)])

    def at(self, each: Object) -> At | None:
        place = self.places.get(id(each))
        if place is None:
            return None
        return (0, len(self.text[: place[0]].encode()), len(self.text[: place[1]].encode()))

    def span(self, each: Object) -> Span | None:
        at = self.at(each)
        return None if at is None else Span(self.source, at[1], at[2])


def _names(text: str) -> Iterator[tuple[str, int, int]]:
    for match in NAMED.finditer(text):
        for group in (1, 2, 3):
            if match[group] is not None:
                yield match[group].strip(), match.start(), match.end()


def _objects(value: Any) -> Iterator[Object]:
    """Those with a name, in the order of the text."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if isinstance(each.get("name"), str):
                yield each
            waiting += reversed(each.values())
        elif isinstance(each, list):
            waiting += reversed(each)
