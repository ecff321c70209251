"""Texts as Kestrel writes them mean what they were made of."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kestrel.importers.literals import is_name, key_literal, text_literal
from kestrel.syntax import ast
from kestrel.syntax.parse import parse_expr
from tests.data.documents import WORDS

texts = st.one_of(st.sampled_from(WORDS), st.text(), st.text('a\n {}"\\\r\t\u2028', max_size=12))


@settings(max_examples=500, deadline=None, derandomize=True)
@given(texts, st.sampled_from(["", "  ", "    "]))
@example("\r\n", "")
@example('a"""b\n\n  c{d}\\\n', "  ")
def test_a_text_is_read_as_itself(text: str, margin: str) -> None:
    node, found = parse_expr(text_literal(text, margin))
    assert found == []
    assert isinstance(node, ast.Text)
    assert node.value == text


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.one_of(texts, st.sampled_from(["if", "a", "port", "true", "\u00e9", "a-b", "1"])))
def test_a_key_is_read_as_itself(text: str) -> None:
    node, found = parse_expr(key_literal(text))
    assert found == []
    assert isinstance(node, ast.Name if is_name(text) else ast.Text)
    assert (node.text if isinstance(node, ast.Name) else node.value) == text
