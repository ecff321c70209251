"""XML with an element a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from xml.sax.saxutils import escape, quoteattr

FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML file may have. XML 1.0, 2.2."""


class Xml:
    def __init__(self) -> None:
        self.lines = ['<?xml version="1.0" encoding="utf-8"?>']
        self.depth = 0

    def leaf(self, tag: str, text: object) -> None:
        shown = escape(FORBIDDEN.sub("\ufffd", str(text)))
        self.lines.append(f"{'  ' * self.depth}<{tag}>{shown}</{tag}>")

    def optional(self, tag: str, text: object) -> None:
        """Nothing for nothing."""
        if text not in (None, ""):
            self.leaf(tag, text)

    @contextmanager
    def inside(self, tag: str, **attributes: str) -> Iterator[None]:
        said = "".join(
            f" {name.replace('_', ':')}={quoteattr(FORBIDDEN.sub('?', value))}"
            for name, value in attributes.items()
        )
        self.lines.append(f"{'  ' * self.depth}<{tag}{said}>")
        self.depth += 1
        yield
        self.depth -= 1
        self.lines.append(f"{'  ' * self.depth}</{tag}>")

    def text(self) -> str:
        return "\n".join([*self.lines, ""])
