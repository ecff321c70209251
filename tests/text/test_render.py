"""The text form of diagnostics, on hand-made ones."""

from __future__ import annotations

import re

import pytest

from kestrel.text.diagnostic import Diagnostic, Label
from kestrel.text.display import harmless
from kestrel.text.render import Pen, render, render_all
from kestrel.text.source import Source, Span


def at(text: str, what: str, name: str = "a.ks") -> Span:
    """The span of the first `what` in a source of `text`; the end of the text if it is empty."""
    data = text.encode()
    start = data.index(what.encode()) if what else len(data)
    return Span(Source(name, data), start, start + len(what.encode()))


def error(span: Span | None, message: str = "no", caret: str = "", **rest: object) -> Diagnostic:
    return Diagnostic("KS0001", message, span, caret, **rest)  # type: ignore[arg-type]


def lines(diagnostic: Diagnostic, width: int = 100) -> list[str]:
    return render(diagnostic, Pen(width=width)).splitlines()


def test_the_form_that_the_language_page_shows() -> None:
    text = "\n" * 6 + "  let h = sqlite3_open(path)?\n  ping(h)?\n"
    source = Source("store.ks", text.encode())
    question = text.index("?", text.index("ping"))
    opened = text.index("sqlite3_open")
    diagnostic = error(
        Span(source, question, question + 1),
        "`h` may leak",
        "leaves here while `h` is open",
        labels=(Label(Span(source, opened, opened + 12), "opened here"),),
        notes=("path: sync → push", "a plain note"),
        helps=("put `defer sqlite3_close_v2(h)` on line 8",),
    )
    assert lines(diagnostic) == [
        "error[KS0001]: `h` may leak",
        "  ┌─ store.ks:8:10",
        "7 │   let h = sqlite3_open(path)?",
        "  │           ------------ opened here",
        "8 │   ping(h)?",
        "  │          ^ leaves here while `h` is open",
        "  = path: sync → push",
        "  = note: a plain note",
        "  = help: put `defer sqlite3_close_v2(h)` on line 8",
    ]


@pytest.mark.parametrize(
    ("text", "what", "shown", "underline"),
    [
        ("a = 名前 + b", "b", "a = 名前 + b", "           ^"),
        ("a = 名前", "名前", "a = 名前", "    ^^^^"),
        ("e\u0301 = x", "x", "e\u0301 = x", "    ^"),
        ("\tx = y", "y", "    x = y", "        ^"),
        ("x \x1b[31my", "y", "x ␛[31my", "       ^"),
        ("a \u202e b", "b", "a <U+202E> b", "           ^"),
    ],
    ids=["wide before", "wide itself", "combining", "tab", "escape", "bidi"],
)
def test_carets_stand_under_what_they_mean(
    text: str, what: str, shown: str, underline: str
) -> None:
    assert lines(error(at(text, what)))[2:] == [f"1 │ {shown}", f"  │ {underline}"]


def test_crlf_lines_show_no_carriage_return() -> None:
    assert lines(error(at("a\r\nbad\r\n", "bad\r\n")))[1:] == [
        "  ┌─ a.ks:2:1",
        "2 │ bad",
        "  │ ^^^",
    ]


@pytest.mark.parametrize(
    ("text", "place", "line"),
    [("", "1:1", "1 │"), ("abc", "1:4", "1 │ abc"), ("abc\n", "2:1", "2 │")],
    ids=["empty file", "no last newline", "after the last newline"],
)
def test_the_end_of_a_file_has_a_caret(text: str, place: str, line: str) -> None:
    drawn = lines(error(at(text, "")))
    assert drawn[1:3] == [f"  ┌─ a.ks:{place}", line]
    assert drawn[3].index("^") == 3 + int(place.split(":")[1])


def test_a_span_over_several_lines_marks_its_first_and_last() -> None:
    text = "a {\n  b\n  c\n  d\n  e\n} f\n"
    assert lines(error(at(text, "{\n  b\n  c\n  d\n  e\n}"), caret="all of it"))[1:] == [
        "  ┌─ a.ks:1:3",
        "1 │ a {",
        "  │   ^",
        "  …",
        "6 │ } f",
        "  │ ^ all of it",
    ]


def test_labels_in_another_file_have_their_own_excerpt() -> None:
    label = Label(at("one\ntwo\n", "two", "b.ks"), "declared here")
    assert lines(error(at("abc", "b"), labels=(label,)))[1:] == [
        "  ┌─ a.ks:1:2",
        "1 │ abc",
        "  │  ^",
        "  ┌─ b.ks:2:1",
        "2 │ two",
        "  │ --- declared here",
    ]


def test_a_long_line_is_clipped_about_the_place() -> None:
    text = "x" * 500 + "BAD" + "y" * 10_000
    drawn = lines(error(at(text, "BAD")), width=60)
    assert drawn[1] == "  ┌─ a.ks:1:501"
    assert all(len(line) <= 60 for line in drawn)
    assert drawn[2].startswith("1 │ …xx")
    assert drawn[2].endswith("yy…")
    assert drawn[2].index("BAD") == drawn[3].index("^^^")


def test_a_long_wide_line_is_clipped_by_cells() -> None:
    text = "名" * 500
    (line,) = [line for line in lines(error(at(text, "名")), width=60) if "名" in line]
    assert line.count("名") in (26, 27)


def test_without_a_span_the_file_is_named() -> None:
    assert lines(error(None, file="gone.ks")) == ["error[KS0001]: no", "  ┌─ gone.ks"]
    assert lines(error(None)) == ["error[KS0001]: no"]


def test_text_cannot_pretend_to_be_another_diagnostic() -> None:
    drawn = render(error(None, "bad\nerror[KS9999]: \x1b[2J"))
    assert drawn == "error[KS0001]: bad\n  error[KS9999]: ␛[2J\n"


def test_invalid_utf8_and_half_characters_are_shown() -> None:
    source = Source("a\udcff.ks", b"a \xff b")
    drawn = lines(error(Span(source, 4, 5)))
    assert drawn[1:] == ["  ┌─ a<U+DCFF>.ks:1:5", "1 │ a � b", "  │     ^"]


def test_colour_changes_nothing_but_colour() -> None:
    diagnostic = error(at("a b", "b"), "m", "c", notes=("n",), helps=("h",))
    coloured = render(diagnostic, Pen(colour=True))
    assert "\x1b[1;31merror[KS0001]\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == render(diagnostic)


def test_a_blank_line_stands_between_two() -> None:
    assert render_all([error(None), error(None)]) == "error[KS0001]: no\n\nerror[KS0001]: no\n"
    assert render_all([]) == ""


def test_harmless_leaves_ordinary_text_alone() -> None:
    assert harmless("naïve 名前 → ok") == "naïve 名前 → ok"
    assert harmless("\u009b\u2066\x7f") == "<U+009B><U+2066>␡"
