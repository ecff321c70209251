"""`derivedFrom`: what an element has of another, and which other that is.

CMSIS-SVD 1.3: what is derived has all of its base, or what it says itself instead. The base is
named from the outside in, `PERIPHERAL.REGISTER.FIELD`, as far as its surroundings do not say it.
"""

from __future__ import annotations

from collections.abc import Iterator

from kestrel.importers.svd.markup import Element
from kestrel.importers.svd.report import Report

HOLDS: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "device": ("peripherals", ("peripheral",)),
    "peripheral": ("registers", ("register", "cluster")),
    "cluster": (None, ("register", "cluster")),
    "register": ("fields", ("field",)),
    "field": (None, ("enumeratedValues",)),
}
"""What has named things in it: the element around them, and their tags."""


def name_of(element: Element) -> str:
    found = element.child("name")
    return found.text.strip() if found is not None else ""


class Heirs:
    def __init__(self, report: Report) -> None:
        self.report = report
        self._bases: dict[Element, Element | None] = {}
        self._members: dict[Element, tuple[Element, ...]] = {}
        self._named: dict[tuple[Element, str], dict[str, Element]] = {}

    def get(self, element: Element, tag: str) -> Element | None:
        """A child, of the element or of what it is derived from."""
        at: Element | None = element
        while at is not None:
            found = at.child(tag)
            if found is not None:
                return found
            at = self.base(at)
        return None

    def members(self, element: Element) -> tuple[Element, ...]:
        """What stands in an element: what its base has, or its own of that name; and its own."""
        if element not in self._members:
            base = self.base(element)
            own = tuple(_own(element))
            self._members[element] = _overlaid(self.members(base), own) if base else own
        return self._members[element]

    def base(self, element: Element) -> Element | None:
        """What an element is derived from; None where that leads nowhere, which is reported."""
        if element in self._bases:
            return self._bases[element]
        path = element.attributes.get("derivedFrom")
        self._bases[element] = None  # while it is looked for
        found = self._lookup(element, path.strip()) if path is not None else None
        if path is not None and found is None:
            self.report.at(element, "KR0006", name=path)
        elif found is not None and self._leads_to(found, element):
            self.report.at(element, "KR0007", name=path)
        else:
            self._bases[element] = found
        return self._bases[element]

    def _leads_to(self, at: Element | None, element: Element) -> bool:
        """Is the element derived from itself, or from what stands around it?"""
        while at is not None:
            around: Element | None = element
            while around is not None:
                if around is at:
                    return True
                around = around.parent
            at = self.base(at)
        return False

    def _lookup(self, element: Element, path: str) -> Element | None:
        parts = path.split(".")
        scope = element.parent
        while scope is not None:
            if scope.tag in HOLDS:
                found = self._descend(scope, parts, element)
                if found is not None:
                    return found
            scope = scope.parent
        return None

    def _descend(self, scope: Element, parts: list[str], element: Element) -> Element | None:
        if len(parts) == 1:
            return self._below(scope, element.tag, parts[0], element)
        at: Element | None = scope
        for part in parts:
            at = next((m for m in _own(at) if name_of(m) == part), None) if at is not None else None
        return at if at is not None and at.tag == element.tag and at is not element else None

    def _below(self, scope: Element, tag: str, name: str, other: Element) -> Element | None:
        """What is called so in a scope, however deep: the nearest surroundings come first."""
        key = (scope, tag)
        if key not in self._named:
            self._named[key] = {}
            for each in _inside(scope):
                if each.tag == tag and each.attributes.get("derivedFrom") is None:
                    self._named[key].setdefault(name_of(each), each)
            for each in _inside(scope):
                if each.tag == tag:
                    self._named[key].setdefault(name_of(each), each)
        found = self._named[key].get(name)
        return found if found is not other else None


def _own(element: Element) -> Iterator[Element]:
    """The named things that stand in an element itself."""
    around, tags = HOLDS.get(element.tag, (None, ()))
    holder = element.child(around) if around is not None else element
    if holder is not None:
        yield from (each for each in holder.children if each.tag in tags)


def _inside(element: Element) -> Iterator[Element]:
    pending = [element]
    while pending:
        found = list(_own(pending.pop(0)))
        yield from found
        pending.extend(found)


def _overlaid(below: tuple[Element, ...], own: tuple[Element, ...]) -> tuple[Element, ...]:
    mine = {name_of(each): each for each in own}
    replaced = [mine.pop(name_of(each), each) for each in below]
    return (*replaced, *(each for each in own if name_of(each) in mine))
