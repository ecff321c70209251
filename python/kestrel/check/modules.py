"""Loading modules: from a path to parsed files, through `use`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from kestrel.check.scope import KIND_WORDS, TYPE_KINDS, ModuleScope, Symbol, SymbolKind
from kestrel.check.sink import Sink
from kestrel.syntax import ast
from kestrel.syntax.parse import parse
from kestrel.text.hints import did_you_mean
from kestrel.text.read import UnreadableFile, read_source
from kestrel.text.source import Source, Span

PROJECT_FILE = "kestrel.toml"

MAX_MODULES = 10_000
"""Modules of one check."""

MAX_CHAIN = 100
"""Modules of which each uses the next."""

KINDS: dict[type[ast.Node], SymbolKind] = {
    ast.SumType: "sum",
    ast.NewType: "newtype",
    ast.Alias: "alias",
    ast.Schema: "schema",
    ast.Config: "config",
    ast.Template: "template",
    ast.Fn: "fn",
    ast.Boundary: "foreign",
    ast.Handle: "foreign",
    ast.Status: "foreign",
    ast.Struct: "foreign",
    ast.ForeignFn: "foreign",
}


class Loader:
    """The modules of one check, by name. A module is the file of its path below the root."""

    def __init__(self, sink: Sink, path: Path, root: Path | None) -> None:
        self.sink = sink
        self.path = path
        self.given_root = root
        self.root = root or path.parent
        self.modules: dict[str, ModuleScope] = {}
        self.sources: list[Source] = []
        self.loading: list[str] = []

    def load(self, source: Source, name: str | None = None) -> ModuleScope:
        """Parse a file and all that it uses. `name`: what others call it; `None` for the first."""
        file, diagnostics = parse(source)
        for diagnostic in diagnostics:
            self.sink.add(diagnostic)
        declared = self._declared_name(file, name)
        if name is None and self.given_root is None:
            self.root = project_root(self.path, declared)
        scope = ModuleScope(declared, file, len(self.sources), bool(diagnostics))
        self.sources.append(source)
        self.modules[declared] = scope
        self.loading.append(declared)
        declare(scope, self.sink)
        for node in file.decls:
            if isinstance(node, ast.Use | ast.UseItems):
                self._use(scope, node)
        for path in _migrations(file):
            self._preload(scope, path)
        self.loading.pop()
        return scope

    @property
    def damaged(self) -> bool:
        return any(module.damaged for module in self.modules.values())

    def find(self, name: str, user: ModuleScope, node: ast.Node) -> ModuleScope | None:
        """The module `name`, loaded if it is not yet; `None`, and a diagnostic, if it cannot be."""
        span = user.span(node)
        if name in self.loading:
            path = " → ".join([*self.loading[self.loading.index(name) :], name])
            self.sink.report("KS0104", span, path=path)
            return None
        if name in self.modules:
            return self.modules[name]
        for limit, count, what in (
            (MAX_CHAIN, len(self.loading), "use each other in one chain"),
            (MAX_MODULES, len(self.modules), "belong to one check"),
        ):
            if count >= limit:
                self.sink.report("KS0180", span, name=name, limit=limit, what=what)
                return None
        source = self._read(name, span)
        return None if source is None else self.load(source, name)

    def _read(self, name: str, span: Span) -> Source | None:
        path = self._path(name)
        if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(self.root)):
            self.sink.report("KS0105", span, name=name, why="leads out of the project")
            return None
        try:
            return read_source(os.path.normpath(path))
        except UnreadableFile as error:
            why = error.diagnostics[0].message
            if not os.path.lexists(path):
                why = f"no file `{os.path.normpath(path)}`"
            hints = did_you_mean(name, self._module_names)
            self.sink.report("KS0103", span, name=name, why=why, helps=hints)
            return None

    @cached_property
    def _module_names(self) -> list[str]:
        paths = sorted(self.root.rglob("*.ks"))[:1000]
        return [".".join(path.relative_to(self.root).with_suffix("").parts) for path in paths]

    def _declared_name(self, file: ast.File, name: str | None) -> str:
        """The first file may have any name: two files can hold two versions of one module."""
        headers = [node for node in file.decls if isinstance(node, ast.Module)]
        for extra in headers[1:]:
            self.sink.report("KS0102", file.span(extra), what="the module", name=extra.path.text)
        if not headers:
            return name or ""
        declared, span = headers[0].path.text, file.span(headers[0].path)
        if name is not None and declared != name:
            self.sink.report("KS0105", span, name=declared, why=f"stands in the file of `{name}`")
            return name
        return declared

    def _use(self, scope: ModuleScope, node: ast.Use | ast.UseItems) -> None:
        if isinstance(node, ast.UseItems):
            self._use_items(scope, node.path, node.imports)
            return
        if self._is_item(node.path):
            *head, last = node.path.items
            path = ast.Path(node.path.start, head[-1].end, tuple(head))
            item = ast.Import(last.start, node.end, last, node.alias)
            self._use_items(scope, path, (item,))
            return
        module = self.find(node.path.text, scope, node.path)
        name = node.alias or node.path.items[-1]
        if module is None:
            scope.missing.add(name.text)
            return
        bring(scope, name, Symbol("module", module.name, node, module), self.sink)

    def _preload(self, scope: ModuleScope, path: ast.Path) -> None:
        """The module of a schema that a migration names, if it is to be had: what it declares is
        checked like all else. Where it cannot be had, the migration says so."""
        head = ".".join(name.text for name in path.items[:-1])
        known = path.items[0].text in scope.names or head in self.loading
        if head and not known and self._exists(head):
            self.find(head, scope, path)

    def _is_item(self, path: ast.Path) -> bool:
        """`use a.b.C` where `a.b` is a module, and `a.b.C` is none."""
        head = ".".join(name.text for name in path.items[:-1])
        return bool(head) and self._exists(head) and not self._exists(path.text)

    def _exists(self, name: str) -> bool:
        return name in self.modules or os.path.isfile(self._path(name))

    def _path(self, name: str) -> Path:
        return self.root.joinpath(*name.split(".")).with_suffix(".ks")

    def _use_items(
        self, scope: ModuleScope, path: ast.Path, imports: tuple[ast.Import, ...]
    ) -> None:
        module = self.find(path.text, scope, path)
        if module is None:
            scope.missing |= {(item.alias or item.name).text for item in imports}
            return
        for item in imports:
            symbol = module.own.get(item.name.text)
            if symbol is not None:
                bring(scope, item.alias or item.name, symbol, self.sink)
                continue
            scope.missing.add((item.alias or item.name).text)
            if not module.lost(item.name.text):
                self.sink.report(
                    "KS0101",
                    scope.span(item.name),
                    what=f"name in module `{module.name}`:",
                    name=item.name.text,
                    helps=did_you_mean(item.name.text, module.own),
                )


def _migrations(file: ast.File) -> Iterator[ast.Path]:
    for node in file.decls:
        for member in node.members if isinstance(node, ast.Schema) else ():
            if isinstance(member, ast.Migrate):
                yield member.schema


def declare(scope: ModuleScope, sink: Sink) -> None:
    """Enter the module's own declarations."""
    for node in _declarations(scope.file):
        kind = KINDS[type(node)]
        name: ast.Name = node.name  # type: ignore[attr-defined]
        symbol = Symbol(kind, scope.full(name.text), node, scope)
        if bring(scope, name, symbol, sink):
            scope.own[name.text] = symbol
            if kind in TYPE_KINDS:
                check_capital(scope, name, KIND_WORDS[kind], sink)


