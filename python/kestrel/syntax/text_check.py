"""What no source text may hold: bytes that are not UTF-8, and characters that hide others.

Bidirectional controls, zero-width and control characters can make a text look like another one
("Trojan Source", CVE-2021-42574), so they are errors everywhere, also in comments and literals.
A byte-order mark is skipped at the beginning of a file, and an error elsewhere.
"""

from __future__ import annotations

import re

from kestrel.text.diagnostic import Diagnostic
from kestrel.text.source import Source, Span

MAX_BYTES = 64 * 1024 * 1024
BOM = b"\xef\xbb\xbf"
CONTROL = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
PLAIN = bytes([9, 10, *range(0x20, 0x7F)])
HIDDEN_ASCII = re.compile(rb"[" + CONTROL.encode() + rb"]|\r(?!\n)")
HIDDEN = re.compile(
    rf"[{CONTROL}\x80-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
    r"|\r(?!\n)"
)


def check_text(source: Source) -> list[Diagnostic]:
    """One diagnostic for each place; too large a text is not looked at."""
    if len(source.data) > MAX_BYTES:
        return [Diagnostic.make("KS0010", Span(source, 0, 0), limit=MAX_BYTES)]
    if not source.data.translate(None, PLAIN):
        return []
    if source.data.isascii():
        return [
            hidden(source, m.start(), m[0].decode()) for m in HIDDEN_ASCII.finditer(source.data)
        ]
    return invalid(source) + hidden_characters(source)


def begin_of(data: bytes) -> int:
    return len(BOM) if data.startswith(BOM) else 0


def invalid(source: Source) -> list[Diagnostic]:
    """Each run of bytes that are not UTF-8."""
    found: list[Diagnostic] = []
    at = 0
    while True:
        try:
            source.data[at:].decode("utf-8") if at else source.data.decode("utf-8")
        except UnicodeDecodeError as error:
            found.append(Diagnostic.make("KS0008", Span(source, at + error.start, at + error.end)))
            at += error.end
            if len(found) == 20:
                return found
        else:
            return found


def hidden_characters(source: Source) -> list[Diagnostic]:
    text = source.data.decode("utf-8", "surrogateescape")
    begin = 1 if source.data.startswith(BOM) else 0
    found = []
    offset, last = 0, 0
    for match in HIDDEN.finditer(text, begin):
        offset += len(text[last : match.start()].encode("utf-8", "surrogateescape"))
        last = match.start()
        found.append(hidden(source, offset, match[0]))
    return found


def hidden(source: Source, offset: int, character: str) -> Diagnostic:
    code = ord(character)
    span = Span(source, offset, offset + len(character.encode()))
    escape = f"\\u{{{code:x}}}"
    return Diagnostic.make("KS0009", span, character=f"U+{code:04X}", escape=escape)
