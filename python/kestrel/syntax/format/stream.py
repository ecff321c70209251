"""The tokens of a file, with the comments and the empty lines between them."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kestrel._core import tokens_kestrel
from kestrel.syntax.text_check import begin_of

SEPARATORS = (",", ";")
OPENING = ("(", "[", "{")
CLOSING = (")", "]", "}")


class Comment(NamedTuple):
    """`blank`: an empty line stands before it. `inline`: what comes next is on the same line."""

    text: str
    blank: bool
    inline: bool = False

    @property
    def to_line_end(self) -> bool:
        return self.text.startswith("//")


class Stream(NamedTuple):
    """`texts[i]` is token i; the last one, of no text, stands for the end of the file.

    `before[i]` are the comments that lead to token i, `behind[i]` those that stand behind it on its
    line. `blanks` has i if an empty line stands right before token i, `breaks` if a newline does.
    """

    texts: list[str]
    before: dict[int, list[Comment]]
    behind: dict[int, list[Comment]]
    blanks: frozenset[int]
    breaks: frozenset[int]


Piece = tuple[int, int, bool]
"""Begin, end, and whether it is a comment."""


def stream_of(data: bytes, comments: Sequence[tuple[int, int]]) -> Stream:
    """The stream of a text without syntax errors that has these comments."""
    bounds = tokens_kestrel(data, begin_of(data))
    tokens = [(begin, end, False) for begin, end in zip(bounds[::2], bounds[1::2], strict=True)]
    tokens.append((len(data), len(data), False))
    pieces = heapq.merge(tokens, ((begin, end, True) for begin, end in comments))
    return Reader(data).read(pieces)


class Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.texts: list[str] = []
        self.before: dict[int, list[Comment]] = {}
        self.behind: dict[int, list[Comment]] = {}
        self.blanks: set[int] = set()
        self.breaks: set[int] = set()
        self.ends_item = False
        """Has a newline ended an item since the last token?"""

    def read(self, pieces: Iterator[Piece]) -> Stream:
        at = begin_of(self.data)
        found: list[tuple[int, str]] = []
        for begin, end, is_comment in pieces:
            if begin == end < len(self.data):
                self.ends_item = True
                continue
            newlines = self.data.count(b"\n", at, begin)
            text = self.data[begin:end].decode()
            at = end
            if is_comment:
                found.append((newlines, text.rstrip() if text.startswith("//") else text))
                continue
            self.token(text, newlines, found)
            found = []
        return Stream(
            self.texts, self.before, self.behind, frozenset(self.blanks), frozenset(self.breaks)
        )

    def token(self, text: str, newlines: int, found: list[tuple[int, str]]) -> None:
        """Take a token that has `newlines` before it, and before these the comments `found`."""
        index = len(self.texts)
        if found:
            self.share(index, [*found, (newlines, text)])
        if newlines:
            self.breaks.add(index)
        if newlines > 1:
            self.blanks.add(index)
        self.texts.append(text.rstrip() if text.startswith("///") else text)
        self.ends_item = False

    def share(self, index: int, gap: list[tuple[int, str]]) -> None:
        """Which comments between two tokens go with the first one, which with the second?

        Those on the first one's line do, and so does one that has the second on its line, unless
        the second begins an item.
        """
        begins = not self.texts or self.begins_item(gap)
        behind = bool(self.texts) and not self.keeps_together(gap)
        for number, (newlines, text) in enumerate(gap[:-1]):
            inline = number >= self.last_line(gap)
            behind = behind and not newlines
            if behind or (inline and not begins and index not in self.before):
                self.behind.setdefault(index - 1, []).append(Comment(text, False))
            else:
                comment = Comment(text, newlines > 1, inline)
                self.before.setdefault(index, []).append(comment)

    @staticmethod
    def last_line(gap: list[tuple[int, str]]) -> int:
        """From which comment on all are on the line of the second token."""
        first = len(gap) - 1
        while first and not gap[first][0] and not gap[first - 1][1].startswith("//"):
            first -= 1
        return first

    def begins_item(self, gap: list[tuple[int, str]]) -> bool:
        last = self.texts[-1]
        if self.ends_item or last in (*OPENING, *SEPARATORS) or last.startswith("///"):
            return True
        return gap[-1][1] == "|" and any(newlines for newlines, _ in gap)

    def keeps_together(self, gap: list[tuple[int, str]]) -> bool:
        """Has the second token's item begun on the first one's line?

        Behind an opening bracket only a comment to the line's end has a line to end.
        """
        if self.texts[-1] in SEPARATORS:
            return not any(newlines or text.startswith("//") for newlines, text in gap)
        if self.texts[-1] not in OPENING:
            return False
        line = itertools.takewhile(lambda piece: not piece[0], gap)
        return not any(text.startswith("//") for _, text in line)
