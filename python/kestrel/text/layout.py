"""A document algebra for formatters: what belongs together, and where lines may be broken.

After Wadler ("A prettier printer", 2003) and Prettier's commands. A `Doc` is a text, a `Line`, or
made of others by `concat`, `group` and `indent`. A group is printed on one line if it fits there
together with what follows up to the next place for a break; otherwise each `Line` directly in it
becomes a new line. Sizes are worked out as documents are made, so printing takes linear time, and
neither recursion nor backtracking.

Comments that end their line are part of the algebra, because no layout may put a text behind one.
"""

from __future__ import annotations

NEVER = 1 << 30
"""The width of what does not fit on any line."""

SEPARATORS = (",", ";")
"""Texts that are put before a comment at the end of the line, not behind it."""


class Node:
    """Base of the documents that are not plain texts.

    `width`: columns on one line. `head`: columns up to the first place for a break, or the whole
    width if there is none (`breaks`). `open_comment`: ends in a comment that runs to the line's
    end, so what follows cannot stand on the same line.
    """

    __slots__ = ("breaks", "head", "open_comment", "width")

    def __init__(self, width: int, head: int, breaks: bool, open_comment: bool = False) -> None:
        self.width = width
        self.head = head
        self.breaks = breaks
        self.open_comment = open_comment

    def is_blank(self) -> bool:
        """Does it print nothing that one sees, on one line?"""
        return self.width == 0 and not self.open_comment


Doc = str | Node
"""A text has no line end in it."""


class Line(Node):
    """A place for a break: `flat` where its group is on one line. See the constants."""

    __slots__ = ("blank", "flat")

    def __init__(self, flat: str, hard: bool, blank: bool = False) -> None:
        super().__init__(NEVER if hard else len(flat), 0, True)
        self.flat = flat
        self.blank = blank

    def is_blank(self) -> bool:
        return self.width < NEVER


LINE = Line(" ", hard=False)
"""A blank, or a new line."""
SOFT = Line("", hard=False)
"""Nothing, or a new line."""
HARD = Line("", hard=True)
"""A new line, unless one has just begun. Whatever it is in does not fit on one line."""
BLANK = Line("", hard=True, blank=True)
"""The same, and an empty line before it."""


class Verbatim(Node):
    """A text that may have line ends in it; it is not indented."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        many = "\n" in text
        super().__init__(NEVER if many else len(text), len(text.partition("\n")[0]), many)
        self.text = text


class LineComment(Node):
    """A comment that runs to the end of its line, behind what stands there or by itself."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        super().__init__(0, 0, False, open_comment=True)
        self.text = text


class Concat(Node):
    __slots__ = ("parts",)

    def __init__(self, parts: list[Doc]) -> None:
        width = head = 0
        breaks = open_comment = False
        for part in parts:
            if isinstance(part, str):
                size = len(part)
                if open_comment and part not in SEPARATORS and part.strip(" "):
                    size, open_comment = NEVER, False
                width += size
                if not breaks:
                    head += size
                continue
            if not open_comment:
                open_comment = part.open_comment
            elif not part.is_blank():
                width += NEVER
                open_comment = part.open_comment
            width += part.width
            if not breaks:
                head += part.head
                breaks = part.breaks
        super().__init__(min(width, NEVER), min(head, NEVER), breaks, open_comment)
        self.parts = parts


class Group(Node):
    __slots__ = ("content",)

    def __init__(self, content: Doc, forced: bool = False) -> None:
        if isinstance(content, str):
            super().__init__(len(content), len(content), False)
        else:
            width = NEVER if forced else content.width
            super().__init__(width, content.head, content.breaks, content.open_comment)
        self.content = content


class Solid(Node):
    """Broken only if it does not fit on a line of its own: others before it are broken first."""

    __slots__ = ("content",)

    def __init__(self, content: Node) -> None:
        super().__init__(content.width, content.width, False, content.open_comment)
        self.content = content


