"""YAML texts: events of PyYAML's C parser → nodes with places → `Doc`.

A plain scalar stays what was written: the type that it meets says whether `no` is a text. Aliases
are copies of what they name, up to `ALIAS_BUDGET` nodes; `<<` merges maps; keys are unique texts.
"""

from __future__ import annotations

from base64 import b64decode
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn

from kestrel import _core
from kestrel.data.document import Document
from kestrel.text.diagnostic import Diagnostic, InvalidConfig, Label
from kestrel.text.source import Source, Span

DEPTH = 128
ALIAS_BUDGET = 100_000
"""Nodes that aliases may add to those that are written."""

TOO_DEEP = "exceeded maximum nesting depth"
"""What libyaml says when it gives up before the events of so many levels reach us."""

BOM = b"\xef\xbb\xbf"
MERGE = "<<"
NULLS = frozenset({"", "~", "null", "Null", "NULL"})

CORE = "tag:yaml.org,2002:"
SCALAR_TAGS: dict[str, str] = {
    "!": "text",
    f"{CORE}str": "text",
    f"{CORE}binary": "bytes",
    f"{CORE}int": "plain",
    f"{CORE}float": "plain",
    f"{CORE}bool": "plain",
    f"{CORE}null": "plain",
    f"{CORE}timestamp": "plain",
}
"""What a scalar's tag says: its text is certain, or is read by type as if nothing were said.
`bytes` are base64 text, as in JSON; as a key, the text that they are in UTF-8."""

COLLECTION_TAGS: dict[str, tuple[str | None, ...]] = {
    "list": (None, "!", f"{CORE}seq"),
    "map": (None, "!", f"{CORE}map"),
}
"""The tags that say nothing new of a collection."""


class Node:
    """A scalar (`text`, `plain`, `bytes`), or a `list` or `map`, its `items` the nodes in it; a
    map's are key, value, key, and so on.

    `size` counts the nodes of it and below it, with aliases written out.
    """

    __slots__ = ("begin", "end", "items", "kind", "size", "text")

    def __init__(self, kind: str, begin: int, end: int, text: str = "") -> None:
        self.kind = kind
        self.begin = begin
        self.end = end
        self.text = text
        self.items: list[Node] = []
        self.size = 1


def read_yaml(source: Source, *, many: bool = False) -> Document:
    """The documents of a YAML text: one, or (`many`) a list of all.

    Raises:
        InvalidConfig: KS0414, KS0416, KS0420 to KS0423, with its place.
    """
    roots = list(_Composer(source).documents())
    doc = _core.Doc()
    if many:
        _emit(doc, _listed(roots, source))
    elif len(roots) > 1:
        span = Span(source, roots[1].begin, roots[1].end)
        raise InvalidConfig([Diagnostic.make("KS0423", span)])
    else:
        _emit(doc, _record(roots))
    return Document(doc, [source])


def _record(roots: list[Node]) -> Node:
    """The one document; an empty one says nothing, so it is a record of defaults."""
    return roots[0] if roots and not _is_null(roots[0]) else Node("map", 0, 0)


def put_yaml(doc: _core.Doc, source: Source) -> None:
    """The one document of a YAML text, as the next value of `doc`. Raises as `read_yaml` does."""
    roots = list(_Composer(source).documents())
    _emit(doc, roots[0] if roots else Node("plain", 0, 0))


def _listed(roots: list[Node], source: Source) -> Node:
    """Several documents, or one map, as a list of them; one list as it is."""
    if len(roots) == 1 and roots[0].kind != "map":
        return roots[0]
    whole = Node("list", 0, len(source.data))
    whole.items = [root for root in roots if not _is_null(root)]
    return whole


def _emit(doc: _core.Doc, node: Node) -> None:
    place = (node.begin, node.end)
    if _is_null(node):
        doc.null(*place)
    elif node.kind == "plain":
        doc.plain(node.text, *place)
    elif node.kind in ("text", "bytes"):
        doc.text(node.text, *place)
    else:
        _emit_collection(doc, node)


