"""Documents laid over one another, whole or in part, before the whole is checked."""

from __future__ import annotations

from collections.abc import Sequence

from kestrel import _core
from kestrel._core import Snapshot
from kestrel.data.document import Document
from kestrel.data.issues import refusal
from kestrel.data.schema import Precedence, Schema
from kestrel.text.source import Span

Part = Document | Snapshot


def merge(
    schema: Schema, base: Part, overrides: Sequence[Part], precedence: Precedence
) -> Snapshot:
    """The whole, decoded. Raises InvalidConfig: see `Schema.merge`."""
    parts = [base, *overrides]
    whole = _Whole([part for part in parts if isinstance(part, Document)])
    made = _read(schema, base)
    doc = _core.merge_documents(made, made, "overrides")
    for over in overrides:
        try:
            doc = _core.merge_documents(made, _read(schema, over), precedence)
        except _core.Invalid as error:
            raise refusal(error, whole, schema.sources) from None
        made = schema.decode_partial(doc)
    try:
        return schema.decode_doc(doc)
    except _core.Invalid as error:
        raise refusal(error, whole, schema.sources) from None


def _read(schema: Schema, part: Part) -> Snapshot:
    """A part as the core merges it, with what is wrong in it told at its own place."""
    if isinstance(part, Snapshot):
        if part.schema.digest == schema.digest:
            return part
        part = Document(part.to_json())
    try:
        return schema.decode_partial(part.content)
    except _core.Invalid as error:
        raise refusal(error, part, schema.sources) from None


class _Whole(Document):
    """Many documents as one, as far as places go: the last that has a value says where it is."""

    def __init__(self, parts: Sequence[Document]) -> None:
        super().__init__(b"null")
        self.parts = parts

    def span(self, pointer: str, begin: int = -1, end: int = -1) -> Span | None:
        while True:
            for part in reversed(self.parts):
                if part.sources and part.locate(pointer)[0] >= 0:
                    return part.span(pointer)
            if not pointer:
                return None
            pointer = pointer.rpartition("/")[0]
