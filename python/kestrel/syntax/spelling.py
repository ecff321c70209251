"""Names beyond ASCII: what they may be made of (UAX 31, NFC), and names that look the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator

import msgspec

from kestrel.syntax import ast
from kestrel.text.diagnostic import Diagnostic, Label
from kestrel.text.source import Source, Span

QUOTES = "\u201c\u201d\u2018\u2019\u00ab\u00bb"


def check_name(source: Source, name: ast.Name) -> Diagnostic | None:
    """Is it `XID_Start XID_Continue*` (or begins with `_`), in normal form C?"""
    span = Span(source, name.start, name.end)
    text = name.text
    if not text.isidentifier():
        before = "_" if text[0].isidentifier() else ""
        wrong = next(character for character in text if not (before + character).isidentifier())
        helps = ['text is written between `"`'] if wrong in QUOTES else []
        code = f"U+{ord(wrong):04X}"
        return Diagnostic.make("KS0014", span, helps=helps, name=text, character=code)
    if not unicodedata.is_normalized("NFC", text):
        return Diagnostic.make("KS0015", span, name=text)
    return None


def confusables(
    source: Source, root: object, unusual: Collection[ast.Name]
) -> Iterator[Diagnostic]:
    """Names that only compatibility characters (NFKC) tell apart, the later of each two.

    `unusual` are the names beyond ASCII; without one that has another NFKC form there is no pair.
    """
    if all(unicodedata.is_normalized("NFKC", name.text) for name in unusual):
        return
    first: dict[str, ast.Name] = {}
    told: set[str] = set()
    for name in sorted(names(root), key=lambda name: name.start):
        other = first.setdefault(unicodedata.normalize("NFKC", name.text), name)
        composed = unicodedata.normalize("NFC", name.text)
        if other.text not in (name.text, composed) and name.text not in told:
            told.add(name.text)
            label = Label(Span(source, other.start, other.end), "the other one")
            span = Span(source, name.start, name.end)
            yield Diagnostic.make("KS0016", span, labels=[label], name=name.text, other=other.text)


def names(value: object) -> Iterator[ast.Name]:
    """All names within a node."""
    if isinstance(value, ast.Name):
        yield value
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from names(getattr(value, field))
    elif isinstance(value, tuple):
        for item in value:
            yield from names(item)
