"""Names, numbers and texts as `.kreg` writes them."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable

from kestrel.ir.registers import Condition, Dim, Effect
from kestrel.syntax.text_check import HIDDEN

LINE = 100
"""Columns."""
HARD = frozenset({"reserved", "retired", "when", "_"})
"""Words that are no names."""
ITEM = re.compile(r"([^\[\]]+)(?:\[([^\[\]]+)\])?")


def name(text: str) -> str:
    plain = text.isidentifier() and unicodedata.is_normalized("NFC", text) and text not in HARD
    return text if plain else "`" + escaped(text).replace("`", "\\`") + "`"


def quoted(text: str) -> str:
    return '"' + escaped(text).replace('"', '\\"') + '"'


def escaped(text: str) -> str:
    made = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    return HIDDEN.sub(lambda found: f"\\u{{{ord(found[0]):x}}}", made)


def number(value: int) -> str:
    return str(value) if value < 10 else f"0x{value:X}"


def address(value: int, digits: int = 2) -> str:
    """Eight digits and more are parted by fours."""
    text = f"{value:0{digits}X}"
    if len(text) < 8:
        return f"0x{text}"
    groups = [text[max(0, end - 4) : end] for end in range(len(text), 0, -4)]
    return "0x" + "_".join(reversed(groups))


def place(text: str) -> str:
    return ".".join(map(_item, text.split(".")))


def _item(text: str) -> str:
    found = ITEM.fullmatch(text)
    if found is None or found[2] is None:
        return name(text)
    index = found[2] if found[2].isdigit() else name(found[2])
    return f"{name(found[1])}[{index}]"


def condition(given: Condition) -> str:
    return f"{place(given.place)} {given.op} {number(given.value)}"


def effect(given: Effect) -> str:
    return " then ".join(f"{each.way} {place(each.place)}" for each in given)


def dimension(dim: Dim | None) -> str:
    if dim is None:
        return ""
    if not dim.labels:
        return f"[{dim.count}]"
    first = dim.labels[0]
    if first.isdigit() and dim.labels == tuple(map(str, range(int(first), int(first) + dim.count))):
        return f"[{first}..{dim.labels[-1]}]"
    return f"[{', '.join(map(quoted, dim.labels))}]"


def comment(doc: str, indent: str) -> Iterable[str]:
    """A doc comment; paragraphs have an empty line between them."""
    paragraphs = [_wrapped(each, LINE - len(indent) - 4) for each in doc.split("\n")]
    for number_of, lines in enumerate(paragraphs):
        if number_of:
            yield f"{indent}///"
        yield from (f"{indent}/// {line}" for line in lines)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, max(width, 40), break_long_words=False, break_on_hyphens=False)


def documented(line: str, doc: str, end: str, indent: str) -> list[str]:
    """A line with its text behind it, or above it where that would be too long."""
    if not doc:
        return [indent + line + end]
    inline = f"{indent}{line} {quoted(doc)}{end}"
    if "\n" not in doc and (len(inline) <= LINE or HIDDEN.search(doc) is not None):
        return [inline]
    return [*comment(doc, indent), indent + line + end]
