"""Where a newline ends an item, and where it is a blank."""

from __future__ import annotations

import pytest

from kestrel.syntax import ast
from tests.syntax.reading import messages, only_decl, read


def items(body: str) -> tuple[ast.Item, ...]:
    decl = only_decl("config c = {\n" + body + "\n}")
    assert isinstance(decl, ast.Config)
    assert isinstance(decl.value, ast.Braces)
    return decl.value.items


CONTINUING = """
    .b |>b() &&b ||b ?.b +b *b /b %b ==b !=b <b >b <=b >=b ..b ..=b
    is:B in:b matches:b as:B with:{x}
"""


@pytest.mark.parametrize("rest", [each.replace(":", " ") for each in CONTINUING.split()])
def test_a_line_that_cannot_begin_an_item_goes_on_with_the_last(rest: str) -> None:
    assert items(f"a\n{rest}") == items(f"a {rest}")


@pytest.mark.parametrize("rest", ["- b", "b", "(b)", "[b]", "{ b }", "!b", "-b.c", "let x = 1"])
def test_a_line_that_can_begin_an_item_does(rest: str) -> None:
    assert len(items(f"a\n{rest}")) == 2


WORDS = ["else", "then", "with", "where", "effect", "is", "in", "matches", "as"]


@pytest.mark.parametrize("word", WORDS)
def test_a_continuing_word_that_is_a_name_begins_an_item(word: str) -> None:
    assert len(items(f"a: 1\n{word}: 2\n{word} : 3")) == 3
    schema = only_decl(f"schema S {{\nwhen a {{\nb = 1\n{word} = 2\n{word}.x = 3\n}}\n}}")
    assert isinstance(schema, ast.Schema)
    assert isinstance(schema.members[0], ast.When)
    assert len(schema.members[0].sets) == 3


def test_brackets_keep_newlines_out_and_braces_let_them_in_again() -> None:
    (call,) = items("f(\n  a\n  - b,\n  |x| {\n    x\n    y\n  }\n)")
    assert isinstance(call, ast.Call)
    minus, function = call.args
    assert isinstance(minus, ast.Binary)
    assert isinstance(function, ast.Lambda)
    assert isinstance(function.body, ast.Braces)
    assert len(function.body.items) == 2


@pytest.mark.parametrize(
    "text",
    [
        "schema S\n{\n  x: u8\n}",
        "config c\n  = 1",
        "config c =\n  1",
        "fn f(\n)\n-> u8\neffect {io}\n{\n 1\n}",
        "@hot\n@a(1)\n\nfn f() { 1 }",
        "type T =\n  | A\n  /// Doc.\n  | B",
        'schema S { requires r: a\n else "m" }',
        "\n\n// c\nconfig a = 1\n\n\n/* c */\n\n/// Doc.\n\nconfig b = 2\n\n",
        "config a = 1\r\nconfig b = {\r\n x: 1\r\n}\r\n",
        "config a = if b\n then c\n else d",
        "config a = { x: 1, \n\n y: 2; \n z: 3, }",
        "config a = 1 // no newline at the end",
    ],
)
def test_newlines_that_end_nothing(text: str) -> None:
    assert read(text)[1] == []


def test_two_items_on_one_line_need_a_separator() -> None:
    assert messages("config a = 1 config b = 2") == [
        "1:14 unexpected `config`: expected an operator, a new line or the end of the text"
    ]


def test_a_comment_with_newlines_in_it_does_not_end_an_item() -> None:
    assert len(items("a /* x\n y */ + b")) == 1
    assert len(items("a /* x\n y */\n b")) == 2


def test_doc_comments_belong_to_what_follows() -> None:
    tree, diagnostics = read(
        "/// One.\n///  Two.\n@a config x = 1 /// not doc\n\n"
        "/// Three.\n@b\n/// Four.\nconfig y = 2\n/// Last."
    )
    assert diagnostics == []
    assert [decl.attrs.doc for decl in tree.decls] == ["One.\n Two.", "Three.\nFour."]
    assert [len(decl.attrs.items) for decl in tree.decls] == [1, 1]
    assert len(tree.comments) == 2
