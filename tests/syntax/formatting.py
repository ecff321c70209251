"""What formatting must keep: the tree, and each comment between the tokens about it."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from kestrel._core import tokens_kestrel
from kestrel.syntax import ast
from kestrel.syntax.format import format_source
from kestrel.text.source import Source
from tests.syntax.reading import read

WIDTH = 100


def formatted(text: str) -> str:
    return format_source(Source("test.ks", text.encode()))


def shape(value: object) -> Any:
    """A tree without its places."""
    if isinstance(value, ast.Node | ast.Attrs):
        names = [name for name in value.__struct_fields__ if name not in ("start", "end")]
        return [type(value).__name__, *(shape(getattr(value, name)) for name in names)]
    if isinstance(value, tuple):
        return [shape(item) for item in value]
    assert not isinstance(value, msgspec.Struct)
    return value


def sequence(text: str) -> list[str]:
    """Tokens and comments as they follow one another, without separators and blanks at line ends.

    A comma after a comment counts as before it, which is where it can be put.
    """
    data = text.encode()
    bounds = tokens_kestrel(data, 0)
    pieces = sorted([*zip(bounds[::2], bounds[1::2], strict=True), *read(text)[0].comments])
    texts = [re.sub(r"[ \t\r]*(?=\n|\Z)", "", data[a:b].decode()) for a, b in pieces]
    return [text for text in texts if text not in ("", ",", ";")]


def assert_well_formatted(text: str) -> str:
    """Formats `text`, checks all that holds of it, and gives the result."""
    tree, diagnostics = read(text)
    assert diagnostics == []
    out = formatted(text)
    again, diagnostics = read(out)
    assert diagnostics == [], out
    assert shape(again.decls) == shape(tree.decls), out
    assert sequence(out) == sequence(text), out
    assert formatted(out) == out
    assert "\n\n\n" not in without_texts(out)
    assert not re.search(r"[ \t]$", without_texts(out), re.M)
    assert out == "" or (out.endswith("\n") and not out.startswith("\n"))
    return out


def without_texts(text: str) -> str:
    return re.sub(r"\"\"\"(?s:.*?)\"\"\"|/\*(?s:.*?)\*/", "T", text)
