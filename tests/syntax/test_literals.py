"""Numbers, durations, sizes and texts: what they are worth, and when they are worth nothing."""

from __future__ import annotations

import pytest

from kestrel.syntax import ast
from kestrel.syntax.parse import parse_expr
from tests.syntax.reading import codes, messages


def value(text: str) -> object:
    expr, diagnostics = parse_expr(text)
    assert diagnostics == []
    return expr


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("42", 42),
        ("0xFF", 255),
        ("0o755", 0o755),
        ("0b10_10", 10),
        ("1_000", 1000),
        ("18446744073709551616", 2**64),
        ("0", 0),
    ],
)
def test_integers(text: str, expected: int) -> None:
    assert value(text) == ast.Int(0, len(text), expected)


@pytest.mark.parametrize("text", ["3.14", "1e-9", "1.5E+3", "1_0.2_5"])
def test_floats(text: str) -> None:
    assert value(text) == ast.Float(0, len(text), float(text.replace("_", "")))


MS = 1_000_000


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("250ms", 250 * MS),
        ("30s", 30_000 * MS),
        ("5min", 300_000 * MS),
        ("1h30min", 5_400_000 * MS),
        ("7d", 7 * 86_400_000 * MS),
        ("2w", 14 * 86_400_000 * MS),
        ("1.5us", 1500),
        ("0.1s", 100 * MS),
        ("1_000ns", 1000),
    ],
)
def test_durations(text: str, nanoseconds: int) -> None:
    assert value(text) == ast.Duration(0, len(text), nanoseconds)


def test_signs_are_operators() -> None:
    assert value("-5s") == ast.Neg(0, 3, ast.Duration(1, 3, 5000 * MS))


@pytest.mark.parametrize(
    ("text", "count"),
    [("64KiB", 65536), ("10MB", 10_000_000), ("3B", 3), ("1.5KiB", 1536), ("1EiB", 2**60)],
)
def test_sizes(text: str, count: int) -> None:
    assert value(text) == ast.Size(0, len(text), count)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('""', ""),
        ('"a b"', "a b"),
        (r'"\n\t\r\0\\\"\'\a\b\f\v"', "\n\t\r\0\\\"'\a\b\f\v"),
        (r'"\x41\u00e9\u{1F600}\U0001F600"', "A\u00e9\U0001f600\U0001f600"),
        (r'"\{x\} }"', "{x} }"),
        (r'r"[a-z]\d{2}"', r"[a-z]\d{2}"),
        ('"""a"b""c"""', 'a"b""c'),
        ('"""\n    a\n      b\n    """', "a\n  b\n"),
        ('"""\n  a\n\n  b"""', "a\n\nb"),
        ('"""\r\n  a\r\n  """', "a\n"),
        ('"\u00e9\u4e2d"', "\u00e9\u4e2d"),
    ],
)
def test_texts(text: str, expected: str) -> None:
    assert value(text) == ast.Text(0, len(text.encode()), expected)


def test_holes_are_expressions_with_places_of_their_own() -> None:
    text = '"\u00e9{a.b} is \\{{1 + 2}\\}"'
    interpolation = value(text)
    assert isinstance(interpolation, ast.Interpolation)
    first, member, middle, addition, last = interpolation.items
    assert (first, middle, last) == ("\u00e9", " is {", "}")
    assert isinstance(member, ast.Member)
    assert text.encode()[member.start : member.end] == b"a.b"
    assert isinstance(addition, ast.Binary)
    assert text.encode()[addition.start : addition.end] == b"1 + 2"


def test_a_hole_of_a_block_may_hold_text_and_braces() -> None:
    interpolation = value('"""{f("}", { x: "{y}" })}"""')
    assert isinstance(interpolation, ast.Interpolation)
    assert isinstance(interpolation.items[0], ast.Call)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("4kb", "1:12 the number `4kb` runs into a word"),
        ("0xFG", "1:12 the number `0xFG` runs into a word"),
        ("1.5x", "1:12 the number `1.5x` runs into a word"),
        ("0x_", "1:12 `0x_` has no value: it has no digits"),
        ("1.5ns", "1:12 `1.5ns` has no value: it is not a whole number of nanoseconds"),
        ("1e999", "1:12 `1e999` has no value: it is larger than any `f64`"),
        ('"\\q"', "1:13 there is no escape `\\q`"),
        ('"a\\ud800"', "1:14 `\\ud800` is not a character"),
        ('"\\u{110000}"', "1:13 `\\u{110000}` is not a character"),
        ('"{}"', "1:13 this hole is empty; a brace is written `\\{`"),
        ('"{a"', "1:13 this `{` opens a hole that has no `}`"),
        ('"x {a b}"', "1:18 unexpected `b`: expected an operator or the end of the text"),
        ('"abc', "1:12 this text has no closing quotes"),
        ('r"abc', "1:12 this text has no closing quotes"),
        ('"""abc"', "1:12 this text has no closing quotes"),
    ],
)
def test_literals_without_a_value(text: str, message: str) -> None:
    assert messages(f"config a = {text}") == [message]


@pytest.mark.parametrize("text", ["9" * 101, "9" * 99 + "s", "999999w", "17EiB"])
def test_numbers_are_bounded(text: str) -> None:
    assert codes(f"config a = {text}") == ["KS0011"]


def test_a_hole_has_no_place_in_text_that_is_read_before_the_program_runs() -> None:
    assert codes('schema S { example valid "x{y}" = {} }') == ["KS0013"]
