"""The formats of register maps, told apart by how a file begins."""

from __future__ import annotations

import re
from typing import Literal

from kestrel.text.source import Source

Format = Literal["svd", "rdl", "hjson", "kreg"]
FORMATS: tuple[Format, ...] = ("svd", "rdl", "hjson", "kreg")
"""The ends of their names are the same words."""
SPACE = re.compile(rb"(?:\xef\xbb\xbf|\s|//[^\n]*|#[^\n]*|/\*.*?\*/)*", re.S)
FIRST: tuple[tuple[Format, re.Pattern[bytes]], ...] = (
    ("svd", re.compile(rb"<(?!%)")),
    ("hjson", re.compile(rb"\{")),
    ("kreg", re.compile(rb"(regmap|device|patch)\b|@")),
    (
        "rdl",
        re.compile(rb"(addrmap|regfile|reg|field|mem|signal|property|struct|constraint)\b|`|<%"),
    ),
    ("rdl", re.compile(rb"(default|external|internal|alias|abstract)\b|enum\s+\w+\s*\{[^},]*;")),
)
"""What a file begins with, comments aside."""


def format_of(source: Source) -> Format:
    """By its content; what has none that is known, by its name, and else `.kreg`."""
    found = _format(source.data)
    if found is not None:
        return found
    return next((each for each in FORMATS if source.name.lower().endswith(f".{each}")), "kreg")


def is_format(data: bytes) -> bool:
    """Does a file that has no name of these begin like one of them?"""
    return _format(data) is not None


def _format(data: bytes) -> Format | None:
    begin = SPACE.match(data)
    at = begin.end() if begin else 0
    return next((name for name, first in FIRST if first.match(data, at)), None)
