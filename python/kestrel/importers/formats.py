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
    begin = SPACE.match(source.data)
    at = begin.end() if begin else 0
    for name, first in FIRST:
        if first.match(source.data, at):
            return name
    return next((each for each in FORMATS if source.name.lower().endswith(f".{each}")), "kreg")
