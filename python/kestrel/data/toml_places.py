"""Where keys and values stand in a TOML text that `tomllib` has accepted.

document = { table | array | entry }
table   = "[" key "]"
array   = "[[" key "]]"
entry   = key "=" value
key     = part { "." part }
value   = string | list | inline | bare
list    = "[" { value [","] } "]"
inline  = "{" { entry [","] } "}"
"""

from __future__ import annotations

import re
import tomllib
from itertools import accumulate

Path = tuple[str | int, ...]
Names = list[str]
Range = tuple[int, int]
Place = tuple[Range, Range]
"""Bytes of the key (of an item of a list: nowhere) and bytes of the value."""

Keys = list[tuple[str, Range]]

NOWHERE: Range = (-1, -1)

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")|'
    r"'''.*?'{3,5}(?!')|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'[^'\n]*'",
    re.DOTALL,
)
_PART = re.compile(r"[A-Za-z0-9_-]+|" + r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_BARE = re.compile(r"[^,\]}#\r\n]*[^,\]}#\r\n \t]")


def deep_key(text: str, limit: int) -> Range | None:
    """Bytes of the first key of more than `limit` parts. `tomllib` takes quadratic time for it."""
    if text.count(".") < limit:
        return None
    part, dot, string = _PART.pattern, _DOT.pattern, _STRING.pattern
    pattern = (
        rf"(?P<deep>(?>{part})(?:(?>{dot})(?>{part})){{{limit},}}+)|"
        rf"{string}|(?P<open>[\"'])|#[^\n]*+|(?>{part})(?:(?>{dot})(?>{part}))*+"
    )
    for found in re.finditer(pattern, text, re.DOTALL):
        if found["open"]:  # no TOML, which tomllib says better
            return None
        if found["deep"]:
            begin = len(text[: found.start()].encode())
            return begin, begin + len(found["deep"].encode())
    return None


def places(text: str) -> dict[Path, Place]:
    """The place of every value by its path; of a table, its header's."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.in_bytes()


class _Scanner:
    """One method a rule of the grammar above; `at` is the character looked at."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Path, Place] = {(): (NOWHERE, (0, len(text)))}
        self.tables: dict[Path, int] = {}  # arrays of tables, and how many items each has so far

    def document(self) -> None:
        here: Path = ()
        while not self.blank_to_end():
            if self.text.startswith("[", self.at):
                here = self.header()
            else:
                self.entry(here)

    def header(self) -> Path:
        """A table's or an array's header; the path that the entries below it begin with."""
        begin = self.at
        brackets = 2 if self.text.startswith("[[", begin) else 1
        self.at += brackets
        keys = self.key()
        self.blank()
        self.at += brackets
        names = [name for name, _ in keys]
        if brackets == 2:
            self.next_table(names)
        for depth, (name, key) in enumerate(keys):
            self.note((*self.resolve(names[:depth]), name), key, (begin, self.at))
            self.note(self.resolve(names[: depth + 1]), key, (begin, self.at))
        return self.resolve(names)

    def next_table(self, names: Names) -> None:
        """One more item of an array of tables."""
        path: Path = (*self.resolve(names[:-1]), names[-1])
        self.tables[path] = self.tables.get(path, 0) + 1

    def resolve(self, names: Names) -> Path:
        """The path that a header means: of an array of tables, its last item."""
        path: Path = ()
        for name in names:
            path = (*path, name)
            if path in self.tables:
                path = (*path, self.tables[path] - 1)
        return path

    def entry(self, here: Path) -> None:
        keys = self.key()
        self.blank()
        self.at += 1
        self.blank()
        begin, path = self.at, here
        for name, _ in keys:
            path = (*path, name)
        self.value(path)
        for depth, (_, key) in enumerate(keys, len(here) + 1):
            self.note(path[:depth], key, (begin, self.at))

    def key(self) -> Keys:
        parts: Keys = []
        self.blank()
        while found := _PART.match(self.text, self.at):
            parts.append((_name(found[0]), found.span()))
            self.at = found.end()
            if not (dot := _DOT.match(self.text, self.at)):
                break
            self.at = dot.end()
        return parts

    def value(self, path: Path) -> None:
        begin = self.at
        if self.text[begin] == "[":
            self.list(path)
        elif self.text[begin] == "{":
            self.inline(path)
        else:
            found = _STRING.match(self.text, begin) or _BARE.match(self.text, begin)
            self.at = found.end() if found else begin + 1
        self.note(path, NOWHERE, (begin, self.at))

    def list(self, path: Path) -> None:
        self.at += 1
        index = 0
        while not self.closed("]"):
            self.value((*path, index))
            index += 1

    def inline(self, path: Path) -> None:
        self.at += 1
        while not self.closed("}"):
            self.entry(path)

    def closed(self, bracket: str) -> bool:
        """Skip blanks and a comma; is the bracket here? Then skip it too."""
        self.blank()
        if self.text[self.at] == ",":
            self.at += 1
            self.blank()
        closed = self.text[self.at] == bracket
        self.at += closed
        return closed

    def note(self, path: Path, key: Range, value: Range) -> None:
        """Keep the first value of a path, and its key as soon as it is known."""
        old_key, old_value = self.found.get(path, (NOWHERE, value))
        self.found[path] = (key if old_key == NOWHERE else old_key, old_value)

    def blank(self) -> None:
        found = _BLANK.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def blank_to_end(self) -> bool:
        self.blank()
        return self.at >= len(self.text)

    def in_bytes(self) -> dict[Path, Place]:
        if self.text.isascii():
            return self.found
        offset = [0, *accumulate(len(char.encode()) for char in self.text)]

        def moved(place: Range) -> Range:
            return place if place == NOWHERE else (offset[place[0]], offset[place[1]])

        return {path: (moved(key), moved(value)) for path, (key, value) in self.found.items()}


def _name(part: str) -> str:
    if part[0] == "'":
        return part[1:-1]
    return str(tomllib.loads(f"k = {part}")["k"]) if part[0] == '"' else part
