"""XML as elements that know where they are in the file. Document types are not obeyed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from kestrel.text.diagnostic import Diagnostic, InvalidSource
from kestrel.text.source import Source, Span

MAX_DEPTH = 64
"""Elements within elements."""


class Element:
    """`begin` to `end` are the bytes from the start tag to the end tag, both included."""

    __slots__ = ("attributes", "begin", "children", "end", "parent", "tag", "text")

    def __init__(
        self, tag: str, attributes: dict[str, str], parent: Element | None, begin: int
    ) -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.children: list[Element] = []
        self.text = ""
        self.begin = begin
        self.end = begin

    def child(self, tag: str) -> Element | None:
        for each in self.children:
            if each.tag == tag:
                return each
        return None

    def all(self, tag: str) -> Iterator[Element]:
        return (each for each in self.children if each.tag == tag)


def parse(source: Source) -> Element:
    """The root element.

    Raises:
        InvalidSource: KR0001, it is not well-formed XML; KR0002, it declares entities.
    """
    reader = _Reader(source)
    try:
        reader.parser.Parse(source.data, True)
    except expat.ExpatError as error:
        at = min(reader.parser.ErrorByteIndex, len(source.data))
        why = expat.errors.messages[error.code] if error.code else str(error)
        raise _failed(source, "KR0001", max(at, 0), why=why) from None
    assert reader.root is not None
    return reader.root


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.root: Element | None = None
        self._open: Element | None = None
        self._depth = 0
        self.parser = parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._entity

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        at = self.parser.CurrentByteIndex
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _failed(self.source, "KR0001", at, why=f"more than {MAX_DEPTH} levels")
        made = Element(tag, attributes, self._open, at)
        if self._open is None:
            self.root = made
        else:
            self._open.children.append(made)
        self._open = made

    def _end(self, _: str) -> None:
        assert self._open is not None
        self._depth -= 1
        self._open.end = self.parser.CurrentByteIndex
        self._open = self._open.parent

    def _text(self, text: str) -> None:
        if self._open is not None:
            self._open.text += text

    def _entity(self, name: str, *_: object) -> None:
        raise _failed(self.source, "KR0002", self.parser.CurrentByteIndex, name=name)


def _failed(source: Source, code: str, at: int, **values: Any) -> InvalidSource:
    return InvalidSource([Diagnostic.make(code, Span(source, at, at), **values)])
