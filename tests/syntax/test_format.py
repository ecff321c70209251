"""Formatting keeps what a file says, comments included, and is done after one time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kestrel._core import tokens_kestrel
from kestrel.syntax import ast
from kestrel.text.diagnostic import InvalidSource
from tests.conftest import Golden
from tests.syntax.formatting import WIDTH, assert_well_formatted, formatted
from tests.syntax.programs import layouts, programs
from tests.syntax.reading import LANGUAGE, read, source_files

HERE = Path(__file__).parent
RIGHT = [path for path in source_files() if not read(path.read_bytes())[1]]
slow = settings(
    max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.name)
def test_every_file_of_the_checkout(path: Path) -> None:
    out = assert_well_formatted(path.read_text("utf-8"))
    for line in out.splitlines():
        assert len(line) <= WIDTH or '"' in line or "//" in line


@pytest.mark.parametrize("path", sorted((HERE / "format").glob("*.ks")), ids=lambda path: path.name)
def test_style(path: Path, golden: Golden) -> None:
    """Files as people write them, and what becomes of them."""
    golden(path.with_suffix(".ks.txt"), assert_well_formatted(path.read_text("utf-8")))


@slow
@given(layouts(programs()))
def test_generated_programs(text: str) -> None:
    assert_well_formatted(text)


COMMENTS = [
    "/* c */",
    "/* c\n   d */",
    "// c\n",
    "/// c\n",
    "\n// c\n",
    "\n\n/* c */\n\n",
    "\n/* c */",
    "// c\n\n/* d */ /* e */ // f\n",
]


def pieces(path: Path) -> Iterator[bytes]:
    """Each declaration of a file, and each member of a schema in a schema of its own."""
    tree, _ = read(path.read_bytes())
    data = tree.source.data
    for decl in tree.decls:
        if isinstance(decl, ast.Schema) and len(decl.members) > 2:
            first, *more = decl.members
            yield data[decl.start : first.end] + b"\n}"
            for member in more:
                yield b"schema S {\n" + data[member.start : member.end] + b"; a: u8\n}"
        else:
            yield data[decl.start : decl.end]


@pytest.mark.parametrize("path", LANGUAGE, ids=lambda path: path.name)
def test_a_comment_between_any_two_tokens(path: Path) -> None:
    """Where a comment may stand, it stays: each boundary, with two of the kinds in turn."""
    turn = itertools.cycle(COMMENTS)
    for data in pieces(path):
        for begin in sorted({*tokens_kestrel(data, 0), len(data)}):
            for comment in (next(turn), next(turn)):
                text = f"{data[:begin].decode()} {comment} {data[begin:].decode()}"
                tree, diagnostics = read(text)
                if not diagnostics and tree.comments:
                    assert_well_formatted(text)
            next(turn)  # so that the next round of a file meets each boundary with other kinds


@slow
@given(st.sampled_from([text for path in LANGUAGE for text in pieces(path)]), st.data())
def test_several_comments(text: bytes, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(2, 8))):
        place = data.draw(st.sampled_from(tokens_kestrel(text, 0)))
        comment = data.draw(st.sampled_from(COMMENTS))
        patched = text[:place] + f" {comment} ".encode() + text[place:]
        if not read(patched)[1]:
            text = patched
    assert_well_formatted(text.decode())


@slow
@given(st.sampled_from(LANGUAGE), st.data())
def test_long_names_break_lines_anywhere(path: Path, data: st.DataObject) -> None:
    text = path.read_text("utf-8")
    for word in data.draw(
        st.lists(st.sampled_from(["port", "level", "zones", "f", "a"]), max_size=3)
    ):
        text = text.replace(f" {word} ", f" {word}{'_long' * data.draw(st.integers(1, 12))} ")
    if not read(text)[1]:
        assert_well_formatted(text)


@pytest.mark.parametrize(
    "text",
    [
        "config a = " + "(" * 127 + "1" + ")" * 127,
        "config a = " + "[" * 127 + "1" + "]" * 127,
        "config a = " + "{ " * 127 + "1" + " }" * 127,
        "config a = " + "-" * 390 + "1",
        "config a = " + "1 + " * 390 + "1",
        "config a = a" + ".b" * 390,
        "config a = a" + ".b(1)" * 190,
        "config a = " + "if a then b else " * 190 + "c",
        "config a = " + "if " * 190 + "a" + " then b else c" * 190,
        "config a = " + "|x| " * 190 + "c",
        "config a = " + "match a with | A -> " * 120 + "1",
        "config a = a" + " as b" * 190,
        "config a = a" + " with { b: 1 }" * 120,
        "fn f() { " + "if a then " * 190 + "b }",
        "schema S { x: " + "Option<" * 120 + "u8" + ">" * 120 + " }",
    ],
    ids=lambda text: text[11:24],
)
def test_the_deepest_trees(text: str) -> None:
    assert read(text)[1] == []
    assert_well_formatted(text)


def test_a_large_file() -> None:
    text = (HERE.parents[1] / "examples" / "prometheus" / "prometheus.ks").read_text("utf-8")
    many = text.replace("module prometheus\n", "") * (20_000 // text.count("\n") + 2)
    assert many.count("\n") > 20_000
    assert_well_formatted(many)


def test_a_file_with_mistakes_is_refused_with_them() -> None:
    with pytest.raises(InvalidSource) as refused:
        formatted("schema A { x u8 }\nconfig b = (1\n")
    assert [d.code for d in refused.value.diagnostics] == ["KS0001", "KS0002"]


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff", "\r\n\r\n"])
def test_nothing(text: str) -> None:
    assert formatted(text) == ""


def test_line_ends_and_byte_order_marks() -> None:
    text = 'config a = {\r\n  x: """\r\n    b\r\n    """ // c\r\n}\r\n'
    assert formatted("\ufeff" + text) == text.replace("\r\n", "\n")
