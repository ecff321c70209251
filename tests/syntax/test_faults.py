"""Wrong texts: one report for each mistake, in words, and nothing that upsets the parser."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.syntax.reading import LANGUAGE, codes, messages, nodes, read

FIVE = """module m
type Level = | Debug | 3
schema A {
  x: u16 = f(1, 2
  y: u8
  requires r a == b
}
config c: A = { x = 3 }
fn f() { let = 3 }
schema B { ok: u8 }
"""


def test_five_mistakes_make_five_reports_and_the_rest_is_read() -> None:
    tree, diagnostics = read(FIVE)
    places = [d.span.first.line for d in diagnostics if d.span]
    assert places == [2, 5, 6, 8, 9]
    assert len(tree.decls) >= 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("schema A { x u8 }", "1:14 unexpected `u8`: expected `:`"),
        ("config a = ", "1:12 unexpected end of the text: expected an expression"),
        ("fn f() { let = 3 }", "1:14 unexpected `=`: expected a pattern or `:`"),
        ("type T = | 3", "1:12 unexpected `3`: expected a name"),
        ("x", "1:1 unexpected `x`: expected a declaration, a new line or the end of the text"),
        ("schema A { x: }", "1:15 unexpected `}`: expected a type"),
        ("config a = 'x'", "1:12 `'` cannot stand here"),
        ("/* /* */", "1:1 this comment has no end `*/`"),
        ("use a.{b, , c}", "1:11 unexpected `,`: expected a name or `}`"),
        ("config a = [1, 2", "1:12 this `[` is never closed"),
        ("config a = (1]", "1:14 unexpected `]`: expected an operator, `)` or `,`"),
    ],
)
def test_messages(text: str, message: str) -> None:
    assert messages(text) == [message]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("config a = { x = 3 }", "`name: value`"),
        ("config a = b and c", "`&&`"),
        ("config a = { x: 1 y: 2 }", "a `,` or a new line"),
        ("fn f() { if a { b } }", "`if a then b else c`"),
        ("fn f() { match a with | A = 1 }", "`| pattern -> value`"),
        ("config a = 5m", "`min`"),
        ("config a = 4kb", "`KB`"),
        ("config a = 'x'", '`"`'),
        ("config a = \u201cx\u201d", '`"`'),
    ],
)
def test_hints(text: str, hint: str) -> None:
    (diagnostic,) = read(text)[1]
    assert hint in " ".join(diagnostic.helps)


def test_an_unclosed_brace_is_blamed_on_itself() -> None:
    tree, (diagnostic,) = read("schema A {\n  x: u8\n\nschema B {\n  y: u8\n}\nconfig c = 1\n")
    assert diagnostic.code == "KS0002"
    assert diagnostic.span
    assert diagnostic.span.first.line == 1
    assert [label.span.first.line for label in diagnostic.labels] == [4]
    assert len(tree.decls) == 2


def test_an_unclosed_brace_before_what_is_not_a_token_says_what_was_expected() -> None:
    _, diagnostics = read('schema A {\nschema"B {\n  y: u8\n}\n')
    assert diagnostics[0].code == "KS0002"
    assert [label.text for label in diagnostics[0].labels] == ["expected `:`"]


def test_an_item_before_a_fault_is_kept() -> None:
    tree, diagnostics = read("config a = 1 1\nconfig b = { x: 1 1, y: 2\n z: 3 }\n")
    assert len(diagnostics) == 2
    assert len(tree.decls) == 2


@pytest.mark.parametrize(
    "text",
    [
        "config a = " + "[" * 100_000,
        "config a = " + "-" * 100_000 + "1",
        "config a = " + "1+" * 100_000 + "1",
        "config a = a" + ".b" * 100_000,
        "config a = " + "if a then b else " * 50_000 + "c",
        "config a = " + "|x| " * 100_000 + "c",
        'config a = """' + '{"""' * 3 + "(" * 200,
        "/*" * 100_000,
        "schema S { x: " + "Option<" * 100_000,
        "config a b\n" * 10_000,
        "}" * 100_000,
        "{" * 100_000,
        "@a(" * 100_000,
    ],
)
def test_depth_and_number_are_bounded(text: str) -> None:
    began = time.process_time()
    found = read(text)[1]
    assert 1 <= len(found) <= 101
    assert time.process_time() - began < 5


def test_128_levels_are_allowed() -> None:
    for opening, closing in ("()", "[]", "{}"):
        text = "config a = " + opening * 127 + " 1 " + closing * 127
        assert read(text)[1] == []
    assert codes("config a = " + "(" * 129 + "1" + ")" * 129) == ["KS0007"]


def test_size_is_bounded() -> None:
    assert codes(b" " * (64 * 1024 * 1024)) == []
    assert codes(b" " * (64 * 1024 * 1024 + 1)) == ["KS0010"]


TOKENS = [word.encode() for word in ("{ } ( ) [ ] | -> schema let = /// " + '"').split()] + [b"\n"]


@settings(
    max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(st.sampled_from(LANGUAGE), st.data())
def test_mutations_are_survived(path: Path, data: st.DataObject) -> None:
    text = path.read_bytes()
    for _ in range(data.draw(st.integers(1, 4))):
        begin = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 12))
        patch = data.draw(st.one_of(st.binary(max_size=4), st.sampled_from(TOKENS)))
        text = text[:begin] + patch + text[begin + length :]
    tree, diagnostics = read(text)
    assert len(diagnostics) < 200
    for node in nodes(tree.decls):
        assert 0 <= node.start <= node.end <= len(text)
    for diagnostic in diagnostics:
        assert diagnostic.span
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
