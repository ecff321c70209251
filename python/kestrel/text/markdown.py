"""Text of unknown origin in Markdown (GitHub's), so that it shows as it is and does nothing.

Values may hold what is special to Markdown, to HTML or to GitHub: backticks, bars, tags, `@names`,
`#numbers`, links, line breaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kestrel.text.display import harmless

_SPECIAL = re.compile(r"[^\w\s.,;:()?→'\"/=+%…-]|_|:(?!\s)")
_CODE = re.compile(r"(`[^`]+`)")
_LINK = re.compile(r"(?i)\b(?:https?|ftp|mailto|www)\b")


def code(text: str) -> str:
    """In a fixed width, on one line; nothing for nothing."""
    shown = harmless(text)
    if not shown.strip():
        return "" if not shown else f"<code>{_entities(shown)}</code>"
    if any(char in shown for char in "`|\\"):  # which a code span cannot hold in every place
        return f"<code>{_entities(shown)}</code>"
    return f"`{shown}`"


def prose(text: str) -> str:
    """Words, in which what stands between backticks is code."""
    pieces = _CODE.split(harmless(text))
    return "".join(
        code(piece[1:-1]) if index % 2 else _entities(piece) for index, piece in enumerate(pieces)
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already."""
    lines = [_bar(head), _bar(["---"] * len(head)), *map(_bar, rows)]
    return "".join(f"{line}\n" for line in lines)


def details(summary: str, body: str) -> str:
    """What is shown when it is asked for; `summary` is Markdown-free text."""
    return f"<details><summary>{_entities(summary)}</summary>\n\n{body}\n</details>\n"


def _bar(row: Sequence[str]) -> str:
    return f"| {' | '.join(row)} |"


def _entities(text: str) -> str:
    linkless = _LINK.sub(lambda match: f"&#{ord(match.group()[0])};{match.group()[1:]}", text)
    if linkless == text:
        return _SPECIAL.sub(lambda match: f"&#{ord(match.group())};", text)
    pieces = re.split(r"(&#\d+;)", linkless)
    return "".join(
        piece if index % 2 else _SPECIAL.sub(lambda m: f"&#{ord(m.group())};", piece)
        for index, piece in enumerate(pieces)
    )
