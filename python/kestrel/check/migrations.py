"""`migrate from other { … }`: how a document of one schema becomes one of another.

Fields that both have are carried over as they were written, if the values of the one can stand in
the other; whatever else the new document needs is set. The rest is left behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kestrel.check.attributes import read_attributes
from kestrel.check.lowering import Lower
from kestrel.check.schemas import Schemas
from kestrel.check.scope import Env, Names, Variable
from kestrel.check.shapes import accepts, bare, has_error, kind, parts, show
from kestrel.check.types import Types
from kestrel.check.world import FieldInfo, RecordInfo, SumInfo, World
from kestrel.ir.decls import Default, Migration
from kestrel.ir.types import SCALARS, AnyType, Literals, Named, OptionOf, Scalar
from kestrel.syntax import ast


class _Ends(NamedTuple):
    """`old` documents become those of `new`; `own` is the schema that says so."""

    own: RecordInfo
    old: RecordInfo
    new: RecordInfo


class Migrations:
    """Lowers the migrations of schemas."""

    def __init__(self, world: World, types: Types, lower: Lower, schemas: Schemas) -> None:
        self.world = world
        self.types = types
        self.lower = lower
        self.schemas = schemas
        self.sink = world.sink

    def of(self, info: RecordInfo) -> tuple[Migration, ...]:
        """What a schema says of documents of other schemas."""
        members = info.node.members if isinstance(info.node, ast.Schema) else ()
        made: dict[tuple[str, str], Migration] = {}
        for node in members:
            if not isinstance(node, ast.Migrate):
                continue
            other = self._other_schema(info, node.schema)
            if other is None:
                continue
            if (node.direction, other.name) in made:
                span, name = info.place.module.span(node.schema), node.schema.text
                what = f"the migration {node.direction}"
                self.sink.report("KS0102", span, what=what, name=name)
                continue
            made[node.direction, other.name] = self._migration(info, other, node)
        return tuple(made.values())

    def _migration(self, info: RecordInfo, other: RecordInfo, node: ast.Migrate) -> Migration:
        ends = _Ends(info, other, info) if node.direction == "from" else _Ends(info, info, other)
        sets = tuple(self._sets(ends, node))
        carried = tuple(self._carried(ends, node, {each.path[0] for each in sets}))
        return Migration(
            direction="from" if node.direction == "from" else "to",
            schema=other.name,
            carried=carried,
            sets=sets,
            at=info.place.module.at(node),
        )

    def _other_schema(self, info: RecordInfo, path: ast.Path) -> RecordInfo | None:
        module = info.place.module
        texts = tuple(name.text for name in path.items)
        symbol = self.world.lookup(module, texts)
        if symbol is None and len(texts) > 1:
            other = self.world.loader.find(".".join(texts[:-1]), module, path)
            if other is None or other.lost(texts[-1]):
                return None
            symbol = other.own.get(texts[-1])
        if symbol is None or symbol.kind != "schema":
            self.sink.report("KS0101", module.span(path), what="schema", name=path.text)
            return None
        self.types.instance(symbol, {}, path, info.place)
        return self.world.record(Named(symbol.name))

    # ---------------------------------------------------------------- what is set

    def _sets(self, ends: _Ends, node: ast.Migrate) -> Iterator[Default]:
        module = ends.own.place.module
        env = Env(module, Names({"old": Variable(Named(ends.old.name))}), document=True)
        seen: set[tuple[str, ...]] = set()
        for each in node.sets:
            path = tuple(name.text for name in each.place.items)
            if path in seen:
                self.sink.report("KS0137", module.span(each.place), name=".".join(path))
            seen.add(path)
            target = ends.new._replace(place=ends.own.place)
            found = self.schemas.target(target, each.place, writing=True)
            if found is None:
                continue
            with self.lower.whole():
                yield Default(path, self.lower.value(each.value, found[1].plain, env))

    # ---------------------------------------------------------------- what is carried over

    def _carried(
        self, ends: _Ends, node: ast.Migrate, settled: set[str]
    ) -> Iterator[tuple[str, str]]:
        for field in ends.new.fields.values():
            if field.computed:
                continue
            source = _source(field, ends.old)
            if source is not None and self._fits(field, source):
                if field.name not in settled or "." in _first_set(node, field.name):
                    yield field.name, source.name
            elif field.name not in settled:
                self._unsettled(ends, node, field, source)

    def _fits(self, field: FieldInfo, source: FieldInfo) -> bool:
        if _may_be_absent(source) and not _may_be_absent(field):
            return False
        return Carrying(self.world).can(source.plain, field.plain)

    def _unsettled(
        self, ends: _Ends, node: ast.Migrate, field: FieldInfo, source: FieldInfo | None
    ) -> None:
        """A field that the new document needs, or whose value would be lost."""
        span, name = ends.own.place.module.span(node.schema), field.name
        if source is not None:
            was, now = _told(source), _told(field)
            old, new = _own(ends.old.name), _own(ends.new.name)
            self.sink.report(
                "KS0142", span, name=name, old=old, was=was, new=new, now=now, source=source.name
            )
        elif not _may_be_absent(field):
            old, new = _own(ends.old.name), _own(ends.new.name)
            self.sink.report("KS0143", span, name=name, old=old, new=new)


def _first_set(node: ast.Migrate, name: str) -> str:
    """The place of the first set that begins with `name`."""
    return next((s.place.text for s in node.sets if s.place.items[0].text == name), "")


def _source(field: FieldInfo, old: RecordInfo) -> FieldInfo | None:
    """The old document's field of this name, or of one that the field had."""
    for name in (field.name, *read_attributes(field.node.attrs).renamed_from):
        found = old.fields.get(name)
        if found is not None and not found.computed:
            return found
    return None


