"""A text that was read and is not typed yet, and where its parts stand."""

from __future__ import annotations

from collections.abc import Sequence

from kestrel import _core
from kestrel.text.source import Source, Span


class Document:
    """`content` is JSON text or untyped nodes; `sources` are the files that its places count into.

    A data file is one source. The document of a declared config may stem from several files of its
    module. A Python value has none.
    """

    def __init__(self, content: bytes | _core.Doc, sources: Sequence[Source] = ()) -> None:
        self.content = content
        self.sources = tuple(sources)

    def span(self, pointer: str, begin: int = -1, end: int = -1) -> Span | None:
        """Where a value stands: bytes `begin` to `end` if known, else found by its JSON Pointer.

        Of a pointer that leads to nothing (a missing member), the nearest enclosing value's place.
        """
        if not self.sources:
            return None
        if begin >= 0:
            return Span(self._source(pointer), begin, max(begin, end))
        while (found := self.written(pointer)) is None and pointer:
            pointer = pointer.rpartition("/")[0]
        return found

    def written(self, pointer: str) -> Span | None:
        """Where the value at a JSON Pointer stands, if it is there; its name's place if the value
        begins on a later line."""
        if not self.sources:
            return None
        begin, end = self.locate(pointer)
        if begin < 0:
            return None
        source = self._source(pointer)
        name, name_end = self.locate(pointer, key=True)
        if 0 <= name < begin and b"\n" in source.data[name:begin]:
            begin, end = name, name_end
        return Span(source, begin, max(begin, end))

    def locate(self, pointer: str, key: bool = False) -> tuple[int, int]:
        """Bytes of the value (or the name) at a JSON Pointer; (-1, -1) if there is none."""
        if isinstance(self.content, bytes):
            return _core.locate(self.content, pointer, key)
        return self.content.locate(pointer, key)

    def hide(self, pointer: str, begin: int = -1, end: int = -1) -> None:
        """Have nobody shown the value at a JSON Pointer; its place as for `span`."""
        if begin < 0:
            begin, end = self.locate(pointer)
        if self.sources and begin >= 0:
            self._source(pointer).hide(begin, end)

    def _source(self, pointer: str) -> Source:
        if len(self.sources) == 1 or isinstance(self.content, bytes):
            return self.sources[0]
        return self.sources[self.content.source_of(pointer)]


NOTHING = Document(b"null")
"""No file at all: what is wrong has no place in one."""
