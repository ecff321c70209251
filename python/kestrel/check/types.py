"""Types as they are written → types of the IR.

Each type is wanted in two forms. *Plain*: without refinements, which is what expressions are typed
by. *Full*: with them, which is what data are checked by. The plain form never looks at an
expression, so refinements may speak of any type.
"""

from __future__ import annotations

from collections.abc import Callable

from kestrel.check.attributes import check_attributes, read_attributes
from kestrel.check.modules import check_capital
from kestrel.check.scope import KIND_WORDS, TYPE_KINDS, ModuleScope, Symbol
from kestrel.check.shapes import ERROR, bare, has_error, key_of, keyed, kind, show
from kestrel.check.sink import MAX_ALIASES, MAX_DEFINITIONS
from kestrel.check.wording import are, counted
from kestrel.check.world import (
    FieldInfo,
    NewtypeInfo,
    Place,
    RecordInfo,
    SumInfo,
    VariantInfo,
    World,
)
from kestrel.ir.exprs import AnyExpr, Const, Local, Op
from kestrel.ir.text import write_type
from kestrel.ir.types import (
    SCALARS,
    UNWRITTEN,
    AnyType,
    BufferOf,
    FnOf,
    Foreign,
    ListOf,
    Literals,
    MapOf,
    Named,
    OptionOf,
    PointerTo,
    Refined,
    ResultOf,
    Scalar,
    SecretOf,
    SetOf,
    TupleOf,
)
from kestrel.syntax import ast
from kestrel.text.hints import did_you_mean

NOT_DATA = frozenset({"Result", "Ptr", "Buffer", "CStr"})
"""Types of functions and foreign boundaries."""

WRITTEN_SCALARS = frozenset(SCALARS) - UNWRITTEN - NOT_DATA

GENERIC: dict[str, tuple[int, Callable[..., AnyType]]] = {
    "Option": (1, OptionOf),
    "Map": (2, MapOf),
    "Set": (1, SetOf),
    "Secret": (1, SecretOf),
    "Result": (2, ResultOf),
    "Ptr": (1, PointerTo),
    "Buffer": (1, BufferOf),
    "CStr": (0, lambda: Scalar("CStr")),
}

FOREIGN_TYPES = (ast.Handle, ast.Status, ast.Struct)

MAX_INSTANCE_NAME = 400
"""A generic type that contains ever larger instances of itself is stopped here."""


