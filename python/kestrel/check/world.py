"""What is known of the types of all modules of one check."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import NamedTuple

from kestrel.check.modules import Loader
from kestrel.check.scope import ModuleScope, Symbol
from kestrel.check.shapes import parts
from kestrel.check.sink import Sink
from kestrel.ir.decls import AnyDecl
from kestrel.ir.exprs import AnyExpr
from kestrel.ir.functions import AnyForeign, Handle, Status, Struct
from kestrel.ir.types import AnyType, Foreign, Named
from kestrel.syntax import ast


class Place(NamedTuple):
    """Where a type is written: `owner` names records that are written inline; `types` are the
    arguments of generics; `record` is what `self` means in a refinement. In `code`, types of
    functions and of C may stand beside those of data."""

    module: ModuleScope
    owner: str
    types: Mapping[str, AnyType] = MappingProxyType({})
    record: str = ""
    code: bool = False

    def inside(self, name: str) -> Place:
        return self._replace(owner=f"{self.owner}.{name}")


class FieldInfo(NamedTuple):
    """A field as expressions see it: `plain` is its type without refinements."""

    name: str
    plain: AnyType
    node: ast.Field | ast.Compute
    place: Place
    computed: bool = False


class RecordInfo(NamedTuple):
    """`base` is the full name of the schema that it extends."""

    name: str
    node: ast.Schema | ast.RecordType
    place: Place
    fields: dict[str, FieldInfo]
    base: str = ""


class VariantInfo(NamedTuple):
    """`record` is the full name of the payload's record, if the payload is named fields."""

    name: str
    items: tuple[AnyType, ...]
    fields: RecordInfo | None
    node: ast.Variant


class SumInfo(NamedTuple):
    name: str
    node: ast.SumType
    place: Place
    variants: dict[str, VariantInfo]

    @property
    def plain(self) -> bool:
        """Are there no payloads at all?"""
        return all(not v.items and v.fields is None for v in self.variants.values())


class NewtypeInfo(NamedTuple):
    name: str
    node: ast.NewType
    place: Place
    base: AnyType


TypeInfo = RecordInfo | SumInfo | NewtypeInfo
Refine = Callable[[ast.Expr, AnyType, Place], AnyExpr]


class World:
    """The state that the parts of the checker share."""

    def __init__(self, sink: Sink, loader: Loader) -> None:
        self.sink = sink
        self.loader = loader
        self.types: dict[str, TypeInfo] = {}
        """Declared types by full name; instances of generic ones as `m.Pair<u16>`."""
        self.decls: dict[str, AnyDecl] = {}
        self.foreign: dict[str, AnyForeign] = {}
        """What `extern` blocks declare, by full name."""
        self.defining: list[str] = []
        """Aliases, newtypes and schemas being resolved, to find loops."""
        self.expanded: list[Symbol] = []
        """The alias that is being resolved, and those that it has been made of so far."""
        self._held: dict[str, set[str]] = {}
        self.looping: set[str] = set()
        """Definitions whose loop has been reported."""
        self.refine: Refine = _no_refine

    @contextmanager
    def expanding(self, alias: Symbol) -> Iterator[int]:
        """While an alias is resolved; how many its outermost one is made of by now."""
        outermost = not self.expanded
        self.expanded.append(alias)
        self.defining.append(alias.name)
        yield len(self.expanded) - 1
        self.defining.pop()
        if outermost:
            self.expanded.clear()

    def record(self, t: AnyType) -> RecordInfo | None:
        found = self.types.get(t.name) if isinstance(t, Named) else None
        return found if isinstance(found, RecordInfo) else None

    def sum(self, t: AnyType) -> SumInfo | None:
        found = self.types.get(t.name) if isinstance(t, Named) else None
        return found if isinstance(found, SumInfo) else None

    def newtype(self, t: AnyType) -> NewtypeInfo | None:
        found = self.types.get(t.name) if isinstance(t, Named) else None
        return found if isinstance(found, NewtypeInfo) else None

    def handle(self, t: AnyType) -> Handle | None:
        found = self.foreign.get(t.name) if isinstance(t, Foreign) else None
        return found if isinstance(found, Handle) else None

    def status(self, t: AnyType) -> Status | None:
        found = self.foreign.get(t.name) if isinstance(t, Foreign) else None
        return found if isinstance(found, Status) else None

    def struct(self, t: AnyType) -> Struct | None:
        found = self.foreign.get(t.name) if isinstance(t, Foreign) else None
        return found if isinstance(found, Struct) else None

    def stored(self, t: AnyType) -> AnyType:
        """What a value of `t` is kept as: newtypes seen through."""
        while (new := self.newtype(t)) is not None:
            t = new.base
        return t

    def lookup(self, module: ModuleScope, path: tuple[str, ...]) -> Symbol | None:
        """The declaration that a dotted name means in `module`."""
        first = module.names.get(path[0])
        if len(path) == 1:
            return first
        if first is not None:
            return first.module.own.get(path[1]) if _is_member(first, path) else None
        used = self.loader.modules.get(".".join(path[:-1]))
        return used.own.get(path[-1]) if used is not None else None

    def records(self) -> Iterator[RecordInfo]:
        """All records known so far; those found meanwhile come too."""
        seen: set[str] = set()
        while len(seen) < len(self.types):
            for name in [n for n in self.types if n not in seen]:
                seen.add(name)
                info = self.types[name]
                if isinstance(info, RecordInfo):
                    yield info

    # ---------------------------------------------------------------- who holds whom

    def enclosers(self, name: str) -> list[RecordInfo]:
        """The records that hold a record of this name, directly or in collections and sums."""
        return [r for r in self.records() if name in self.held(r)]

    def roots(self, name: str) -> list[RecordInfo]:
        """The outermost records that hold it, however deep; itself, if nothing holds it."""
        found: dict[str, RecordInfo] = {}
        pending, seen = [name], {name}
        while pending:
            at = pending.pop()
            above = [r for r in self.enclosers(at) if r.name != at]
            own = self.record(Named(at))
            if not above and own is not None:
                found[at] = own
            pending.extend(r.name for r in above if r.name not in seen)
            seen.update(r.name for r in above)
        return list(found.values())

    def held(self, record: RecordInfo) -> set[str]:
        """Names of the records that stand in the fields of `record`, no other record between."""
        if record.name not in self._held:
            self._held[record.name] = self._find_held(record)
        return self._held[record.name]

    def _find_held(self, record: RecordInfo) -> set[str]:
        found: set[str] = set()
        sums: set[str] = set()
        pending: list[AnyType] = [field.plain for field in record.fields.values()]
        while pending:
            t = pending.pop()
            if self.record(t) is not None and isinstance(t, Named):
                found.add(t.name)
            elif (info := self.sum(t)) is not None:
                if info.name not in sums:
                    sums.add(info.name)
                    pending.extend(self._payloads(info))
            else:
                pending.extend(parts(self.stored(t)))
        return found

    def _payloads(self, info: SumInfo) -> Iterator[AnyType]:
        for variant in info.variants.values():
            yield from variant.items
            if variant.fields is not None:
                yield Named(variant.fields.name)


def _is_member(first: Symbol, path: tuple[str, ...]) -> bool:
    return first.kind == "module" and len(path) == 2


def _no_refine(_node: ast.Expr, _type: AnyType, _place: Place) -> AnyExpr:
    raise AssertionError("no lowering of refinements has been set")
