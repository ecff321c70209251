"""From the text of a literal to its value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

NANOSECONDS = {
    "ns": 1,
    "us": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "min": 60_000_000_000,
    "h": 3_600_000_000_000,
    "d": 86_400_000_000_000,
    "w": 604_800_000_000_000,
}
"""Units of durations. A day is 24 hours, a week 7 days."""

BYTES = {"B": 1} | {
    prefix + suffix: base**power
    for suffix, base in (("B", 1000), ("iB", 1024))
    for power, prefix in enumerate("KMGTPE", 1)
}
"""Units of sizes: `KB` is 1000 bytes, `KiB` 1024."""

MAX_DURATION = 2**63 - 1
MAX_SIZE = 2**64 - 1
MAX_DIGITS = 100

ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "\\": "\\",
    '"': '"',
    "'": "'",
    "{": "{",
    "}": "}",
}
AMOUNT = re.compile(r"([0-9]+)\.?([0-9]*)([A-Za-z]+)")
HEX = "[0-9A-Fa-f]"
ESCAPE = re.compile(rf"\\(x{HEX}{{2}}|u{HEX}{{4}}|U{HEX}{{8}}|u\{{{HEX}{{1,6}}\}}|.|$)", re.S)

ESCAPE_OR_HOLE = re.compile(r"\\.|\{", re.S)


class LiteralError(ValueError):
    """`args`: why, and the offset in the literal's text (characters)."""

    def __init__(self, reason: str, at: int = 0) -> None:
        super().__init__(reason, at)
        self.reason, self.at = reason, at


def integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise LiteralError("it has too many digits")
    if text[1:2] in ("x", "o", "b"):
        digits = text[2:].replace("_", "")
        if not digits:
            raise LiteralError("it has no digits")
        return int(digits, {"x": 16, "o": 8, "b": 2}[text[1]])
    return int(text.replace("_", ""))


def floating(text: str) -> float:
    value = float(text.replace("_", ""))
    if value == float("inf"):
        raise LiteralError("it is larger than any `f64`")
    return value


@lru_cache(1024)
def duration(text: str) -> int:
    """Nanoseconds."""
    return amount(text, NANOSECONDS, MAX_DURATION, "nanoseconds")


@lru_cache(1024)
def size(text: str) -> int:
    """Bytes."""
    return amount(text, BYTES, MAX_SIZE, "bytes")


def amount(text: str, units: dict[str, int], most: int, unit: str) -> int:
    """The sum of numbers with units. Exact: over the power of ten that makes all of them whole."""
    if len(text) > MAX_DIGITS:
        raise LiteralError("it has too many digits")
    parts = AMOUNT.findall(text.replace("_", ""))
    scale: int = 10 ** max(len(decimals) for _, decimals, _ in parts)
    total: int = sum(
        int(whole + decimals) * units[name] * scale // 10 ** len(decimals)
        for whole, decimals, name in parts
    )
    if total % scale:
        raise LiteralError(f"it is not a whole number of {unit}")
    if total > most * scale:
        raise LiteralError(f"it is more than {most} {unit}")
    return total // scale


class Piece(NamedTuple):
    """A part of a text literal: characters `begin` to `end` of it; `hole` is one's inside."""

    hole: bool
    begin: int
    end: int


class Shape(NamedTuple):
    """What a text literal's quotes say: how many characters they are, how to read between them."""

    prefix: int
    suffix: int
    raw: bool
    block: bool


def shape(text: str) -> Shape:
    if text.startswith('r"'):
        return Shape(2, 1, raw=True, block=False)
    if text.startswith('"""'):
        return Shape(3, 3, raw=False, block=True)
    return Shape(1, 1, raw=False, block=False)


def pieces(text: str) -> Iterator[Piece]:
    """A text literal cut at its holes. Raises LiteralError for a hole without an end."""
    form = shape(text)
    begin, end = form.prefix, len(text) - form.suffix
    at = begin
    while not form.raw and (special := ESCAPE_OR_HOLE.search(text, at, end)):
        at = special.start()
        if text.startswith("\\u{", at):  # its brace opens no hole
            at = text.find("}", at, end) + 1 or end
        elif text[at] == "\\":
            at += 2
        else:
            close = hole_end(text, at + 1, end)
            yield Piece(False, begin, at)
            yield Piece(True, at + 1, close)
            at = begin = close + 1
    yield Piece(False, begin, end)


def hole_end(text: str, at: int, end: int) -> int:
    """Where the hole that begins at `at` has its closing brace."""
    begin, depth, quoted = at, 1, False
    while at < end:
        if text[at] == '"':
            quoted = not quoted
        elif quoted and text[at] == "\\":
            at += 1
        elif not quoted and text[at] in "{}":
            depth += 1 if text[at] == "{" else -1
            if depth == 0:
                return at
        at += 1
    raise LiteralError("this `{` opens a hole that has no `}`", begin - 1)


def unescape(text: str, offset: int = 0) -> str:
    """Replace escapes; an error counts from `offset`."""
    if "\\" not in text:
        return text
    return ESCAPE.sub(lambda match: character(match[1], offset + match.start()), text)


def character(escape: str, at: int) -> str:
    if len(escape) == 1 and escape in ESCAPES:
        return ESCAPES[escape]
    if len(escape) < 2:
        raise LiteralError(f"there is no escape `\\{escape}`", at)
    code = int(escape[1:].strip("{}"), 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise LiteralError(f"`\\{escape}` is not a character", at)
    return chr(code)


def dedenter(text: str) -> Callable[[str], str]:
    """What takes the margin off a piece of a block literal.

    The margin is what the lines after the first begin with in common, the last one, before the
    closing quotes, included; lines of blanks alone do not count.
    """
    lines = text[3:-3].split("\n")[1:]
    counted = [line for line in lines[:-1] if line.strip()] + lines[-1:]
    margin = min((len(line) - len(line.lstrip(" \t")) for line in counted), default=0)
    edge = re.compile(rf"\r?\n[ \t]{{0,{margin}}}")
    return lambda piece: edge.sub("\n", piece)
