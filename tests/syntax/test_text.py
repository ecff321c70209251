"""What texts and names may be made of."""

from __future__ import annotations

import pytest

from tests.syntax.reading import codes, messages, read


@pytest.mark.parametrize("character", "\u202e\u2066\u200b\u200d\ufeff\u00ad\u2028\x00\x1b\x7f")
@pytest.mark.parametrize("where", ['config a = "{}"', "// {}\nconfig a = 1", "config a = 1 {}"])
def test_hidden_characters_are_told_once_wherever_they_are(character: str, where: str) -> None:
    text = where.replace("{}", f"x{character}y" if '"' in where or "//" in where else character)
    (found,) = messages(text)
    assert f"U+{ord(character):04X}" in found


def test_a_carriage_return_is_part_of_a_newline_or_an_error() -> None:
    assert codes("config a = 1\r\n") == []
    assert codes("config a = 1\r") == ["KS0009"]


def test_a_byte_order_mark_is_skipped_at_the_beginning_only() -> None:
    assert codes(b"\xef\xbb\xbfconfig a = 1") == []
    assert codes(b"config a = 1\xef\xbb\xbf") == ["KS0009"]


@pytest.mark.parametrize("data", [b"\xff", b"\xc3(", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"])
def test_bytes_that_are_not_utf8(data: bytes) -> None:
    found = codes(b'config a = "' + data + b'"')
    assert set(found) == {"KS0008"}


@pytest.mark.parametrize("name", ["caf\u00e9", "\u03a9", "\u5909\u6570", "_", "a\u0301b"])
def test_names_are_xid(name: str) -> None:
    composed = name != "a\u0301b"
    assert codes(f"config {name} = 1") == ([] if composed else ["KS0015"])


@pytest.mark.parametrize("name", ["a\u00d7b", "\u20acx", "\u0301a", "a\u2019"])
def test_names_are_nothing_else(name: str) -> None:
    assert codes(f"config {name} = 1") == ["KS0014"]


def test_names_that_look_the_same() -> None:
    text = "config file = 1\nconfig \ufb01le = 2\nconfig \ufb01le2 = file"
    tree, (diagnostic,) = read(text)
    assert diagnostic.code == "KS0016"
    assert diagnostic.labels[0].span.first.line == 1
    assert len(tree.decls) == 3
