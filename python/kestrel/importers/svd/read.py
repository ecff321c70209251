"""CMSIS-SVD to register maps. What is wrong with a file is reported, and moves no field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kestrel.importers.svd.bits import Bits
from kestrel.importers.svd.heirs import Heirs, name_of
from kestrel.importers.svd.markup import Element, parse
from kestrel.importers.svd.report import Report
from kestrel.importers.svd.values import Values
from kestrel.ir.access import Access
from kestrel.ir.registers import (
    AddressSpan,
    Block,
    Device,
    Endian,
    Instance,
    Interrupt,
    Item,
    Register,
    RegMap,
)
from kestrel.text.diagnostic import Diagnostic, InvalidSource
from kestrel.text.source import Source, Span

ENDIAN: dict[str, Endian] = {"big": "big"}
OWN = ("registers", "size", "access", "resetValue", "resetMask")
"""What a derived peripheral may say that makes it another kind than its base."""


class Properties(NamedTuple):
    """The `registerPropertiesGroup`, which everything has of what is around it."""

    width: int = 32
    access: Access = Access()
    reset: int = 0
    known: int = 0xFFFF_FFFF


def read_svd(source: Source) -> tuple[Device, list[Diagnostic]]:
    """The device that an SVD file describes, and what is wrong with the file.

    Raises:
        InvalidSource: KR0001, KR0002, it is no XML that is read here; KR0003, it is no SVD.
    """
    root = parse(source)
    if root.tag != "device":
        span = Span(source, root.begin, root.begin + len(root.tag) + 1)
        raise InvalidSource([Diagnostic.make("KR0003", span, found=root.tag)])
    report = Report(source)
    return _Reader(Values(Heirs(report))).device(root), report.found


class _Reader:
    def __init__(self, values: Values) -> None:
        self.values = values
        self.heirs = values.heirs
        self.report = values.report
        self.bits = Bits(values)

    def device(self, element: Element) -> Device:
        above = self._properties(element, Properties())
        peripherals = [each for each in self.heirs.members(element) if name_of(each)]
        kinds = {each: self._kind(each) for each in peripherals}
        cpu = element.child("cpu")
        return Device(
            name=self.values.text(element, "name"),
            maps=tuple(self._map(each, above) for each in peripherals if kinds[each] is each),
            instances=tuple(self._instance(each, kinds[each]) for each in peripherals),
            width=self.values.number(element, "width") or 32,
            endian=ENDIAN.get(self.values.text(cpu, "endian") if cpu else "", "little"),
            doc=self.values.text(element, "description"),
            sources=(self.report.source.name,),
        )

    # ---------------------------------------------------------------- peripherals

    def _kind(self, element: Element) -> Element:
        """The peripheral whose registers it has."""
        base = self.heirs.base(element)
        if base is None or any(element.child(tag) is not None for tag in OWN):
            return element
        return self._kind(base)

    def _map(self, element: Element, above: Properties) -> RegMap:
        name, _ = self.values.named(element)
        return RegMap(
            name=name.replace("%s", ""),
            items=tuple(self._items(element, self._properties(element, above))),
            doc=self.values.text(element, "description"),
            at=self.report.place(element),
        )

    def _instance(self, element: Element, kind: Element) -> Instance:
        name, dim = self.values.named(element)
        return Instance(
            name=name,
            map=self.values.named(kind)[0].replace("%s", ""),
            base=self.values.needed(element, "baseAddress") or 0,
            interrupts=tuple(self._interrupts(element)),
            spans=tuple(self._spans(element)),
            alternate=self.values.text(element, "alternatePeripheral"),
            dim=dim,
            doc=self.values.text(element, "description"),
            at=self.report.place(element),
        )

    def _interrupts(self, element: Element) -> Iterator[Interrupt]:
        """Its own: those of a base are the base's."""
        for each in element.all("interrupt"):
            number = self.values.needed(each, "value")
            if number is not None:
                doc, place = self.values.text(each, "description"), self.report.place(each)
                yield Interrupt(name=name_of(each), number=number, doc=doc, at=place)

    def _spans(self, element: Element) -> Iterator[AddressSpan]:
        at: Element | None = element
        while at is not None and at.child("addressBlock") is None:
            at = self.heirs.base(at)
        for each in at.all("addressBlock") if at is not None else ():
            offset, size = self.values.needed(each, "offset"), self.values.needed(each, "size")
            if offset is not None and size is not None:
                usage = self.values.text(each, "usage") or "registers"
                yield AddressSpan(offset=offset, size=size, usage=usage)

    # ---------------------------------------------------------------- what is in them

    def _items(self, element: Element, above: Properties) -> Iterator[Item]:
        for each in self.heirs.members(element):
            if not name_of(each):
                self.report.at(each, "KR0005", what=each.tag, name="", child="name")
            elif each.tag == "register":
                yield self._register(each, above)
            else:
                yield self._block(each, above)

    def _block(self, element: Element, above: Properties) -> Block:
        name, dim = self.values.named(element)
        return Block(
            name=name,
            offset=self.values.needed(element, "addressOffset") or 0,
            items=tuple(self._items(element, self._properties(element, above))),
            alternate=self.values.text(element, "alternateCluster"),
            dim=dim,
            doc=self.values.text(element, "description"),
            at=self.report.place(element),
        )

    def _register(self, element: Element, above: Properties) -> Register:
        name, dim = self.values.named(element)
        own = self._properties(element, above)
        access = self.values.access(element, own.access)
        made = (self.bits.field(each, access) for each in self.heirs.members(element))
        fields = tuple(field for field in made if field is not None)
        whole = (1 << own.width) - 1
        if own.reset > whole and own.reset != above.reset:
            self.report.at(element, "KR0321", name=name, value=hex(own.reset), width=own.width)
        return Register(
            name=name,
            offset=self.values.needed(element, "addressOffset") or 0,
            width=own.width,
            access=Access() if fields else access,
            reset=own.reset & whole,
            known=own.known & whole,
            fields=fields,
            bounds=self.bits.bounds(element),
            alternate=self._alternate(element),
            dim=dim,
            doc=self.values.text(element, "description"),
            at=self.report.place(element),
        )

    def _alternate(self, element: Element) -> str:
        named = self.values.text(element, "alternateRegister")
        return named or self.values.text(element, "alternateGroup")

    def _properties(self, element: Element, above: Properties) -> Properties:
        """What an element says of these, or what is around it does."""
        numbers = {
            name: self.values.number(element, tag)
            for name, tag in (("width", "size"), ("reset", "resetValue"), ("known", "resetMask"))
        }
        width = numbers["width"]
        if width is not None and not 1 <= width <= 1024:
            self.report.at(element, "KR0004", text=str(width), what="width of a register")
            numbers["width"] = None
        given = {name: value for name, value in numbers.items() if value is not None}
        access = self.values.access(element, above.access)
        made = above._replace(access=Access(access.sw), **given)
        if "known" not in given and "width" in given:
            made = made._replace(known=(1 << made.width) - 1)
        return made
