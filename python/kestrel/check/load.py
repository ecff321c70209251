"""Checking a file and all that it uses: the phases, in order."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from kestrel.check.attributes import AttrPlace, check_attributes
from kestrel.check.code.foreign import Externs
from kestrel.check.code.functions import Functions as Code
from kestrel.check.code.whole import check_code
from kestrel.check.configs import Configs
from kestrel.check.constants import check_defaults
from kestrel.check.cycles import report_infinite_types, report_value_cycles
from kestrel.check.examples import Examples
from kestrel.check.exprs import lowering
from kestrel.check.functions import Functions
from kestrel.check.lowering import Lower
from kestrel.check.mapping import check_mapping
from kestrel.check.migrations import Migrations
from kestrel.check.modules import Loader
from kestrel.check.schemas import Schemas
from kestrel.check.scope import Env, ModuleScope, Names, Variable
from kestrel.check.shapes import BOOL
from kestrel.check.sink import MAX_FOUND, Sink, TooMany
from kestrel.check.types import Types
from kestrel.check.unwritten import Unwritten
from kestrel.check.world import NewtypeInfo, Place, RecordInfo, SumInfo, World
from kestrel.ir.decls import Module
from kestrel.ir.exprs import AnyExpr
from kestrel.ir.functions import Code as CodeOf
from kestrel.ir.functions import Function
from kestrel.ir.types import AnyType
from kestrel.syntax import ast
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.read import UnreadableFile, read_source
from kestrel.text.source import Source


class Loaded(NamedTuple):
    """`module` is `None` where there are errors; warnings and notes leave it."""

    module: Module | None
    diagnostics: list[Diagnostic]


def load(path: Path, root: Path | None = None) -> Loaded:
    """Check the file at `path` and all modules that it uses.

    `root` is the directory that module paths start at; left out, it is the nearest one above with
    a `kestrel.toml`, else the one that makes the file's `module` line true, else the file's own.
    """
    try:
        return check_source(read_source(path), path, root)
    except UnreadableFile as error:
        return Loaded(None, list(error.diagnostics))


def check_source(source: Source, path: Path, root: Path | None = None) -> Loaded:
    """The same for a text that has been read; `path` says where `use` begins to look."""
    checker = Checker(path, root)
    try:
        first = checker.loader.load(source)
        checker.check()
    except TooMany:
        return checker.gave_up()
    return checker.result(first)


class Checker:
    """One check: its world, and what lowers each kind of declaration."""

    def __init__(self, path: Path, root: Path | None) -> None:
        self.sink = Sink()
        self.aliases: dict[str, AnyType] = {}
        self.loader = Loader(self.sink, path, root)
        self.world = World(self.sink, self.loader)
        self.types = Types(self.world)
        self.functions = Functions(self.world, self.types)
        self.configs = Configs(self.world, self.types)
        self.lower: Lower = lowering(self.world, self.types, self.functions.find, self.configs.find)
        self.functions.lower = self.configs.lower = self.lower
        self.lower.reader = Unwritten(self.world, self.lower).reader
        self.world.refine = self._refine
        self.externs = Externs(self.world, self.types, self.lower)
        self.code = Code(self.world, self.types, self.lower, self.externs)
        self.lower.callees = self.code
        self.functions_made: dict[str, Function] = {}
        self.schemas = Schemas(self.world, self.types, self.lower)
        self.migrations = Migrations(self.world, self.types, self.lower, self.schemas)
        self.examples = Examples(self.world, self.lower)

    def check(self) -> None:
        """All modules that have been loaded: names and types, then what types say, then values."""
        modules = list(self.loader.modules.values())
        for module in modules:
            self._attributes(module)
        self.externs.declare(modules)
        for module in modules:
            self._declared_types(module)
        report_infinite_types(self.world)
        self._aliases(modules)
        self._lower_types()
        report_value_cycles(self.world, self.schemas.fields.dependencies)
        for module in modules:
            self._values(module)
        self.externs.check(modules)
        self.code.check(modules)
        if not any(d.severity == "error" for d in self.sink.found):
            self.functions_made = check_code(self.world, self.code.made, modules)
        if not any(d.severity == "error" for d in self.sink.found):
            check_mapping(self.world)
            check_defaults(self.world)

    def result(self, first: ModuleScope) -> Loaded:
        found = self._in_order()
        if any(d.severity == "error" for d in found):
            return Loaded(None, found)
        names = tuple(source.name for source in self.loader.sources)
        examples = tuple(self.examples.found)
        module = Module(
            first.name, self.world.decls, names, examples, self.aliases, self._code_made()
        )
        return Loaded(module, found)

    def _code_made(self) -> CodeOf:
        libraries = tuple(dict.fromkeys(self.externs.libraries))
        return CodeOf(
            functions=self.functions_made, foreign=self.world.foreign, libraries=libraries
        )

    def gave_up(self) -> Loaded:
        last = Diagnostic.make("KS0017", None, limit=MAX_FOUND)
        return Loaded(None, [*self._in_order(), last])

    def _in_order(self) -> list[Diagnostic]:
        order = {source.name: n for n, source in enumerate(self.loader.sources)}
        return sorted(self.sink.found, key=lambda d: _position(d, order))

    def _refine(self, node: ast.Expr, it: AnyType, place: Place) -> AnyExpr:
        """A refinement's condition; what it reads does not order fields."""
        names = Names({"it": Variable(it)})
        env = Env(place.module, names, place.record, types=place.types)
        with self.lower.whole():
            return self.lower.value(node, BOOL, env)

    # ---------------------------------------------------------------- phases

    def _declared_types(self, module: ModuleScope) -> None:
        for symbol in module.own.values():
            node = symbol.node
            if isinstance(node, ast.SumType | ast.NewType | ast.Schema) and not node.generics:
                self.types.instance(symbol, {}, node, Place(module, symbol.name))
            elif isinstance(node, ast.Alias) and not node.generics:
                self.types.alias(symbol, {}, full=False)

    def _aliases(self, modules: list[ModuleScope]) -> None:
        """Those that nothing uses are checked too."""
        for module in modules:
            for symbol in module.own.values():
                if isinstance(symbol.node, ast.Alias) and not symbol.node.generics:
                    self.aliases[symbol.name] = self.types.alias(symbol, {}, full=True)

    def _lower_types(self) -> None:
        payloads = {
            v.fields.name
            for info in self.world.types.values()
            if isinstance(info, SumInfo)
            for v in info.variants.values()
            if v.fields is not None
        }
        done = 0
        while done < len(self.world.types):
            infos = list(self.world.types.values())[done:]
            done += len(infos)
            for info in infos:
                match info:
                    case RecordInfo() if info.name not in payloads:
                        self._schema(info)
                    case SumInfo():
                        self.schemas.sum(info)
                    case NewtypeInfo():
                        self.schemas.newtype(info)

    def _schema(self, info: RecordInfo) -> None:
        record = self.schemas.record(info)
        migrations = self.migrations.of(info)
        if migrations:
            self.world.decls[info.name] = replace(record, migrations=migrations)
        self.examples.examples(info, record)

    def _values(self, module: ModuleScope) -> None:
        blank = Env(module, Names({}), document=True)
        for symbol in module.own.values():
            if symbol.kind == "config":
                self.configs.find(symbol, symbol.node, blank)
            elif symbol.kind == "template":
                self.functions.find(symbol, symbol.node, blank)

    def _attributes(self, module: ModuleScope) -> None:
        for node in module.file.decls:
            place = _place_of(node)
            if place is not None:
                check_attributes(node.attrs, place, module, self.sink)
            for member, inner in _members(node):
                check_attributes(member, inner, module, self.sink)


