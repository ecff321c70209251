"""Every node knows the bytes that it was made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from kestrel.syntax import ast
from kestrel.syntax.parse import parse_expr
from tests.syntax.reading import LANGUAGE, nodes, only_decl, read


@pytest.mark.parametrize("path", LANGUAGE, ids=lambda path: path.name)
def test_nodes_begin_and_end_at_tokens_and_hold_their_children(path: Path) -> None:
    tree, _ = read(path.read_bytes())
    text = tree.source.data
    for node in nodes(tree.decls):
        own = text[node.start : node.end]
        assert own == own.strip()
        assert own
        for child in nodes_below(node):
            assert node.start <= child.start
            assert child.end <= node.end


def nodes_below(node: ast.Node) -> list[ast.Node]:
    return [each for each in nodes(node) if each is not node]


@pytest.mark.parametrize("path", LANGUAGE, ids=lambda path: path.name)
def test_expressions_are_read_again_from_their_bytes(path: Path) -> None:
    """A name, path or call by itself is the node that it was in its place, but for the offset."""
    tree, _ = read(path.read_bytes())
    for node in nodes(tree.decls):
        if isinstance(node, ast.Member | ast.Call | ast.Binary | ast.Paren | ast.List):
            text = tree.source.data[node.start : node.end].decode()
            again, diagnostics = parse_expr(text)
            assert diagnostics == []
            assert type(again) is type(node)
            assert again is not None
            assert (again.start, again.end) == (0, node.end - node.start)


def test_each_part_of_a_field() -> None:
    text = "schema S {\n  /// \u00e9\n  @a(1) port : u16 = 4 + 5 where it > 3 // c\n}"
    schema = only_decl(text)
    assert isinstance(schema, ast.Schema)
    (field,) = schema.members
    assert isinstance(field, ast.Field)

    def said(node: ast.Node | None) -> str:
        assert node
        return text.encode()[node.start : node.end].decode()

    assert said(field) == text[text.index("///") : text.index(" // c")]
    assert said(field.attrs.items[0]) == "@a(1)"
    assert said(field.name) == "port"
    assert said(field.type) == "u16"
    assert said(field.default) == "4 + 5"
    assert said(field.where) == "it > 3"


def test_a_path_of_use_ends_before_its_dot() -> None:
    use = only_decl("use a.b.{C}")
    assert isinstance(use, ast.UseItems)
    assert (use.path.start, use.path.end, use.path.text) == (4, 7, "a.b")


def test_a_file_holds_its_source_and_comments() -> None:
    tree, _ = read("// one\nconfig a = 1 /* two */")
    assert [tree.source.data[a:b] for a, b in tree.comments] == [b"// one", b"/* two */"]
    assert tree.span(tree.decls[0]).text == "config a = 1"
