"""Formatting `.ks` files: one style, every comment kept.

stream.py  the tokens of a file, with comments and empty lines
writer.py  taking tokens in order; lists in brackets
types.py   exprs.py   decls.py   one rule for each construct
The layout itself is `kestrel.text.layout`, which knows nothing of Kestrel.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from kestrel.syntax.format.decls import Decls
from kestrel.syntax.format.stream import SEPARATORS, Stream, stream_of
from kestrel.syntax.parse import parse
from kestrel.syntax.text_check import begin_of
from kestrel.text.diagnostic import InvalidSource
from kestrel.text.layout import render
from kestrel.text.source import Source

WIDTH = 100
FRAMES = 10 * 400
"""Python frames that the deepest tree (400 nodes, docs/syntax.md) can need."""


def format_source(source: Source) -> str:
    """The text of a file in the one style. Formatting it again changes nothing.

    Its tokens and comments are those of `source`, in the same order; only separators, blanks and
    line ends differ.

    Raises:
        InvalidSource: it has syntax errors.
    """
    data = source.data[begin_of(source.data) :].replace(b"\r\n", b"\n")
    tree, found = parse(Source(source.name, data))
    if any(diagnostic.severity == "error" for diagnostic in found):
        raise InvalidSource(parse(source)[1])
    stream = stream_of(data, tree.comments)
    with deep():
        text = render(Decls(stream).file(tree.decls), WIDTH)
    again = Source(source.name, text.encode())
    check_kept(stream, stream_of(again.data, parse(again)[0].comments))
    return text


@contextmanager
def deep() -> Iterator[None]:
    """Allow for the deepest tree, however deep the caller is: such frames need no C stack."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, 1000 + FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def check_kept(old: Stream, new: Stream) -> None:
    """Raises AssertionError, a bug of the formatter, before a token or a comment is lost."""
    if contents(old) != contents(new):
        raise AssertionError("formatting would change what the file says")


def contents(stream: Stream) -> list[str]:
    """Tokens but separators, and comments, as they follow one another."""
    found: list[str] = []
    for index, text in enumerate(stream.texts):
        found += [comment.text for comment in stream.before.get(index, ())]
        if text not in SEPARATORS:
            found.append(text)
        found += [comment.text for comment in stream.behind.get(index, ())]
    return found
