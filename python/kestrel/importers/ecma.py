"""Regular expressions of ECMA 262 as patterns of Kestrel, which mean the whole text."""

from __future__ import annotations

import re

from kestrel import _core

WHOLE = re.compile(r"\^\(\?:(.*)\)\$", re.S)


def from_ecma(expression: str) -> str | None:
    """A pattern that matches the same texts; None where there is none."""
    text = re.sub(r"\\u\{?([0-9A-Fa-f]{1,6})\}?", r"\\x{\1}", expression)
    found = WHOLE.fullmatch(text)
    if found and balanced(found[1]):
        return checked(found[1])
    alternatives = has_alternatives(text)
    begins = text.startswith("^") and not alternatives
    ends = text.endswith("$") and not text.endswith("\\$") and not alternatives
    body = text[begins : len(text) - ends]
    inner = f"(?:{body})" if alternatives else body
    return checked(f"{'' if begins else '(?s:.*)'}{inner}{'' if ends else '(?s:.*)'}")


def checked(pattern: str) -> str | None:
    try:
        _core.Pattern(pattern)
    except _core.Invalid:
        return None
    return pattern


def plain(text: str) -> str:
    """Without escapes and classes, whose brackets and bars mean themselves."""
    return re.sub(r"\\.|\[\^?\]?[^\]]*\]", "", text, flags=re.S)


def balanced(text: str) -> bool:
    depth = 0
    for c in plain(text):
        depth += (c == "(") - (c == ")")
        if depth < 0:
            return False
    return depth == 0


def has_alternatives(text: str) -> bool:
    depth = 0
    for c in plain(text):
        depth += (c == "(") - (c == ")")
        if c == "|" and depth == 0:
            return True
    return False