ATTR_PLACES: dict[type[ast.Node], AttrPlace] = {
    ast.Module: "module",
    ast.Use: "use",
    ast.UseItems: "use",
    ast.SumType: "type",
    ast.NewType: "newtype",
    ast.Alias: "alias",
    ast.Schema: "schema",
    ast.Config: "config",
    ast.Template: "template",
    ast.Fn: "function",
    ast.Extern: "foreign",
    ast.Field: "field",
    ast.Compute: "compute",
    ast.Requires: "rule",
    ast.When: "when",
    ast.Example: "example",
    ast.Variant: "variant",
}


def _place_of(node: ast.Node) -> AttrPlace | None:
    return ATTR_PLACES.get(type(node))


def _members(node: ast.Node) -> list[tuple[ast.Attrs, AttrPlace]]:
    """The attributes inside a declaration, and where they stand."""
    found: list[tuple[ast.Attrs, AttrPlace]] = []
    if isinstance(node, ast.Extern):
        return [(part.attrs, "foreign") for part in node.members]
    if isinstance(node, ast.Schema):
        parts: tuple[ast.Node, ...] = node.members
    elif isinstance(node, ast.SumType):
        parts = node.variants
    else:
        return found
    for part in parts:
        place = _place_of(part)
        if place is not None:
            found.append((part.attrs, place))  # type: ignore[attr-defined]
    return found


def _position(diagnostic: Diagnostic, order: dict[str, int]) -> tuple[int, int]:
    span = diagnostic.span
    return (order.get(span.source.name, -1), span.start) if span is not None else (-1, 0)
