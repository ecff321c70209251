"""`.ks` files: checked modules with their sources, and the documents of their configs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from kestrel import _core, check
from kestrel.data.document import NOTHING, Document
from kestrel.data.issues import diagnose
from kestrel.ir import canon
from kestrel.ir.decls import AnyDecl, Bundle, Config, Fn, Module, Newtype, Record
from kestrel.ir.types import AnyType, Named
from kestrel.text.diagnostic import Diagnostic, InvalidConfig, InvalidSource
from kestrel.text.hints import did_you_mean
from kestrel.text.read import UnreadableFile, read_source
from kestrel.text.source import Source

D = TypeVar("D", Record, Config, Fn)


class KsFile:
    """A `.ks` file that compiles: its checked module, and whatever the module said as a warning."""

    def __init__(self, path: str, module: Module, warnings: Iterable[Diagnostic] = ()) -> None:
        self.path = path
        self.module = module
        self.warnings = tuple(warnings)
        self._kinds: dict[type[AnyDecl], dict[str, Any]] = {}
        self._references: canon.References = {}

    @classmethod
    def read(cls, path: str | Path) -> KsFile:
        """Parse and check a file and all that it uses.

        Raises:
            InvalidSource: it does not compile.
        """
        module, found = check.load(Path(path))
        if module is None or any(d.severity == "error" for d in found):
            raise InvalidSource(found)
        return cls(str(path), module, found)

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The texts that the module's places count into."""
        return tuple(_reread(name) for name in self.module.sources)

    def names(self, kind: type[D]) -> list[str]:
        """Names of the file's own configs, schemas or templates, as they are declared."""
        return list(self._own(kind))

    def find(self, kind: type[D], name: str | None) -> D:
        """A declaration of the file itself by its short name; None means the only one.

        Raises:
            InvalidSource: KS0430 there is none of this name, KS0431 there are several.
        """
        own = self._own(kind)
        if name is None and len(own) == 1:
            return next(iter(own.values()))
        if name is None and own:
            raise self._which(kind, list(own))
        if name not in own:
            raise self._no_such(kind, name or "", list(own))
        return own[name]

    def root(self, name: str | None) -> AnyType:
        """The type that a name stands for: a schema's values, an alias or a newtype; None means the
        only schema. Raises as `find` does."""
        full = f"{self.module.name}.{name}" if self.module.name else name or ""
        if name is not None and full in self.module.aliases:
            return self.module.aliases[full]
        if isinstance(self.module.decls.get(full), Newtype):
            return Named(full)
        return record_type(self.find(Record, name))

    def bundle(self, root: AnyType, also: Iterable[str] = ()) -> Bundle:
        return canon.bundle(self.module, root, also, self._references)

    def document(self, config: Config) -> Document:
        """The document that a config makes: what is written, with places in the `.ks` files.

        Raises:
            InvalidConfig: its expressions have no value (KS0440).
        """
        bundle = canon.encode(self.bundle(config.type, [config.name]))
        try:
            return Document(_core.evaluate_config(bundle, config.name), self.sources)
        except _core.Invalid as error:
            raise InvalidConfig(diagnose(error.issues, NOTHING, self.sources)) from None

    def _own(self, kind: type[D]) -> dict[str, D]:
        """The file's own declarations of a kind, by their short names."""
        if kind not in self._kinds:
            prefix = f"{self.module.name}." if self.module.name else ""
            self._kinds[kind] = {
                _short(decl): decl
                for name, decl in self.module.decls.items()
                if isinstance(decl, kind)
                and _is_public(decl)
                and name.startswith(prefix)
                and "." not in name[len(prefix) :]
            }
        return self._kinds[kind]

    def _which(self, kind: type[D], names: list[str]) -> InvalidSource:
        values: dict[str, Any] = {
            "path": self.path,
            "kind": KIND[kind],
            "count": len(names),
            "names": ", ".join(names),
        }
        return InvalidSource([Diagnostic.make("KS0431", file=self.path, **values)])

    def _no_such(self, kind: type[D], name: str, names: list[str]) -> InvalidSource:
        helps = did_you_mean(name, names)
        values: dict[str, Any] = {"path": self.path, "kind": KIND[kind], "name": name}
        return InvalidSource([Diagnostic.make("KS0430", helps=helps, file=self.path, **values)])


KIND: dict[type[AnyDecl], str] = {Record: "schema", Config: "config", Fn: "template"}


def record_type(record: Record) -> Named:
    """The type that a schema's values have."""
    return Named(record.name)


def _short(decl: AnyDecl) -> str:
    return decl.name.rpartition(".")[2]


def _is_public(decl: AnyDecl) -> bool:
    if isinstance(decl, Fn):
        return decl.template
    return not isinstance(decl, Record) or decl.schema


def _reread(name: str) -> Source:
    try:
        return read_source(name)
    except UnreadableFile:
        return Source(name, b"")
