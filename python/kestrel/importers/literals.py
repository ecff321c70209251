"""Names and values as they are written in `.ks` files."""

from __future__ import annotations

import re

from kestrel.syntax.text_check import HIDDEN

NAME = re.compile(r"[^\W\d]\w*")
KEYWORDS = frozenset(
    (
        *("let", "var", "fn", "pub", "if", "then", "else", "match", "with", "while", "for", "in"),
        *("is", "as", "matches", "where", "defer", "return", "break", "continue", "unsafe"),
        *("band", "bor", "bxor", "shl", "shr", "true", "false"),
    )
)
"""Words that are no name where an expression may stand; keys of records may be called so."""

ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\", '"': '\\"', "{": "\\{"}
_UNSEEN = re.compile(rf"\r|{HIDDEN.pattern}")
_SPECIAL = re.compile(rf'[\n\t\\"{{]|{_UNSEEN.pattern}')


def is_name(text: str) -> bool:
    """Can `text` be a variable's name, and a key without quotes?"""
    import unicodedata

    good = NAME.fullmatch(text) is not None and text.isidentifier()
    return good and text not in KEYWORDS and unicodedata.is_normalized("NFC", text)


def text_literal(text: str, margin: str = "") -> str:
    """`text` between quotes: over several lines, raw or with escapes, whichever is read best.

    `margin`: what each line of it begins with, where it goes over several.
    """
    if is_block(text):
        lines = [_escaped(line).replace('\\"', '"') for line in text.split("\n")]
        return (
            '"""\n'
            + "\n".join(margin + line if line else "" for line in lines[:-1])
            + (f'\n{margin}"""')
        )
    raw = "\\" in text or "{" in text
    if raw and '"' not in text and "\n" not in text and not _UNSEEN.search(text):
        return f'r"{text}"'
    return f'"{_escaped(text)}"'


def is_block(text: str) -> bool:
    """Several whole lines, none of which begins or ends in blanks that one could not see."""
    lines = text.split("\n")
    if len(lines) < 3 or lines[-1] or not lines[0] or '"""' in text:
        return False
    return not any(line != line.rstrip() or "\t" in line or _UNSEEN.search(line) for line in lines)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: ESCAPES.get(match[0]) or f"\\u{{{ord(match[0]):x}}}", text)


def key_literal(text: str) -> str:
    """A key of a map or record."""
    return (
        text if is_name(text) else text_literal(text) if "\n" not in text else f'"{_escaped(text)}"'
    )


def float_literal(value: float) -> str:
    return repr(value) if "." in repr(value) or "e" in repr(value) else f"{value!r}.0"


def duration_literal(text: str) -> str:
    """Of what data call `1h30m`: minutes are `min` in Kestrel."""
    return re.sub(r"m(?!s|in)", "min", text)