def check_capital(scope: ModuleScope, name: ast.Name, what: str, sink: Sink) -> None:
    """Types and variants begin with a capital, so that no pattern can take one for a variable."""
    text = name.text
    if not text[:1].isupper():
        helps = (f"write `{text[:1].upper()}{text[1:]}`",)
        span = scope.span(name)
        sink.report("KS0107", span, what=what, letter="a capital", name=text, helps=helps)


def bring(scope: ModuleScope, name: ast.Name, symbol: Symbol, sink: Sink) -> bool:
    """Make `symbol` known as `name`, unless something else is."""
    if name.text in scope.names:
        sink.report("KS0102", scope.span(name), what="the name", name=name.text)
        return False
    scope.names[name.text] = symbol
    return True


def _declarations(file: ast.File) -> Iterator[ast.Node]:
    for node in file.decls:
        if isinstance(node, ast.Extern):
            yield from node.members
        elif isinstance(node, ast.Boundary):
            yield node
            yield from (m for m in node.members if isinstance(m, ast.ForeignFn))
        elif type(node) in KINDS:
            yield node


def project_root(path: Path, declared: str = "") -> Path:
    """The directory that module paths start at, for the file `path` that is loaded first.

    The nearest directory above with a `kestrel.toml`; else the one that makes the file's `module`
    line true; else the file's own.
    """
    here = path.resolve().parent
    for folder in (here, *here.parents):
        if (folder / PROJECT_FILE).is_file():
            return _as_given(path, folder)
    parts = declared.split(".") if declared else []
    if len(parts) > 1 and path.resolve().with_suffix("").parts[-len(parts) :] == tuple(parts):
        return _as_given(path, path.resolve().parents[len(parts) - 1])
    return path.parent


def _as_given(path: Path, folder: Path) -> Path:
    """`folder` said relative to `path` as the user wrote it, so that messages stay short."""
    up = os.path.relpath(folder, path.resolve().parent)
    return Path(os.path.normpath(path.parent / up))
