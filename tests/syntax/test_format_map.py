"""Formatting `.kreg` files: the tree and every comment stay, and the style is one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kestrel.syntax import ast
from kestrel.syntax.format.regmap import format_map
from kestrel.syntax.parse import parse_map
from kestrel.text.diagnostic import InvalidSource
from kestrel.text.source import Source
from tests.errors.lab import kestrel_config
from tests.syntax.reading import MAPS, ROOT

FILES = [
    *MAPS,
    *sorted((ROOT / "tests" / "registers").rglob("*.kreg")),
    *sorted((ROOT / "tests" / "errors").glob("*.kreg")),
]


def source(text: str) -> Source:
    return Source("map.kreg", text.encode())


def shape(value: object) -> Any:
    """A tree without its places."""
    if isinstance(value, ast.Node | ast.Attrs):
        names = [name for name in value.__struct_fields__ if name not in ("start", "end")]
        return [type(value).__name__, *(shape(getattr(value, name)) for name in names)]
    if isinstance(value, tuple):
        return [shape(item) for item in value]
    assert not isinstance(value, msgspec.Struct)
    return value


def well_formatted(text: str) -> str:
    tree, found = parse_map(source(text))
    assert not found
    out = format_map(source(text))
    again, found = parse_map(source(out))
    assert not found, out
    assert shape(again.decls) == shape(tree.decls), out
    comments = [text.encode()[a:b].decode().rstrip() for a, b in tree.comments]
    assert [out.encode()[a:b].decode().rstrip() for a, b in again.comments] == comments, out
    assert format_map(source(out)) == out
    assert not re.search(r"[ \t]$|\n\n\n", out, re.M)
    assert out == "" or (out.endswith("\n") and not out.startswith("\n"))
    return out


def parses(file: Path) -> bool:
    return not parse_map(Source(file.name, file.read_bytes()))[1]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_files(file: Path) -> None:
    if parses(file):
        well_formatted(file.read_text("utf-8"))
    else:
        with pytest.raises(InvalidSource):
            format_map(Source(file.name, file.read_bytes()))


STYLE = [
    ("", ""),
    ("// alone", "// alone\n"),
    ("regmap M{}", "regmap M{}\n"),
    (
        'regmap M {\nregister R @ 0 {\nLONG [0] rw = 0 "a"\nB [3:1] r\n}\n}',
        'regmap M {\n  register R @ 0 {\n    LONG [0]   rw = 0 "a"\n    B    [3:1] r\n  }\n}\n',
    ),
    (
        "regmap M { register R @ 0 { A [0] rw; B [1] r } }",
        "regmap M { register R @ 0 { A [0] rw; B [1] r } }\n",
    ),
    (
        "regmap M {\n\n\n// one\nregister R @ 0 // behind\n\n\n// two\nretired X\n}",
        "regmap M {\n  // one\n  register R @ 0  // behind\n\n  // two\n  retired X\n}\n",
    ),
    (
        'regmap M {\n/// told\n@allow(KR0325, "x")\nregister R @ 0\n}',
        'regmap M {\n  /// told\n  @allow(KR0325, "x")\n  register R @ 0\n}\n',
    ),
    (
        "regmap M { register R @ 0 { A [0] rw enum { a = 0,\nb = 1, } } }",
        "regmap M {\n  register R @ 0 {\n    A [0] rw enum {\n"
        "      a = 0\n      b = 1\n    }\n  }\n}\n",
    ),
    ("regmap M {\r\n  retired A\r\n}\r\n", "regmap M {\n  retired A\n}\n"),
]


@pytest.mark.parametrize(("text", "expected"), STYLE, ids=[repr(t[:40]) for t, _ in STYLE])
def test_style(text: str, expected: str) -> None:
    assert well_formatted(text) == expected


BLANKS = st.sampled_from(["", " ", "  ", "\n", "\n\n\n", " // c\n", "\n// own\n", " /* in */ "])


@given(gaps=st.lists(BLANKS, min_size=12, max_size=12))
def test_blanks_and_comments_anywhere(gaps: list[str]) -> None:
    """Between items, where blanks, line ends and comments may stand."""
    g = iter(gaps)
    text = (
        f"regmap M {{{next(g)}register R @ 0 {{{next(g)}A [0] rw = 0;{next(g)}B [1] r;{next(g)}"
        f"C [3:2] rw enum {{{next(g)}x = 0,{next(g)}y = 1{next(g)}}}{next(g)}}};{next(g)}"
        f"retired X;{next(g)}retired Y{next(g)}}}{next(g)}"
    )
    if not parse_map(source(text))[1]:
        well_formatted(text)


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "a.kreg").write_text("regmap M {\nretired A\n}\n")
    assert kestrel_config("fmt", "a.kreg", "--check", cwd=tmp_path).code == 1
    assert kestrel_config("fmt", "a.kreg", cwd=tmp_path).code == 0
    assert (tmp_path / "a.kreg").read_text() == "regmap M {\n  retired A\n}\n"
    assert kestrel_config("fmt", "a.kreg", "--check", cwd=tmp_path).code == 0