def _may_be_absent(field: FieldInfo) -> bool:
    node = field.node
    if isinstance(node, ast.Field) and node.default is not None:
        return True
    return kind(field.plain) == "option" or read_attributes(node.attrs).flatten


def _told(field: FieldInfo) -> str:
    """`u16`, or `u16 (may be left out)`."""
    left_out = _may_be_absent(field) and kind(field.plain) != "option"
    return show(field.plain) + (", which may be left out" if left_out else "")


def _own(name: str) -> str:
    return name.rpartition(".")[2]


class Carrying:
    """May what was written as one type stand as another? Declared types are compared by what they
    are, as two versions of a module declare them anew."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.assumed: set[tuple[str, str]] = set()

    def can(self, old: AnyType, new: AnyType) -> bool:
        a, b = self._stored(old), self._stored(new)
        if isinstance(b, OptionOf) and not isinstance(a, OptionOf):
            b = self._stored(b.item)
        if a == b or has_error(a) or has_error(b):
            return True
        if isinstance(a, Scalar) and isinstance(b, Scalar):
            return _scalar(a, b)
        if isinstance(a, Named) and isinstance(b, Named):
            return self._named(a, b)
        if isinstance(a, Literals) and isinstance(b, Literals | Scalar):
            return accepts(b, a)
        same = type(a) is type(b) and len(parts(a)) == len(parts(b)) > 0
        return same and all(map(self.can, parts(a), parts(b)))

    def _stored(self, t: AnyType) -> AnyType:
        return bare(self.world.stored(bare(t)))

    def _named(self, old: Named, new: Named) -> bool:
        if (old.name, new.name) in self.assumed:
            return True
        self.assumed.add((old.name, new.name))
        a, b = self.world.record(old), self.world.record(new)
        if a is not None and b is not None:
            return self._records(a, b)
        x, y = self.world.sum(old), self.world.sum(new)
        return x is not None and y is not None and self._sums(x, y)

    def _records(self, old: RecordInfo, new: RecordInfo) -> bool:
        was = {f.name: f for f in old.fields.values() if not f.computed}
        now = {f.name: f for f in new.fields.values() if not f.computed}
        due = {name for name, f in now.items() if not _may_be_absent(f)}
        given = {name for name, f in was.items() if not _may_be_absent(f)}
        is_open = isinstance(new.node, ast.Schema) and new.node.open
        if not due <= given or not (is_open or was.keys() <= now.keys()):
            return False
        return all(self.can(f.plain, now[name].plain) for name, f in was.items() if name in now)

    def _sums(self, old: SumInfo, new: SumInfo) -> bool:
        for name, variant in old.variants.items():
            other = new.variants.get(name)
            if other is None or len(variant.items) != len(other.items):
                return False
            if not all(map(self.can, variant.items, other.items)):
                return False
            if (variant.fields is None) != (other.fields is None):
                return False
            both = variant.fields is not None and other.fields is not None
            if both and not self._records(variant.fields, other.fields):  # type: ignore[arg-type]
                return False
        return True


def _scalar(old: Scalar, new: Scalar) -> bool:
    """A wider integer, any text as `String`; ranges are not checked again where they are equal."""
    a, b = SCALARS[old.name], SCALARS[new.name]
    if a.storage == b.storage == "int":
        return (b.lo or 0) <= (a.lo or 0) and (a.hi or 0) <= (b.hi or 0)
    return (a.storage == b.storage == "text" and new.name == "String") or (
        a.storage == b.storage == "float" and new.name == "f64"
    )
