"""A loaded `.ks` file: its schemas and configs, by their names."""

from __future__ import annotations

from pathlib import Path

from kestrel import _core
from kestrel._core import Snapshot
from kestrel.data.document import NOTHING
from kestrel.data.issues import diagnose
from kestrel.data.ks import KsFile
from kestrel.data.schema import Schema
from kestrel.data.secrets import literal_secrets
from kestrel.data.templates import Template
from kestrel.ir.decls import Config, Fn, Record
from kestrel.ir.types import AnyType
from kestrel.text.diagnostic import Diagnostic, InvalidSource


class Module:
    """What `kestrel.load` gives. Asking twice for a name gives the same schema or config."""

    def __init__(self, file: KsFile) -> None:
        self.file = file
        self._schemas: dict[AnyType, Schema] = {}
        self._configs: dict[str, Snapshot] = {}

    @classmethod
    def load(cls, path: str | Path) -> Module:
        """Parse and check a `.ks` file.

        Raises:
            InvalidSource: it does not compile.
            UnreadableFile: it cannot be read.
        """
        return cls(KsFile.read(path))

    @property
    def name(self) -> str:
        """The module's name as declared or derived from its path."""
        return self.file.module.name

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What the checks said, although the file compiles."""
        return self.file.warnings

    @property
    def schemas(self) -> list[str]:
        return self.file.names(Record)

    @property
    def configs(self) -> list[str]:
        return self.file.names(Config)

    @property
    def templates(self) -> list[str]:
        return self.file.names(Fn)

    def schema(self, name: str | None = None) -> Schema:
        """The schema `name` of this file; without a name, its only one. An alias or a newtype is
        one as well: of `type alias Fleet = [Gateway]` a list is the whole config.

        Raises:
            InvalidSource: KS0430 there is none of this name, KS0431 there are several.
        """
        return self._compiled(self.file.root(name))

    def schema_of(self, name: str | None = None) -> Schema:
        """The schema of the config `name`. Raises as `config` does where there is none."""
        return self._compiled(self.file.find(Config, name).type)

    def config(self, name: str | None = None) -> Snapshot:
        """The config `name` of this file, evaluated, decoded and checked.

        Raises:
            InvalidSource: KS0430 there is none of this name, KS0431 there are several.
            InvalidConfig: its schema does not accept it; diagnostics point into the `.ks` files.
        """
        return self.snapshot(self.file.find(Config, name))

    def lint(self, name: str) -> list[Diagnostic]:
        """Warnings about the config `name`. Raises as `config` does."""
        config = self.file.find(Config, name)
        return literal_secrets(self.snapshot(config), self.file.document(config))

    def template(self, name: str | None = None) -> Template:
        """The template `name` of this file, which is called with its parameters' values.

        Raises:
            InvalidSource: KS0430 there is none of this name, KS0431 there are several.
        """
        fn = self.file.find(Fn, name)
        return Template(self.file, fn, self._compiled(fn.result))

    def snapshot(self, config: Config) -> Snapshot:
        """The value of a config that this module declares. Raises InvalidConfig as `config`."""
        if config.name not in self._configs:
            schema = self._compiled(config.type)
            self._configs[config.name] = schema.decode_document(self.file.document(config))
        return self._configs[config.name]

    def _compiled(self, root: AnyType) -> Schema:
        """Raises InvalidSource: what only the core finds, as a pattern that grows too large."""
        if root not in self._schemas:
            bundle, sources = self.file.bundle(root), self.file.sources
            try:
                self._schemas[root] = Schema(bundle, sources)
            except _core.Invalid as error:
                raise InvalidSource(diagnose(error.issues, NOTHING, sources)) from None
        return self._schemas[root]

    def __repr__(self) -> str:
        return f"Module({self.name!r}, {self.file.path!r})"
