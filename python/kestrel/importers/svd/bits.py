"""Fields of SVD registers: where they are, what may be done to them, names of their values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kestrel.importers.svd.heirs import name_of
from kestrel.importers.svd.markup import Element
from kestrel.importers.svd.values import Values, number_in, pattern_in
from kestrel.ir.access import Access
from kestrel.ir.registers import BitField, Enum, EnumValue, Usage

RANGE = re.compile(r"\[?\s*([0-9]{1,9})\s*:\s*([0-9]{1,9})\s*\]?")
USAGES: dict[str, Usage] = {"read": "read", "write": "write", "read-write": "read-write"}


class Bits:
    def __init__(self, values: Values) -> None:
        self.values = values
        self.heirs = values.heirs
        self.report = values.report

    def field(self, element: Element, above: Access) -> BitField | None:
        """None where it cannot be said which bits it has, which is reported."""
        name, dim = self.values.named(element)
        place = self._place(element)
        if not name:
            self.report.at(element, "KR0005", what="field", name="", child="name")
        if place is None or not name:
            return None
        low, high = min(place), max(place)
        if place[0] < place[1]:
            self.report.at(element, "KR0104", name=name, msb=place[0], lsb=place[1])
        return BitField(
            name=name,
            lsb=low,
            width=high - low + 1,
            access=self.values.access(element, above),
            enums=tuple(self._enums(element)),
            bounds=self.bounds(element),
            dim=dim,
            doc=self.values.text(element, "description"),
            at=self.report.place(self._said(element)),
        )

    def bounds(self, element: Element) -> tuple[int, int] | None:
        """What `writeConstraint` allows."""
        found = self.heirs.get(element, "writeConstraint")
        within = found.child("range") if found is not None else None
        if within is None:
            return None
        low, high = self.values.number(within, "minimum"), self.values.number(within, "maximum")
        return (low, high) if low is not None and high is not None else None

    # ---------------------------------------------------------------- which bits

    def _place(self, element: Element) -> tuple[int, int] | None:
        """The most and the least significant bit, in the order in which they are given."""
        found = self.heirs.get(element, "bitRange")
        if found is not None:
            given = RANGE.fullmatch(found.text.strip())
            if given is None:
                self.report.at(found, "KR0004", text=found.text.strip()[:40], what="range of bits")
                return None
            return int(given[1]), int(given[2])
        if self.heirs.get(element, "lsb") is not None:
            low, high = self.values.number(element, "lsb"), self.values.needed(element, "msb")
            return (high, low) if low is not None and high is not None else None
        low = self.values.needed(element, "bitOffset")
        width = self.values.number(element, "bitWidth")
        if low is None or (width is None and self.heirs.get(element, "bitWidth") is not None):
            return None
        return self._from_width(element, low, 1 if width is None else width)

    def _from_width(self, element: Element, low: int, width: int) -> tuple[int, int] | None:
        if not 1 <= width <= 1024:
            self.report.at(element, "KR0004", text=str(width), what="width of a field")
            return None
        return low + width - 1, low

    def _said(self, element: Element) -> Element:
        """The element that says where the field is."""
        for tag in ("bitRange", "lsb", "bitOffset"):
            if (found := element.child(tag)) is not None:
                return found
        return element

    # ---------------------------------------------------------------- names for values

    def _enums(self, element: Element) -> Iterator[Enum]:
        for each in self.heirs.members(element):
            usage = self.values.text(each, "usage")
            yield Enum(
                name=name_of(each) or self.values.text(each, "name"),
                usage=USAGES.get(usage, "read-write"),
                values=tuple(self._enum_values(each)),
                at=self.report.place(each),
            )

    def _enum_values(self, element: Element) -> Iterator[EnumValue]:
        at: Element | None = element
        while at is not None and at.child("enumeratedValue") is None:
            at = self.heirs.base(at)
        for each in at.all("enumeratedValue") if at is not None else ():
            made = self._enum_value(each)
            if made is not None:
                yield made

    def _enum_value(self, element: Element) -> EnumValue | None:
        name, doc = name_of(element), self.values.text(element, "description")
        given, place = element.child("value"), self.report.place(element)
        if given is None:
            is_default = self.values.text(element, "isDefault") in ("true", "1")
            if not is_default:
                self.report.at(element, "KR0005", what="enumeratedValue", name=name, child="value")
                return None
            return EnumValue(name=name, value=None, doc=doc, at=place)
        plain, pattern = number_in(given.text), pattern_in(given.text)
        if pattern is not None and "x" in given.text.lower().lstrip("+0"):
            return EnumValue(name=name, value=pattern[0], care=pattern[1], doc=doc, at=place)
        value = plain if plain is not None else pattern[0] if pattern is not None else None
        if value is None:
            self.report.at(given, "KR0004", text=given.text.strip()[:40], what="number")
            return None
        return EnumValue(name=name, value=value, doc=doc, at=place)
