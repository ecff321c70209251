"""The reader of pages itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import Block, Command, blocks, commands, fits


def test_blocks_have_their_marks(tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_text(
        "x\n\n<!-- file: a.ks -->\n```kestrel\nA\n```\n\n"
        "<!-- not run: slow -->\n```console\nB\n```\n```python\nC\n```\n"
    )
    assert blocks(page) == [Block("kestrel", "A\n", 4, "a.ks"), Block("python", "C\n", 12)]


def test_commands_have_output_and_exit_code() -> None:
    block = Block("console", "$ one \\\n>   two\na\nb\n$ three\n# exits with 5\nc\n", 1)
    assert commands(block) == [Command("one two", "a\nb\n", 0), Command("three", "c\n", 5)]


@pytest.mark.parametrize(
    ("said", "printed", "fit"),
    [
        ("a … c\n", "a b c\n", True),
        ("a\n…\nd\n", "a\nb\nc\nd\n", True),
        ("a\n…\n", "a\n", True),
        ("", "", True),
        ("", "a\n", False),
        ("a.c\n", "abc\n", False),
        ("…\n", "", True),
    ],
)
def test_what_fits(said: str, printed: str, fit: bool) -> None:
    assert fits(said, printed) is fit
