"""What the names of a register map stand for where they are said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kestrel.check.sink import Sink
from kestrel.ir.exprs import At
from kestrel.ir.registers import Condition, Effect, Touch
from kestrel.syntax import regmap
from kestrel.syntax.ast import Attrs, Int, Name, Node, Text
from kestrel.text.hints import did_you_mean
from kestrel.text.paragraphs import paragraphs
from kestrel.text.source import Source, Span

MAX_BITS = 1024
"""Bits of a register."""


class Scope:
    """A map's parameters, with their values, and the enums that can be named."""

    def __init__(self, source: Source, sink: Sink, *, placed: bool = True) -> None:
        """`placed`: it is this source that places of the IR count into."""
        self.source = source
        self.placed = placed
        self.sink = sink
        self.parameters: Mapping[str, int] = {}
        self.enums: dict[str, regmap.Enum] = {}
        self.width = 32

    def report(self, code: str, at: Node, **values: Any) -> None:
        self.sink.report(code, Span(self.source, at.start, at.end), **values)

    def unknown(self, code: str, name: Name, known: Mapping[str, Any]) -> None:
        self.report(code, name, name=name.text, helps=did_you_mean(name.text, known))

    def at(self, node: Node) -> At | None:
        return (0, node.start, node.end) if self.placed else None

    def number(self, given: regmap.Number) -> int:
        """A literal, or what a parameter is; an unknown one is 1."""
        if isinstance(given, Int):
            return given.value
        if given.text not in self.parameters:
            self.unknown("KR0202", given, self.parameters)
        return self.parameters.get(given.text, 1)


def doc(attrs: Attrs, text: Text | None) -> str:
    """A title and the doc comment: paragraphs, one a line."""
    title = [text.value] if text is not None else []
    return "\n".join(paragraphs("\n\n".join([*title, attrs.doc])))


def place(node: regmap.Place) -> str:
    return ".".join(map(_item, node.items))


def _item(node: regmap.PlaceItem) -> str:
    if node.index is None:
        return node.name.text
    index = node.index.value if isinstance(node.index, Int) else node.index.text
    return f"{node.name.text}[{index}]"


def condition(node: regmap.Condition) -> Condition:
    return Condition(place(node.place), node.op, node.value.value)


def effect(node: regmap.Effect) -> Effect:
    return tuple(Touch(each.way, place(each.place)) for each in node.items)
