"""Taking tokens in order, each with its comments: what the rules for all constructs build on.

A rule walks its node and takes the node's tokens one by one, so it cannot lose or invent one.
Separators are the exception: `listing` takes those that are there and puts those that are due.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from kestrel.syntax.format.stream import CLOSING, SEPARATORS, Comment, Stream
from kestrel.text.layout import (
    BLANK,
    HARD,
    LINE,
    SOFT,
    Concat,
    Doc,
    IfBroken,
    LineComment,
    Verbatim,
    concat,
    group,
    indent,
)

Item = TypeVar("Item")

CONTINUING_WORDS = frozenset(
    ["else", "then", "with", "where", "effect", "is", "in", "matches", "as"]
)


def comment_doc(comment: Comment) -> Doc:
    return LineComment(comment.text) if comment.to_line_end else Verbatim(comment.text)


class Writer:
    def __init__(self, stream: Stream) -> None:
        self.texts, before, self.behind, self.blanks, self.breaks = stream
        self.before = dict(before)
        """Comments that lead to a token, but those that `hoist` and `tail` took."""
        self.at = 0

    # ---- tokens

    def peek(self, ahead: int = 0) -> str:
        return self.texts[min(self.at + ahead, len(self.texts) - 1)]

    def tok(self) -> Doc:
        """The next token with the comments about it."""
        at, self.at = self.at, self.at + 1
        text = self.texts[at]
        doc: Doc = Verbatim(text) if "\n" in text else text
        if at not in self.before and at not in self.behind:
            return doc
        pad = "" if text in CLOSING else " "
        parts: list[Doc] = []
        for comment in self.before.get(at, ()):
            own = comment_doc(comment)
            parts += [own, pad] if comment.inline else [HARD, own, HARD]
        return Concat([*parts, doc, *self.trail(at)])

    def toks(self, count: int) -> Doc:
        """So many tokens, with blanks between them."""
        parts = [self.tok()]
        for _ in range(count - 1):
            parts += [" ", self.tok()]
        return Concat(parts)

    def trail(self, at: int) -> list[Doc]:
        parts: list[Doc] = []
        for comment in self.behind.get(at, ()):
            own = comment_doc(comment)
            parts += [own] if comment.to_line_end else [" ", own]
        return parts

    # ---- what stands before an item

    def blank_before(self) -> bool:
        """Is there an empty line before the next token, or before the comments that lead to it?"""
        comments = self.before.get(self.at)
        return comments[0].blank if comments else self.at in self.blanks

    def hoist(self) -> list[Doc]:
        """Take the comments that lead to the next token, to put them before all that it is in."""
        comments = self.before.pop(self.at, [])
        parts: list[Doc] = []
        for comment in comments:
            if parts and comment.blank:
                parts.append(BLANK)
            parts += [comment_doc(comment), " " if comment.inline else HARD]
        if comments and self.at in self.blanks:
            parts.append(BLANK)
        return parts

    def separator(self) -> list[Doc]:
        """Pass a separator, if one is next; the comments about it remain."""
        if self.peek() not in SEPARATORS:
            return []
        parts: list[Doc] = []
        for comment in self.before.get(self.at, ()):
            own = comment_doc(comment)
            parts += [" ", own] if comment.inline else [HARD, own]
        self.at += 1
        return [*parts, *self.trail(self.at - 1)]

    def cannot_begin_line(self) -> bool:
        """Would a newline before the next token not end an item? See docs/syntax.md, Newlines."""
        word = self.peek()
        if word in ("|", "||"):
            return True
        named = self.peek(1)[:1] in (":", "=", ".") and not (
            self.at in self.behind or self.at + 1 in self.before
        )
        return word in CONTINUING_WORDS and not named

    # ---- lists in brackets

    def listing(
        self,
        items: Sequence[Item],
        visit: Callable[[Item], Doc],
        between: str,
        *,
        pad: bool = False,
        blanks: bool = False,
        expanded: bool | None = False,
        fill: bool = False,
    ) -> Doc:
        """Items in brackets, `between` them where they are on one line.

        In lines of their own they have a comma behind each, or nothing where `pad` is set, which
        also puts blanks inside the brackets. `expanded`: always in lines of their own; None: if
        there is a newline behind the bracket. `blanks`: keep empty lines between items.
        """
        opener = self.tok()
        if expanded is None:
            expanded = self.at in self.breaks
        edge = LINE if pad else SOFT
        body: list[Doc] = []
        for number, item in enumerate(items):
            begin: list[Doc] = []
            if number:
                begin = [BLANK if blanks and self.blank_before() else LINE]
            begin += [*self.hoist(), visit(item)]
            comments = self.separator()
            last = number + 1 == len(items)
            begin += [self.between(between, pad, last), *comments]
            body += [group(*begin)] if fill and number else begin
        body += self.tail(bool(items), blanks)
        closer = self.tok()
        if not body:
            return concat(opener, closer)
        return group(opener, indent(edge, *body), edge, closer, forced=expanded)

    def between(self, text: str, pad: bool, last: bool) -> Doc:
        if last:
            return "" if pad else IfBroken(",", "")
        if not pad:
            return text
        return IfBroken(";" if self.cannot_begin_line() else "", text)

    def tail(self, items: bool, blanks: bool) -> list[Doc]:
        """The comments before a closing bracket, each on its line."""
        parts: list[Doc] = []
        for comment in self.before.pop(self.at, ()):
            blank = blanks and comment.blank and (items or bool(parts))
            line = BLANK if blank else LINE
            parts += [line, comment_doc(comment)] if items or parts else [comment_doc(comment)]
        return parts
