"""Names and what they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Literal, NamedTuple

from kestrel.check.tree import nodes
from kestrel.ir.exprs import At
from kestrel.ir.types import AnyType
from kestrel.syntax import ast
from kestrel.text.source import Source, Span

SymbolKind = Literal[
    "sum", "newtype", "alias", "schema", "config", "template", "fn", "foreign", "module"
]

KIND_WORDS: dict[SymbolKind, str] = {
    "sum": "a type",
    "newtype": "a type",
    "alias": "a type",
    "schema": "a schema",
    "config": "a config",
    "template": "a template",
    "fn": "a function",
    "foreign": "something foreign",
    "module": "a module",
}
TYPE_KINDS: frozenset[SymbolKind] = frozenset({"sum", "newtype", "alias", "schema"})

_DECLARED = re.compile(
    rb"\b(?:type|alias|schema|config|template|fn|handle|compute)\s+([\w\x80-\xff]+)"
    rb"|([\w\x80-\xff]+)\s*:|\|\s*([\w\x80-\xff]+)"
)


class Symbol(NamedTuple):
    """A declaration: `name` is full, `node` its syntax, `module` where it stands."""

    kind: SymbolKind
    name: str
    node: ast.Node
    module: ModuleScope


class ModuleScope:
    """A module: its file, and the names that can be used in it."""

    def __init__(self, name: str, file: ast.File, number: int, damaged: bool) -> None:
        self.name = name
        self.file = file
        self.number = number
        self.damaged = damaged
        self.own: dict[str, Symbol] = {}
        self.names: dict[str, Symbol] = {}
        """`own`, and what `use` brings in."""
        self.missing: set[str] = set()
        """What `use` should have brought in, and did not: said once, at the `use`."""

    @property
    def source(self) -> Source:
        return self.file.source

    def full(self, name: str) -> str:
        return f"{self.name}.{name}" if self.name else name

    def span(self, node: ast.Node) -> Span:
        return Span(self.source, node.start, node.end)

    def at(self, node: ast.Node) -> At:
        return (self.number, node.start, node.end)

    def lost(self, name: str) -> bool:
        """Was `name` perhaps declared in a part of the file that could not be parsed?"""
        return name in self.missing or (self.damaged and name in self._written_names)

    @cached_property
    def _written_names(self) -> frozenset[str]:
        """Names that look declared, where the tree has no name."""
        kept = {node.start for node in nodes(self.file) if isinstance(node, ast.Name)}
        found: set[str] = set()
        for match in _DECLARED.finditer(self.source.data):
            group = match.lastindex or 0
            if match.start(group) not in kept:
                found.add(match.group(group).decode("utf-8", "replace"))
        return frozenset(found)


class Variable(NamedTuple):
    """A local name: its type, and for a map's entry the type of its key. `mutable`: a `var`."""

    type: AnyType
    key: AnyType | None = None
    mutable: bool = False


class Names:
    """Local names, innermost first."""

    def __init__(self, own: dict[str, Variable], outer: Names | None = None) -> None:
        self.own = own
        self.outer = outer

    def get(self, name: str) -> Variable | None:
        scope: Names | None = self
        while scope is not None:
            if name in scope.own:
                return scope.own[name]
            scope = scope.outer
        return None

    def __iter__(self) -> Iterator[str]:
        scope: Names | None = self
        while scope is not None:
            yield from scope.own
            scope = scope.outer


class Body:
    """The function whose body is checked: the type that it must give, `None` where that is found
    from what its `return`s have been `given` so far."""

    def __init__(self, name: str, result: AnyType | None, generics: Mapping[str, AnyType]) -> None:
        self.name = name
        self.result = result
        self.generics = generics
        self.given: list[AnyType] = []


class Frame(NamedTuple):
    """Where in a function's body an expression stands."""

    body: Body
    loop: bool = False
    lambda_: bool = False
    defer: bool = False


class Env(NamedTuple):
    """What an expression may refer to.

    `record` is the full name of the record that `self` is. In a `document` (configs and
    templates) records are what was written; elsewhere they are effective values. Where they may be
    `partial`, a member that is left out has its default. `code` is where it stands, if it is in a
    function that is to be compiled.
    """

    module: ModuleScope
    names: Names
    record: str = ""
    document: bool = False
    types: Mapping[str, AnyType] = MappingProxyType({})
    partial: bool = False
    code: Frame | None = None

    def binding(self, own: dict[str, Variable]) -> Env:
        return self._replace(names=Names(own, self.names))

    def frozen(self) -> Env:
        """The same, where nothing that has a name by now can be given another value."""
        kept = {name: self.names.get(name) for name in self.names}
        own = {n: v._replace(mutable=False) for n, v in kept.items() if v is not None and v.mutable}
        return self.binding(own)

    def inside(
        self, *, loop: bool | None = None, lambda_: bool | None = None, defer: bool | None = None
    ) -> Env:
        """The same, further inside the function's body."""
        assert self.code is not None
        body, *before = self.code
        said = (loop, lambda_, defer)
        changed = (old if new is None else new for new, old in zip(said, before, strict=True))
        return self._replace(code=Frame(body, *changed))