def _emit_collection(doc: _core.Doc, node: Node) -> None:
    is_map = node.kind == "map"
    opened = (doc.open_map if is_map else doc.open_list)(node.begin, node.end)
    for index, item in enumerate(node.items):
        if is_map and index % 2 == 0:
            doc.text(item.text, item.begin, item.end)
        else:
            _emit(doc, item)
    doc.close(opened)


def _is_null(node: Node) -> bool:
    return node.kind == "plain" and node.text in NULLS


class _Composer:
    """Builds nodes from events, one method a kind of event."""

    def __init__(self, source: Source) -> None:
        self.source = source
        skip = len(BOM) if source.data.startswith(BOM) else 0
        self.text = source.data[skip:].decode()
        self.offsets = _ByteOffsets(self.text, skip)
        self.open: list[Node] = []
        self.anchors: dict[str, Node] = {}
        self.added = 0
        self.handlers: dict[str, Callable[[Any], Node | None]] = {
            "ScalarEvent": self.scalar,
            "AliasEvent": self.alias,
            "SequenceStartEvent": self.start,
            "MappingStartEvent": self.start,
            "SequenceEndEvent": self.end,
            "MappingEndEvent": self.end,
            "DocumentStartEvent": self.forget,
        }

    def documents(self) -> Iterator[Node]:
        """The root node of each document."""
        for event in self.events():
            handler = self.handlers.get(type(event).__name__)
            node = handler(event) if handler else None
            if node is None:
                continue
            if self.open:
                self.put(node)
            else:
                yield node

    def events(self) -> Iterator[Any]:
        import yaml

        try:
            yield from yaml.parse(self.text, Loader=yaml.CSafeLoader)
        except yaml.reader.ReaderError as error:
            raise self.malformed(error.reason, error.position) from None
        except yaml.MarkedYAMLError as error:
            raise self.unparsed(error) from None

    def scalar(self, event: Any) -> Node:
        kind = "plain" if event.implicit[0] else "text"
        if event.tag is not None:
            kind = SCALAR_TAGS.get(event.tag, "")
        node = Node(kind, *self.place(event), event.value)
        return self.named(event, node) if kind else self.refuse_tag(event, node)

    def start(self, event: Any) -> None:
        kind = "list" if type(event).__name__ == "SequenceStartEvent" else "map"
        node = self.named(event, Node(kind, *self.place(event)))
        if event.tag not in COLLECTION_TAGS[kind]:
            self.refuse_tag(event, node)
        if len(self.open) == DEPTH:
            raise self.failure("KS0414", node, limit=DEPTH)
        self.open.append(node)

    def end(self, event: Any) -> Node:
        node = self.open.pop()
        node.end = max(node.begin, self.trimmed(event.end_mark.index))
        if node.kind == "map":
            node.items = self.entries(node)
        node.size = 1 + sum(item.size for item in node.items)
        return node

    def alias(self, event: Any) -> Node:
        begin, end = self.place(event)
        here, name = Node("alias", begin, end), event.anchor
        node = self.anchors.get(name)
        if node is None:
            raise self.failure("KS0421", here, name=name, why="names nothing above it")
        if node in self.open:
            raise self.failure("KS0421", here, name=name, why="stands inside what it names")
        self.added += node.size
        if self.added > ALIAS_BUDGET:
            why = f"makes the aliases of this file stand for more than {ALIAS_BUDGET} values"
            raise self.failure("KS0421", here, name=name, why=why)
        return node

    def forget(self, event: Any) -> None:
        """Anchors hold in their own document."""
        self.anchors.clear()

    def put(self, node: Node) -> None:
        parent = self.open[-1]
        if parent.kind == "map" and len(parent.items) % 2 == 0:
            node = self.key(node)
        parent.items.append(node)

    def key(self, node: Node) -> Node:
        if node.kind == "bytes":
            return self.decoded(node)
        if node.kind not in ("text", "plain"):
            raise self.failure("KS0420", node, why="a key is a text")
        return node

    def decoded(self, node: Node) -> Node:
        """A key that YAML lets be written as base64: the text that it stands for."""
        try:
            text = b64decode(node.text, validate=True).decode()
        except UnicodeDecodeError:
            raise self.failure("KS0416", node) from None
        except ValueError:
            raise self.failure("KS0420", node, why="`!!binary` is followed by base64") from None
        return Node("text", node.begin, node.end, text)

    def entries(self, node: Node) -> list[Node]:
        """A map's keys and values; what `<<` names fills up what is not written.

        A key that is given twice stays twice: the core refuses it, with all else that is wrong.
        """
        own: dict[str, tuple[Node, Node]] = {}
        again: list[tuple[Node, Node]] = []
        merged: dict[str, tuple[Node, Node]] = {}
        for key, value in zip(node.items[::2], node.items[1::2], strict=True):
            if key.kind == "plain" and key.text == MERGE:
                for entry in self.merged(value):
                    merged.setdefault(entry[0].text, entry)
            elif key.text in own:
                again.append((key, value))
            else:
                own[key.text] = (key, value)
        filled = own | _without(merged, own)
        return [part for entry in (*filled.values(), *again) for part in entry]

    def merged(self, value: Node) -> Iterator[tuple[Node, Node]]:
        for source in value.items if value.kind == "list" else [value]:
            if source.kind != "map":
                raise self.failure("KS0420", source, why="`<<` merges maps")
            yield from zip(source.items[::2], source.items[1::2], strict=True)

    def refuse_tag(self, event: Any, node: Node) -> NoReturn:
        raise self.failure("KS0422", node, tag=event.tag.replace(CORE, "!!"))

    def named(self, event: Any, node: Node) -> Node:
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def place(self, event: Any) -> tuple[int, int]:
        begin, end = event.start_mark.index, self.trimmed(event.end_mark.index)
        return self.offsets[begin], self.offsets[max(begin, end)]

    def trimmed(self, index: int) -> int:
        """An end without the blanks and line ends that the parser had to read to find it."""
        while index > 0 and self.text[index - 1] in " \t\r\n":
            index -= 1
        return index

    def unparsed(self, error: Any) -> InvalidConfig:
        mark = error.problem_mark or error.context_mark
        index = mark.index if mark else 0
        if error.problem == TOO_DEEP:
            return InvalidConfig([Diagnostic.make("KS0414", self.point(index), limit=DEPTH)])
        if self.text[index : index + 1] == "\t":
            return self.malformed("a tab cannot indent: use spaces", index)
        labels = []
        if error.context and error.context_mark:
            labels = [Label(self.point(error.context_mark.index), error.context)]
        return self.malformed(str(error.problem), index, labels)

    def malformed(self, why: str, index: int, labels: Iterable[Label] = ()) -> InvalidConfig:
        return InvalidConfig([Diagnostic.make("KS0420", self.point(index), labels=labels, why=why)])

    def point(self, index: int) -> Span:
        at = self.offsets[min(index, len(self.text))]
        return Span(self.source, at, at)

    def failure(self, code: str, node: Node, **values: Any) -> InvalidConfig:
        span = Span(self.source, node.begin, node.end)
        return InvalidConfig([Diagnostic.make(code, span, **values)])


def _without(
    merged: dict[str, tuple[Node, Node]], own: Iterable[str]
) -> dict[str, tuple[Node, Node]]:
    return {name: entry for name, entry in merged.items() if name not in own}


class _ByteOffsets:
    """From an index in characters to the byte in the UTF-8 of a text that begins at `first`."""

    def __init__(self, text: str, first: int) -> None:
        self.first = first
        self.wide: list[int] = []  # indices after each character that takes more than one byte
        self.extra = [0]  # bytes beyond one a character, up to there
        if not text.isascii():
            for index, char in enumerate(text):
                if char >= "\x80":
                    self.wide.append(index + 1)
                    self.extra.append(self.extra[-1] + len(char.encode()) - 1)

    def __getitem__(self, index: int) -> int:
        return self.first + index + self.extra[bisect_right(self.wide, index)]
