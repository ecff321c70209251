"""Templates called from programs and command lines: `template("service")(name="web", port=9000)`.

The parameters are read as a record's fields are, so that arguments may be whatever data may be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from kestrel import _core
from kestrel._core import Snapshot
from kestrel.data.document import NOTHING, Document
from kestrel.data.issues import diagnose
from kestrel.data.ks import KsFile
from kestrel.data.schema import Schema, plain_values, put_value
from kestrel.ir import canon
from kestrel.ir.decls import Field, Fn, Newtype, Param, Record, Sum
from kestrel.ir.types import AnyType, Literals, Named, OptionOf, Refined, Scalar, SecretOf
from kestrel.text.diagnostic import Diagnostic, InvalidConfig
from kestrel.text.source import Source

ARGUMENTS = "arguments"
"""The last part of the name of the record that a template's arguments are."""

PARAMETER_CODES = {"KS0403": "KS0444", "KS0404": "KS0445"}
"""What a wrong member is called where it is an argument."""


class Template:
    """A `template` of a file that compiles. Calling it makes a config, which is checked."""

    def __init__(self, file: KsFile, fn: Fn, schema: Schema) -> None:
        self.file = file
        self.fn = fn
        self.schema = schema
        """What the template makes values of."""

    @property
    def name(self) -> str:
        return self.fn.name.rpartition(".")[2]

    @property
    def parameters(self) -> dict[str, bool]:
        """Names of the parameters, in order, and whether a value is due."""
        return {p.name: not _may_be_left_out(p) for p in self.fn.params}

    def __call__(self, **arguments: object) -> Snapshot:
        """The config for these arguments: plain values, as `Schema.decode` takes them.

        Raises:
            InvalidConfig: an argument is missing, unknown, or does not fit its parameter; the
                template has no value for them; or its schema does not accept what it makes.
        """
        return self._made(plain_values(arguments))

    def render(self, env: Mapping[str, object]) -> Snapshot:
        """The config for arguments as command lines and environments have them: a text is read by
        its parameter's type, as YAML reads it. Raises as calling the template does."""
        doc = _core.Doc()
        node = doc.open_map()
        for name, value in env.items():
            doc.text(name)
            self._put_text(doc, name, value) if isinstance(value, str) else put_value(doc, value)
        doc.close(node)
        return self._made(doc)

    def _put_text(self, doc: _core.Doc, name: str, text: str) -> None:
        param = next((p for p in self.fn.params if p.name == name), None)
        if param is None or self._is_scalar(param.type):
            return doc.plain(text)
        from kestrel.data.yaml import put_yaml  # deferred: with PyYAML

        return put_yaml(doc, Source(f"<{name}>", text.encode()))

    def _is_scalar(self, type_: AnyType) -> bool:
        """Is one word all that a value can be?"""
        while isinstance(type_, Refined | OptionOf):
            type_ = type_.base if isinstance(type_, Refined) else type_.item
        if isinstance(type_, Named):
            decl = self.file.module.decls[type_.name]
            if isinstance(decl, Newtype):
                return self._is_scalar(decl.base)
            return isinstance(decl, Sum) and not any(v.items or v.fields for v in decl.variants)
        is_json = isinstance(type_, Scalar) and type_.name == "Json"
        return isinstance(type_, Scalar | Literals | SecretOf) and not is_json

    @cached_property
    def _arguments(self) -> Schema:
        """The record of the parameters. One with a default may be left out: the template itself
        says what then stands there."""
        name = f"{self.fn.name}.{ARGUMENTS}"
        fields = tuple(Field(name=p.name, type=_argument_type(p)) for p in self.fn.params)
        decls = {**self.file.module.decls, name: Record(name=name, fields=fields)}
        return Schema(canon.close(decls, Named(name)), self.file.sources)

    def _made(self, doc: _core.Doc) -> Snapshot:
        try:
            arguments = self._arguments.decode_doc(doc)
        except _core.Invalid as error:
            raise InvalidConfig(self._of_arguments(error.issues)) from None
        bundle = canon.encode(self.file.bundle(self.fn.result, [self.fn.name]))
        try:
            made = _core.evaluate_template(bundle, self.fn.name, arguments)
        except _core.Invalid as error:
            raise InvalidConfig(diagnose(error.issues, NOTHING, self.file.sources)) from None
        return self.schema.decode_document(Document(made, self.file.sources))

    def _of_arguments(self, issues: Iterable[_core.IssueTuple]) -> Iterator[Diagnostic]:
        """Members of the record are parameters of the template."""
        for issue in issues:
            code, values, pointer, *rest = issue
            if pointer.count("/") <= 1 and code in PARAMETER_CODES:
                said = {**values, "template": self.name}
                issue = (PARAMETER_CODES[code], said, "", *rest)  # type: ignore[assignment]
            yield from diagnose([issue], NOTHING, self.file.sources)

    def __repr__(self) -> str:
        return f"Template({self.fn.name!r})"


def render(template: Template | str, env: Mapping[str, object]) -> Snapshot:
    """A template's config, for arguments by name; texts are read as YAML reads them.

    `template` is one of a module (`Module.template`), or named: `FILE.ks#NAME`.

    Raises:
        InvalidSource: the file does not compile, or has no such template (KS0430, KS0431).
        InvalidConfig: as calling the template does.
    """
    if isinstance(template, str):
        from kestrel.data.files import split_name  # deferred: it imports this file's module
        from kestrel.data.module import Module

        file, name = split_name(template)
        template = Module.load(file).template(name)
    return template.render(env)


def _may_be_left_out(param: Param) -> bool:
    return param.default is not None or isinstance(_unrefined(param.type), OptionOf)


def _argument_type(param: Param) -> AnyType:
    if param.default is None or isinstance(_unrefined(param.type), OptionOf):
        return param.type
    return OptionOf(param.type)


def _unrefined(type_: AnyType) -> AnyType:
    while isinstance(type_, Refined):
        type_ = type_.base
    return type_
