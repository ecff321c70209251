"""How text of unknown origin is shown in a terminal: as cells, and with nothing in it that acts."""

from __future__ import annotations

import re
import unicodedata

TAB = 4

_ACTS = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # controls: cursor movement, colours, titles
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # invisible, or reorder what follows
    "\ud800-\udfff\U000e0000-\U000e007f]"  # half characters, tags
)


def harmless(text: str) -> str:
    """`text` with each code point that acts on a terminal or hides replaced by a visible name."""
    return _ACTS.sub(_named, text)


def _named(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)  # control pictures
    return "\u2421" if code == 0x7F else f"<U+{code:04X}>"


def cells(char: str) -> int:
    """Terminal cells that one code point takes: 0 (combining), 1 or 2 (wide)."""
    if char < "\u0300":
        return 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def lay_out(text: str) -> tuple[str, list[int]]:
    """What to print for one line, and the cell at which each of its code points begins.

    The list has one more item than `text` has code points: the cell behind the last.
    """
    shown: list[str] = []
    starts = [0]
    for char in text:
        piece = " " * (TAB - starts[-1] % TAB) if char == "\t" else harmless(char)
        shown.append(piece)
        starts.append(starts[-1] + sum(map(cells, piece)))
    return "".join(shown), starts
