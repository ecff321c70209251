"""A compiled schema: decodes documents in any format into snapshots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from kestrel import _core
from kestrel.data.document import NOTHING, Document
from kestrel.data.files import read_document, split_name
from kestrel.data.issues import diagnose, refusal
from kestrel.data.secrets import literal_secrets
from kestrel.ir import canon
from kestrel.ir.decls import Bundle, Newtype
from kestrel.ir.types import ListOf, Named, Refined
from kestrel.text.diagnostic import Diagnostic, InvalidConfig
from kestrel.text.source import Source

T = TypeVar("T")

Precedence = Literal["overrides", "base", "neither"]
"""Whose value stands where several documents have one; `neither`: they must not disagree."""


class Schema(_core.Schema):
    """What a bundle's root type accepts. Equal digests mean equal schemas.

    `sources` are the `.ks` files that the bundle's places count into, if they are at hand.
    """

    def __init__(self, bundle: Bundle, sources: Sequence[Source] = ()) -> None:
        super().__init__(canon.encode(bundle))
        self.bundle = bundle
        self.sources = tuple(sources)

    @classmethod
    def from_ir(cls, ir: bytes) -> Schema:
        """The schema whose `ir` this is: from a state file, or a plan.

        Raises:
            InvalidConfig: KS0109, it is not the IR of a schema.
        """
        try:
            return cls(canon.decode(ir))
        except (ValueError, _core.Invalid) as error:
            raise InvalidConfig([Diagnostic.make("KS0109", why=str(error))]) from None

    @cached_property
    def ir(self) -> bytes:
        """Canonical JSON of what the schema means, without docs and places; `digest` is over it."""
        return canon.meaning(self.bundle)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the schema's meaning, lower-case hex."""
        return canon.schema_digest(self.bundle)

    @property
    def name(self) -> str:
        """The full name of the root type: module, dot, own name; its kind if it is not named."""
        root = self.bundle.root
        return root.name if isinstance(root, Named) else str(type(root).__struct_config__.tag)

    @cached_property
    def parser(self) -> Parser[_core.Snapshot]:
        """The compiled decoder, as `kestrel.reload` takes it."""
        return Parser(self, self.decode)

    def json_schema(self) -> dict[str, Any]:
        """What documents may be, as JSON Schema (draft 2020-12).

        It accepts all that this schema does. What it cannot say, such as rules over several
        members, is told in `$comment`s; docs/tools.md lists it.
        """
        from kestrel.data.json_schema import to_json_schema  # deferred: few programs ask for it

        return to_json_schema(self.bundle, self.sources)

    def decode(self, data: object, source: Source | None = None) -> _core.Snapshot:
        """A snapshot of `data`: JSON as bytes or text, a `Doc`, or plain Python values.

        `source` is the text that `data` came from, for the places in diagnostics.

        Raises:
            InvalidConfig: with all that is wrong, each at its place.
        """
        return self.decode_document(as_document(data, source))

    def load(self, path: str | Path) -> _core.Snapshot:
        """The config in a file: `.json .yaml .yml .toml`, or `.ks`, there also `FILE#NAME`.

        Raises:
            InvalidConfig: the schema does not accept it; diagnostics point into the file.
            UnreadableFile: it is missing, too large, or no regular file.
            InvalidSource: a `.ks` file that does not compile, or has no such config.
        """
        return self.decode_document(self.read(path))

    def lint(self, path: str | Path) -> list[Diagnostic]:
        """Warnings about a file that the schema accepts. Raises as `load` does."""
        document = self.read(path)
        return literal_secrets(self.decode_document(document), document)

    def read(self, path: str | Path) -> Document:
        """The file's document, before it is decoded. Raises as `load` does."""
        return read_document(*split_name(path), many=self._is_list)

    @cached_property
    def _is_list(self) -> bool:
        """Is a whole config a list, which several documents of a file may be?"""
        decls = {decl.name: decl for decl in self.bundle.decls}
        root = self.bundle.root
        while isinstance(root, Refined | Named):
            decl = decls.get(root.name) if isinstance(root, Named) else None
            if isinstance(root, Refined):
                root = root.base
            elif isinstance(decl, Newtype):
                root = decl.base
            else:
                break
        return isinstance(root, ListOf)

    def decode_document(self, document: Document) -> _core.Snapshot:
        """A snapshot of a document that was read before.

        Raises:
            InvalidConfig: with all that is wrong, each at its place.
        """
        content = document.content
        try:
            if isinstance(content, bytes):
                return self.decode_json(content)
            return self.decode_doc(content)
        except _core.Invalid as error:
            raise refusal(error, document, self.sources) from None

    def migrate(self, old: _core.Snapshot) -> _core.Snapshot:
        """A snapshot of another schema as a document of this one: by the migrations that either
        declares, or, where both are versions of one schema, as it is written.

        Raises:
            InvalidConfig: KS0441 there is no way, KS0442 a value cannot be made; or what this
                schema says of the document.
        """
        from kestrel.data.migration import migrate  # deferred: it makes schemas

        return migrate(self, old)

    def merge(
        self,
        base: Document | _core.Snapshot,
        overrides: Iterable[Document | _core.Snapshot],
        precedence: Precedence = "overrides",
    ) -> _core.Snapshot:
        """Whole or partial documents laid over one another, in order, and then checked.

        Records are merged member by member, maps entry by entry, lists with a key item by item;
        of any other value, and where several have one, the `precedence` says which stands.

        Raises:
            InvalidConfig: KS0443 they disagree and `precedence` is `neither`; or what the schema
                says of a part, or of the whole.
        """
        from kestrel.data.merging import merge  # deferred: few programs merge

        return merge(self, base, list(overrides), precedence)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schema) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"Schema({self.name!r}, {self.digest[:12]})"


class Parser(Generic[T]):
    """The compiled decoder of a schema: `parse` turns data into a `T`, or raises InvalidConfig."""

    def __init__(self, schema: Schema, parse: Callable[[Any], T]) -> None:
        self.schema = schema
        self.parse = parse

    def __call__(self, data: Any) -> T:
        return self.parse(data)

    def __repr__(self) -> str:
        return f"Parser({self.schema!r})"


def as_document(data: object, source: Source | None = None) -> Document:
    """Data as `Schema.decode` takes them. Raises InvalidConfig, KS0425."""
    sources = [source] if source else []
    if isinstance(data, str):
        data = data.encode()
    if isinstance(data, bytes):
        return Document(data, sources or [Source("<data>", data)])
    if isinstance(data, _core.Doc):
        return Document(data, sources)
    return Document(plain_values(data), sources)


def plain_values(data: object) -> _core.Doc:
    """Plain Python values as a document.

    Raises:
        InvalidConfig: KS0425, there is a value that is no data.
    """
    doc = _core.Doc()
    put_value(doc, data)
    return doc


def put_value(doc: _core.Doc, data: object) -> None:
    """The same as the next value of `doc`."""
    try:
        doc.value(data)
    except _core.Invalid as error:
        raise InvalidConfig(diagnose(error.issues, NOTHING)) from None
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        values: dict[str, Any] = {"type": type(data).__name__, "why": str(error)}
        raise InvalidConfig([Diagnostic.make("KS0425", **values)]) from None
