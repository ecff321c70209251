"""Helpers: parse a text by either parser, find inputs, name what is wrong."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from kestrel.syntax import ast, regmap
from kestrel.syntax.parse import parse, parse_map
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.source import Source

ROOT = Path(__file__).parents[2]
MAPS = sorted((Path(__file__).parent / "maps").glob("*.kreg"))
LANGUAGE = sorted((Path(__file__).parent / "language").glob("*.ks"))
DATA = Path(os.environ.get("KESTREL_TEST_DATA", ROOT.parent / "shared" / "data"))


def read(text: str | bytes) -> tuple[ast.File, list[Diagnostic]]:
    data = text.encode() if isinstance(text, str) else text
    return parse(Source("test.ks", data))


def read_with_lark(text: str | bytes) -> tuple[ast.File, list[Diagnostic]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KESTREL_PARSER", "lark")
        return read(text)


def read_map(text: str | bytes) -> tuple[regmap.MapFile, list[Diagnostic]]:
    return parse_map(Source("test.kreg", text.encode() if isinstance(text, str) else text))


def read_map_with_lark(text: str | bytes) -> tuple[regmap.MapFile, list[Diagnostic]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KESTREL_PARSER", "lark")
        return read_map(text)


def only_decl(text: str) -> ast.Decl:
    """The one declaration of a text without mistakes."""
    tree, diagnostics = read(text)
    assert diagnostics == []
    (decl,) = tree.decls
    return decl


def codes(text: str | bytes) -> list[str]:
    return [diagnostic.code for diagnostic in read(text)[1]]


def messages(text: str | bytes) -> list[str]:
    """`line:column message` of each diagnostic."""
    found = []
    for diagnostic in read(text)[1]:
        assert diagnostic.span
        at = diagnostic.span.first
        found.append(f"{at.line}:{at.column} {diagnostic.message}")
    return found


def nodes(value: object) -> Iterator[ast.Node]:
    """A node and all within it, parents first."""
    if isinstance(value, ast.Node):
        yield value
    if isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from nodes(getattr(value, field))
    elif isinstance(value, tuple):
        for item in value:
            yield from nodes(item)


def source_files() -> list[Path]:
    """Every `.ks` file of the checkout."""
    folders = (ROOT / "tests", ROOT / "examples", ROOT / "python" / "kestrel")
    return sorted(path for folder in folders for path in folder.rglob("*.ks"))


def code_blocks(page: Path) -> Iterator[str]:
    """The Kestrel code of a page: fenced as `kestrel`, or indented by four columns."""
    text = page.read_text(encoding="utf-8")
    yield from re.findall(r"^```kestrel\n(.*?)^```", text, re.M | re.S)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    for block in re.findall(r"(?:^    .*\n|^\n(?=    ))+", prose, re.M):
        code = re.sub("^    ", "", block, flags=re.M).strip("\n")
        if code:
            yield code + "\n"
