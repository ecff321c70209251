"""Patterns of Kestrel as regular expressions of ECMA 262 (`u` flag), which JSON Schema takes.

The two agree on most of their syntax. What only Kestrel has is rewritten: `\\A`, `\\z`, `\\a`,
`\\x{…}`, classes such as `[[:alpha:]]`, named groups, `]` and `-` in a class, and `.`, which here
stands for all but a newline and there also not for other ends of lines. Flags, and `\\D` and its
kind in a class, have no counterpart.
"""

from __future__ import annotations

import re

POSIX = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": "\\x00-\\x7f",
    "blank": "\\t ",
    "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-\\/:-@\\[-`{-~",
    "space": "\\t-\\r ",
    "upper": "A-Z",
    "word": "0-9A-Z_a-z",
    "xdigit": "0-9A-Fa-f",
}
SETS = {"d": "0-9", "w": "0-9A-Za-z_", "s": "\\t\\n\\f\\r "}
TOKEN = re.compile(
    r"\\x\{(?P<code>[0-9A-Fa-f]+)\}|\\x(?P<hex>[0-9A-Fa-f]{2})|\\(?P<escape>.)"
    r"|\[:(?P<negated>\^?)(?P<posix>[a-z]+):\]|(?P<flags>\(\?(?!:|P?<\w))"
    r"|(?P<group>\(\?(?:P?<\w+>|:)|\()|(?P<open>\[\^?\]?)|(?P<close>\])|(?P<other>.)",
    re.S,
)
SYNTAX = frozenset("^$\\.*+?()[]{}|/")
"""Characters that may be escaped under the `u` flag; `-` too, in a class."""


def to_ecma(pattern: str) -> str | None:
    """An expression that matches the same texts, whole; None where there is none."""
    out: list[str] = []
    inside = False
    for match in TOKEN.finditer(pattern):
        piece = _piece(match, inside)
        if piece is None:
            return None
        out.append(piece)
        if match["open"] and not inside:
            inside = True
        elif match["close"] and inside:
            inside = False
    return f"^(?:{''.join(out)})$"


def _piece(match: re.Match[str], inside: bool) -> str | None:
    if match["flags"]:
        return "\\(\\?" if inside else None
    if code := match["code"] or match["hex"]:
        return _code(int(code, 16))
    if match["escape"]:
        return _escape(match["escape"], inside)
    if match["posix"]:
        return POSIX.get(match["posix"]) if inside and not match["negated"] else None
    if match["group"]:
        return "".join("\\" + c for c in match["group"]) if inside else _group(match["group"])
    if match["open"]:
        return "\\[" if inside else match["open"].replace("]", "\\]")
    if match["close"]:
        return "]" if inside else "\\]"
    return _plain(match["other"], inside)


def _group(text: str) -> str:
    return "(?:" if text != "(" else "("


def _plain(text: str, inside: bool) -> str:
    if inside:
        return text if text in "-^" or text not in SYNTAX else "\\" + text
    if text == ".":
        return "[^\\n]"
    return text


def _escape(letter: str, inside: bool) -> str | None:
    lower = letter.lower()
    if lower in SETS:
        if inside:
            return SETS[lower] if letter.islower() else None
        return f"[{SETS[lower]}]" if letter.islower() else f"[^{SETS[lower]}]"
    if letter in "Az":
        return None if inside else "^" if letter == "A" else "$"
    if letter == "a":
        return "\\x07"
    if letter in "fnrtv":
        return "\\" + letter
    if letter in SYNTAX or (letter == "-" and inside):
        return "\\" + letter
    return letter


def _code(code: int) -> str:
    if code < 256:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else chr(code)