class Indent(Node):
    __slots__ = ("columns", "content")

    def __init__(self, content: Node, columns: int) -> None:
        super().__init__(content.width, content.head, content.breaks, content.open_comment)
        self.content = content
        self.columns = columns


class IfBroken(Node):
    """`broken` where the group is broken, else `flat`."""

    __slots__ = ("broken", "flat")

    def __init__(self, broken: str, flat: str) -> None:
        super().__init__(len(flat), len(broken), False)
        self.broken = broken
        self.flat = flat


def concat(*parts: Doc) -> Doc:
    return Concat(list(parts))


def group(*parts: Doc, forced: bool = False) -> Doc:
    """`forced`: broken even if it fits."""
    return Group(parts[0] if len(parts) == 1 else Concat(list(parts)), forced)


def indent(*parts: Doc, columns: int = 2) -> Doc:
    return Indent(Concat(list(parts)), columns)


def solid(doc: Doc) -> Doc:
    return doc if isinstance(doc, str) else Solid(doc)


def render(doc: Doc, width: int) -> str:
    """The text of a document, in lines of `width` columns where that can be done."""
    return Printer(width).print(doc)


class Printer:
    def __init__(self, width: int) -> None:
        self.width = width
        self.out: list[str] = []
        self.column = 0
        self.fresh = True
        """Nothing stands on this line yet, its indent included."""
        self.gap = ""
        """Blanks, to be written before the next text of this line, if there is one."""
        self.comment = ""
        """What this line ends in, once it ends."""

    def print(self, doc: Doc) -> str:
        stack: list[tuple[int, bool, Doc]] = [(0, False, doc)]
        while stack:
            columns, flat, top = stack.pop()
            if isinstance(top, str):
                self.put(top, columns)
            elif isinstance(top, Concat):
                stack += [(columns, flat, part) for part in reversed(top.parts)]
            elif isinstance(top, Line):
                self.put(top.flat, columns) if flat else self.end_line(top.blank)
            elif isinstance(top, Group):
                stack.append((columns, flat or self.fits(top, columns, stack), top.content))
            elif isinstance(top, Indent):
                stack.append((columns + top.columns, flat, top.content))
            elif isinstance(top, Solid):
                stack.append((columns, flat, top.content))
            elif isinstance(top, IfBroken):
                self.put(top.flat if flat else top.broken, columns)
            elif isinstance(top, LineComment):
                self.put_comment(top.text, columns)
            elif isinstance(top, Verbatim):
                self.put_verbatim(top.text, columns)
        self.end_line(blank=False)
        return "".join(self.out)

    def fits(self, top: Group, columns: int, stack: list[tuple[int, bool, Doc]]) -> bool:
        room = self.width - (columns if self.fresh else self.column) - top.width
        if room < 0:
            return False
        for _, _, doc in reversed(stack):
            if isinstance(doc, str):
                room -= len(doc)
            else:
                room -= doc.head
                if doc.breaks:
                    break
        return room >= 0

    def put(self, text: str, columns: int) -> None:
        if not text.strip(" "):
            if not self.fresh:
                self.gap += text
                self.column += len(text)
            return
        if self.comment and text not in SEPARATORS:
            self.end_line(blank=False)
        if self.fresh:
            self.begin_line(columns)
        self.out += (self.gap, text)
        self.gap = ""
        self.column += len(text)

    def put_comment(self, text: str, columns: int) -> None:
        if self.comment:
            self.end_line(blank=False)
        self.comment = text if self.fresh else " " + text
        if self.fresh:
            self.begin_line(columns)

    def begin_line(self, columns: int) -> None:
        self.out.append(" " * columns)
        self.column = columns
        self.fresh = False

    def put_verbatim(self, text: str, columns: int) -> None:
        first, *more = text.split("\n")
        self.put(first, columns)
        if more:
            self.out += ["\n" + line for line in more]
            self.column = len(more[-1])

    def end_line(self, blank: bool) -> None:
        if not self.fresh:
            self.out.append(self.comment + "\n")
            self.comment = self.gap = ""
            self.fresh = True
            self.column = 0
        if blank and self.out:
            self.out.append("\n")
