"""What stands in the elements of an SVD file: numbers, accesses, arrays.

CMSIS-SVD 1.3, `scaledNonNegativeInteger` and its kin: `10`, `0xA`, `#1010`, with `k`, `m`, `g`, `t`
for powers of 1024. A leading zero means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain
from typing import TypeVar

from kestrel.importers.svd.heirs import Heirs, name_of
from kestrel.importers.svd.markup import Element
from kestrel.ir.access import Access, OnRead, OnWrite, Sw
from kestrel.ir.registers import Dim

T = TypeVar("T")

NUMBER = re.compile(
    r"\+?(?:0[xX](?P<hex>[0-9a-fA-F]+)|#(?P<bin>[01]+)|(?P<dec>[0-9]+))(?P<scale>[kmgtKMGT]?)"
)
PATTERN = re.compile(r"\+?(?:#|0[bB])(?P<bits>[01xX]+)")
BASES = {"hex": 16, "bin": 2, "dec": 10}
SCALES = {"": 0, "k": 10, "m": 20, "g": 30, "t": 40}
MAX_DIGITS = 40
MAX_COUNT = 65_536
"""Items of one array."""

SW: dict[str, Sw] = {
    "read-only": "r",
    "write-only": "w",
    "read-write": "rw",
    "writeOnce": "w1",
    "read-writeOnce": "rw1",
}
ON_READ: dict[str, OnRead] = {
    "clear": "rclr",
    "set": "rset",
    "modify": "ruser",
    "modifyExternal": "ruser",
}
ON_WRITE: dict[str, OnWrite | None] = {
    "oneToClear": "woclr",
    "oneToSet": "woset",
    "oneToToggle": "wot",
    "zeroToClear": "wzc",
    "zeroToSet": "wzs",
    "zeroToToggle": "wzt",
    "clear": "wclr",
    "set": "wset",
    "modify": None,
}


def number_in(text: str) -> int | None:
    found = NUMBER.fullmatch(text.strip())
    if found is None or len(text) > MAX_DIGITS:
        return None
    digits, base = next((found[name], base) for name, base in BASES.items() if found[name])
    return int(digits, base) << SCALES[found["scale"].lower()]


def pattern_in(text: str) -> tuple[int, int] | None:
    """`#1x0`: the value, and the bits that count."""
    found = PATTERN.fullmatch(text.strip())
    if found is None or len(text) > 2 * MAX_DIGITS:
        return None
    bits = found["bits"].lower()
    value = int(bits.replace("x", "0"), 2)
    return value, int("".join("0" if bit == "x" else "1" for bit in bits), 2)


class Values:
    """Reads the children of elements, and of what these are derived from."""

    def __init__(self, heirs: Heirs) -> None:
        self.heirs = heirs
        self.report = heirs.report

    def text(self, element: Element, tag: str) -> str:
        found = self.heirs.get(element, tag)
        return " ".join(found.text.split()) if found is not None else ""

    def number(self, element: Element, tag: str) -> int | None:
        """None where it is not there, or is no number, which is reported."""
        found = self.heirs.get(element, tag)
        return self.number_of(found) if found is not None else None

    def number_of(self, element: Element) -> int | None:
        made = number_in(element.text)
        if made is None:
            self.report.at(element, "KR0004", text=element.text.strip()[:40], what="number")
        return made

    def needed(self, element: Element, tag: str) -> int | None:
        """A number that has to be there."""
        if self.heirs.get(element, tag) is None:
            self.report.at(element, "KR0005", what=element.tag, name=name_of(element), child=tag)
        return self.number(element, tag)

    def access(self, element: Element, above: Access) -> Access:
        """What an element says of its access; what it does not say is as above."""
        return Access(
            self._word(element, "access", SW, above.sw),
            self._word(element, "readAction", ON_READ, above.onread),
            self._word(element, "modifiedWriteValues", ON_WRITE, above.onwrite),
        )

    def _word(self, element: Element, tag: str, words: Mapping[str, T], above: T) -> T:
        found = self.heirs.get(element, tag)
        if found is None:
            return above
        word = found.text.strip()
        if word not in words:
            self.report.at(found, "KR0004", text=word[:40], what=f"`{tag}`")
            return above
        return words[word]

    # ---------------------------------------------------------------- arrays

    def named(self, element: Element) -> tuple[str, Dim | None]:
        """Its name, and of how many things that is one."""
        name = " ".join(name_of(element).split())
        if self.heirs.get(element, "dim") is None:
            return name, None
        count, step = self.number(element, "dim"), self.needed(element, "dimIncrement")
        if count is None or step is None:
            return name.replace("[%s]", "").replace("%s", ""), None
        if not 1 <= count <= MAX_COUNT:
            self.report.at(element, "KR0008", count=count, limit=MAX_COUNT)
            return name.replace("[%s]", "").replace("%s", ""), None
        array = "[%s]" in name or "%s" not in name
        labels = self._labels(element, count)
        return name.replace("[%s]", "") if array else name, Dim(count, step, labels, array)

    def _labels(self, element: Element, count: int) -> tuple[str, ...]:
        found = self.heirs.get(element, "dimIndex")
        if found is None:
            return ()
        labels = labels_in(found.text, count)
        if len(labels) != count:
            self.report.at(found, "KR0103", count=count, found=len(labels))
            return ()
        return () if labels == tuple(map(str, range(count))) else labels


def labels_in(text: str, most: int) -> tuple[str, ...]:
    """`0-3`, `A-D`, `A,B,C`; of a range no more than one beyond `most`."""
    return tuple(chain.from_iterable(_range(part.strip(), most) for part in text.split(",")))


def _range(part: str, most: int) -> list[str]:
    if found := re.fullmatch(r"([0-9]{1,9})-([0-9]{1,9})", part):
        first, last = int(found[1]), int(found[2])
        return [str(n) for n in range(first, min(last, first + most) + 1)]
    if found := re.fullmatch(r"([A-Z])-([A-Z])", part):
        return [chr(n) for n in range(ord(found[1]), ord(found[2]) + 1)]
    return [part] if part else []
