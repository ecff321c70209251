"""Text of unknown origin in Markdown: a parser of it gives back the text, and nothing acts."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kestrel.text import markdown

HOSTILE = (
    "a|b", "`x`", "``", "`", "a`b|c", "\\|", "<b>x</b>", "<!-- x", "@octocat", "#12", "**x**",
    "_x_", "[x](http://y.example)", "http://x.example", "www.x.example", "line\nbreak", "\r", " ",
    "", ":+1:", "~~x~~", "$x$", "&amp;", "\u202ereversed",
)  # fmt: skip


def shown(cell: str) -> str:
    """What a renderer shows of one cell."""
    if cell.startswith("<code>"):
        assert cell.endswith("</code>")
        inner = cell.removeprefix("<code>").removesuffix("</code>")
        assert not re.search(r"[`|\\<>*_@\[\]#~]", re.sub(r"&#\d+;", "", inner))
        return html.unescape(inner)
    return cell.removeprefix("`").removesuffix("`")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_values(text: str) -> None:
    _holds(text)


@given(st.text("ab`|\\<>@#*_[]()&;\n -:/", max_size=12))
def test_any_value(text: str) -> None:
    _holds(text)


def _holds(text: str) -> None:
    row = markdown.table(("new", "x"), [(markdown.code(text), "y")]).splitlines()
    assert len(row) == 3
    assert row[2].count("|") == 3  # the bars of the table alone
    cell = row[2].removeprefix("| ").removesuffix(" | y |")
    expected = text.replace("\n", "␊").replace("\r", "␍").replace("\u202e", "<U+202E>")
    assert shown(cell) == expected
    if cell.startswith("`"):
        assert "`" not in cell[1:-1]


@pytest.mark.parametrize("text", HOSTILE)
def test_prose_says_it_and_does_nothing(text: str) -> None:
    made = markdown.prose(f"from {text} to `code`")
    assert "`" in text or made.endswith("`code`")
    plain = re.sub(r"<code>.*?</code>|&#\d+;", "", re.sub(r"`[^`]*`", "", made))
    assert not re.search(r"[`|\\<>*_@\[\]#~$]|https?:|www\.", plain)
    assert "\n" not in made


def test_details_are_folded() -> None:
    made = markdown.details("2 <b>", "| a |\n")
    assert made == "<details><summary>2 &#60;b&#62;</summary>\n\n| a |\n\n</details>\n"