class Types:
    """Resolves types of one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sink = world.sink

    # ---------------------------------------------------------------- written types

    def plain(self, node: ast.Type, place: Place) -> AnyType:
        return self.resolve(node, place, full=False)

    def full(self, node: ast.Type, place: Place, where: ast.Expr | None = None) -> AnyType:
        return self.refined(self.resolve(node, place, full=True), where, place)

    def resolve(self, node: ast.Type, place: Place, full: bool) -> AnyType:
        match node:
            case ast.NamedType():
                return self._named(node, place, full)
            case ast.ListType(item=item):
                return ListOf(self.resolve(item, place, full))
            case ast.TupleType(items=(one,)):
                return self.resolve(one, place, full)
            case ast.TupleType(items=items):
                return TupleOf(tuple(self.resolve(item, place, full) for item in items))
            case ast.RecordType():
                return self._inline_record(node, place)
            case ast.LiteralType():
                return self._literals(node, place, full)
            case ast.FnType(params=params, result=result) if place.code:
                taken = tuple(self.resolve(p, place, full) for p in params)
                return FnOf(taken, self.resolve(result, place, full))
            case ast.FnType():
                return self._not_data(node, "fn", place)

    def refined(
        self, base: AnyType, where: ast.Expr | None, place: Place, name: str = ""
    ) -> AnyType:
        """`base where where`; on an option, of what it holds."""
        if where is None or has_error(base):
            return base
        if isinstance(base, OptionOf):
            return OptionOf(self.refined(base.item, where, place, name))
        return Refined(base, self.world.refine(where, bare(base), place), name)

    def _named(self, node: ast.NamedType, place: Place, full: bool) -> AnyType:
        path = tuple(name.text for name in node.path.items)
        name = path[-1]
        if len(path) == 1 and name in place.types and not node.args:
            return place.types[name]
        symbol = self.world.lookup(place.module, path)
        if symbol is not None:
            return self._declared(symbol, node, place, full)
        if len(path) == 1 and name in WRITTEN_SCALARS:
            self._arity(node, 0, place)
            return Scalar(name)
        if len(path) == 1 and name in NOT_DATA and not place.code:
            return self._not_data(node, name, place)
        if len(path) == 1 and name in GENERIC:
            return self._generic(node, place, full)
        return self._unknown(node, place)

    def _unknown(self, node: ast.NamedType, place: Place) -> AnyType:
        name = node.path.text
        if not place.module.lost(node.path.items[0].text):
            types = [n for n, s in place.module.names.items() if s.kind in TYPE_KINDS]
            built_in = [n for n in GENERIC if place.code or n not in NOT_DATA]
            known = [*types, *WRITTEN_SCALARS, *built_in, *place.types]
            span = place.module.span(node.path)
            self.sink.report(
                "KS0101", span, what="type", name=name, helps=did_you_mean(name, known)
            )
        return ERROR

    def _not_data(self, node: ast.Type, name: str, place: Place) -> AnyType:
        where = "schema, a config, or a function that rules use"
        self.sink.report("KS0135", place.module.span(node), type=name, place=where)
        return ERROR

    def _generic(self, node: ast.NamedType, place: Place, full: bool) -> AnyType:
        arity, make = GENERIC[node.path.text]
        if not self._arity(node, arity, place):
            return ERROR
        args = [self.resolve(arg, place, full) for arg in node.args]
        made = make(*args)
        if isinstance(made, OptionOf) and kind(made.item) == "option":
            self.sink.report("KS0128", place.module.span(node))
            return args[0]
        return made

    def _arity(self, node: ast.NamedType, wanted: int, place: Place) -> bool:
        found = len(node.args)
        if found == wanted:
            return True
        self.sink.report(
            "KS0108",
            place.module.span(node),
            name=node.path.text,
            expected=counted(wanted, "type argument"),
            found=are(found),
        )
        return False

    def _literals(self, node: ast.LiteralType, place: Place, full: bool) -> AnyType:
        texts = [item.value for item in node.items if isinstance(item, ast.Text)]
        if len(texts) == len(node.items):
            return Literals(tuple(dict.fromkeys(texts)))
        if texts:
            item = next(i for i in node.items if not isinstance(i, ast.Text))
            self.sink.report("KS0110", place.module.span(item), expected="String", found="integer")
            return Literals(tuple(dict.fromkeys(texts)))
        if not full:
            return Scalar("i64")
        return Refined(Scalar("i64"), _one_of([_integer(item) for item in node.items]))

    # ---------------------------------------------------------------- declared types

    def _declared(self, symbol: Symbol, node: ast.NamedType, place: Place, full: bool) -> AnyType:
        if isinstance(symbol.node, FOREIGN_TYPES):
            self._arity(node, 0, place)
            if not place.code:
                return self._not_data(node, node.path.text, place)
            return Foreign(symbol.name)
        if symbol.kind not in TYPE_KINDS:
            span = place.module.span(node.path)
            found = KIND_WORDS[symbol.kind]
            self.sink.report("KS0106", span, name=node.path.text, found=found, expected="a type")
            return ERROR
        generics: tuple[ast.Name, ...] = symbol.node.generics  # type: ignore[attr-defined]
        if not self._arity(node, len(generics), place):
            return ERROR
        args = [self.resolve(arg, place, full=True) for arg in node.args]
        if any(map(has_error, args)):
            return ERROR
        types = {name.text: arg for name, arg in zip(generics, args, strict=True)}
        if symbol.kind == "alias":
            return self.alias(symbol, types, full, place.code)
        return self.instance(symbol, types, node, place)

    def alias(
        self, symbol: Symbol, types: dict[str, AnyType], full: bool, code: bool = True
    ) -> AnyType:
        node = symbol.node
        assert isinstance(node, ast.Alias)
        world = self.world
        if symbol.name in world.defining:
            self._loop(symbol, node.name)
            return ERROR
        if len(world.defining) >= MAX_DEFINITIONS:
            span = symbol.module.span(node.name)
            self.sink.report("KS0007", span, limit=MAX_DEFINITIONS)
            return ERROR
        place = Place(symbol.module, symbol.name, types, code=code)
        with world.expanding(symbol) as count:
            if count > MAX_ALIASES:
                self._too_many_aliases(world.expanded[0])
                return ERROR
            base = self.resolve(node.type, place, full)
        return self.refined(base, node.where, place, symbol.name) if full else base

    def _too_many_aliases(self, symbol: Symbol) -> None:
        """Said of the outermost alias."""
        assert isinstance(symbol.node, ast.Alias)
        span, name = symbol.module.span(symbol.node.name), symbol.node.name.text
        self.sink.report("KS0150", span, name=name, limit=MAX_ALIASES)

    def units(self, node: ast.Type, place: Place) -> str:
        """What `@units` says of the alias that a type is, or is an option of; "" if nothing."""
        seen: set[str] = set()
        while isinstance(node, ast.NamedType):
            symbol = self.world.lookup(place.module, tuple(n.text for n in node.path.items))
            if symbol is None and node.path.text == "Option" and node.args:
                node = node.args[0]
            elif symbol is None or symbol.kind != "alias" or symbol.name in seen:
                break
            else:
                assert isinstance(symbol.node, ast.Alias)
                if said := read_attributes(symbol.node.attrs).units:
                    return said
                seen.add(symbol.name)
                node, place = symbol.node.type, Place(symbol.module, symbol.name)
        return ""

    def instance(
        self, symbol: Symbol, types: dict[str, AnyType], node: ast.Node, place: Place
    ) -> AnyType:
        """The declared sum, newtype or schema, its generics filled in."""
        args = ",".join(map(_argument_name, types.values()))
        name = f"{symbol.name}<{args}>" if args else symbol.name
        if name not in self.world.types:
            if len(name) > MAX_INSTANCE_NAME:
                span = place.module.span(node)
                self.sink.report("KS0118", span, name=symbol.name, path="ever larger arguments")
                return ERROR
            self._build(name, symbol, types)
        return Named(name)

    def _build(self, name: str, symbol: Symbol, types: dict[str, AnyType]) -> None:
        place = Place(symbol.module, name, types, name)
        match symbol.node:
            case ast.Schema() as node:
                self._build_schema(name, node, place)
            case ast.SumType() as node:
                self._build_sum(name, node, place._replace(code=True))
            case ast.NewType() as node:
                info = NewtypeInfo(name, node, place, ERROR)
                self.world.types[name] = info
                self.world.defining.append(name)
                base = self.plain(node.type, place._replace(record=""))
                self.world.defining.pop()
                self.world.types[name] = info._replace(base=self._checked_base(name, base, symbol))

    def _checked_base(self, name: str, base: AnyType, symbol: Symbol) -> AnyType:
        """A newtype's base, unless it leads back to the newtype itself."""
        at, path = base, [name]
        while isinstance(at, Named) and (new := self.world.newtype(at)) is not None:
            path.append(at.name)
            if at.name == name:
                self._report_loop(name, path, symbol.module, symbol.node)
                return ERROR
            at = new.base
        return base

    # ---------------------------------------------------------------- records and sums

    def _inline_record(self, node: ast.RecordType, place: Place) -> AnyType:
        name, n = place.owner, 1
        while (known := self.world.types.get(name)) is not None and known.node is not node:
            n += 1
            name = f"{place.owner}.{n}"
        if known is None:
            self.build_record(name, node, place._replace(owner=name, record=name))
        return Named(name)

    def build_record(self, name: str, node: ast.RecordType, place: Place) -> RecordInfo:
        info = RecordInfo(name, node, place, {})
        self.world.types[name] = info
        for field in node.fields:
            check_attributes(field.attrs, "field", place.module, self.sink)
            self._add_field(info, field, place)
        return info

    def _build_schema(self, name: str, node: ast.Schema, place: Place) -> None:
        info = RecordInfo(name, node, place, {})
        self.world.types[name] = info
        self.world.defining.append(name)
        base = self._base_of(info)
        self.world.defining.pop()
        if base is not None:
            info.fields.update(base.fields)
            info = info._replace(base=base.name)
            self.world.types[name] = info
        for member in node.members:
            if isinstance(member, ast.Field | ast.Compute):
                self._add_field(info, member, place)

    def _base_of(self, info: RecordInfo) -> RecordInfo | None:
        """What a schema extends."""
        node = info.node
        if not isinstance(node, ast.Schema) or node.extends is None:
            return None
        path, module = node.extends, info.place.module
        symbol = self.world.lookup(module, tuple(n.text for n in path.items))
        if symbol is None:
            self._unknown(ast.NamedType(path.start, path.end, path, ()), info.place)
            return None
        if symbol.kind != "schema":
            found = KIND_WORDS[symbol.kind]
            self.sink.report(
                "KS0106", module.span(path), name=path.text, found=found, expected="a schema"
            )
            return None
        if symbol.name in self.world.defining:
            self._loop(symbol, path, module)
            return None
        if len(self.world.defining) >= MAX_DEFINITIONS:
            self.sink.report("KS0007", module.span(path), limit=MAX_DEFINITIONS)
            return None
        self._declared(symbol, ast.NamedType(path.start, path.end, path, ()), info.place, False)
        return self.world.record(Named(symbol.name))

    def _add_field(self, info: RecordInfo, node: ast.Field | ast.Compute, place: Place) -> None:
        name, module = node.name.text, place.module
        inherited = info.fields.get(name)
        if inherited is not None and inherited.place.owner == f"{info.name}.{name}":
            self.sink.report("KS0102", module.span(node.name), what="the field", name=name)
            return
        inside = place.inside(name)
        plain = self.plain(node.type, inside)
        if inherited is not None and self._retyped(info, inherited, plain, node):
            return
        computed = isinstance(node, ast.Compute)
        key = read_attributes(node.attrs).key or (key_of(inherited.plain) if inherited else ())
        info.fields[name] = FieldInfo(name, keyed(plain, key), node, inside, computed)

    def _retyped(
        self,
        info: RecordInfo,
        inherited: FieldInfo,
        plain: AnyType,
        node: ast.Field | ast.Compute,
    ) -> bool:
        same_type = keyed(inherited.plain, ()) == plain
        same = same_type and inherited.computed == isinstance(node, ast.Compute)
        if same or has_error(plain) or has_error(inherited.plain):
            return False
        self.sink.report(
            "KS0126",
            info.place.module.span(node.type),
            name=node.name.text,
            base=show(inherited.plain),
            own=show(plain),
            schema=inherited.place.owner.rsplit(".", 2)[-2],
        )
        return True

    def _build_sum(self, name: str, node: ast.SumType, place: Place) -> None:
        info = SumInfo(name, node, place, {})
        self.world.types[name] = info
        for variant in node.variants:
            text = variant.name.text
            if text in info.variants:
                span = place.module.span(variant.name)
                self.sink.report("KS0102", span, what="the variant", name=text)
            else:
                info.variants[text] = self._variant(variant, place.inside(text))
                check_capital(place.module, variant.name, "a variant", self.sink)

    def _variant(self, node: ast.Variant, place: Place) -> VariantInfo:
        items: tuple[AnyType, ...] = ()
        fields = None
        match node.payload:
            case ast.TupleType(items=types):
                items = tuple(self.plain(item, place) for item in types)
            case ast.RecordType() as record:
                fields = self.build_record(place.owner, record, place._replace(record=place.owner))
        return VariantInfo(node.name.text, items, fields, node)

    # ---------------------------------------------------------------- loops

    def _loop(self, symbol: Symbol, node: ast.Node, module: ModuleScope | None = None) -> None:
        defining = self.world.defining
        path = [*defining[defining.index(symbol.name) :], symbol.name]
        self._report_loop(symbol.name, path, module or symbol.module, node)

    def _report_loop(self, name: str, path: list[str], module: ModuleScope, node: ast.Node) -> None:
        if set(path) & self.world.looping:
            return
        self.world.looping |= set(path)
        short = [show(Named(n)) for n in path]
        self.sink.report(
            "KS0119", module.span(node), name=show(Named(name)), path=" → ".join(short)
        )


def _argument_name(t: AnyType) -> str:
    """A type argument in the name of an instance: different types have different names."""
    anonymous = isinstance(t, Refined) and not t.name
    return write_type(t) if anonymous else show(t)


def _integer(node: ast.Text | ast.Int | ast.Neg) -> int:
    if isinstance(node, ast.Neg):
        return -_integer(node.value)  # type: ignore[arg-type]
    assert isinstance(node, ast.Int)
    return node.value


def _one_of(values: list[int]) -> AnyExpr:
    tests: list[AnyExpr] = [Op("any.eq", (Local("it"), Const("Int", v))) for v in values]
    found = tests[-1]
    for test in reversed(tests[:-1]):
        found = Op("bool.or", (test, found))
    return found
