"""OpenTitan's Hjson to register maps, with what its tool adds for interrupts and alerts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from kestrel.importers.missing import needs
from kestrel.importers.opentitan.markup import Document, Object
from kestrel.importers.opentitan.registers import Registers
from kestrel.importers.opentitan.values import Values
from kestrel.ir.registers import Device, Item, Memory, RegMap
from kestrel.text.diagnostic import Diagnostic, InvalidSource
from kestrel.text.source import Source

MAX_ITEMS = 1_000_000
Step = Callable[["_Space", Object, Any], Iterator[Item]]


def read_hjson(source: Source) -> tuple[Device, list[Diagnostic]]:
    """The registers of a peripheral, one map for each of its interfaces.

    Raises:
        InvalidSource: KR0013, the library is missing; KR0015, it is no Hjson; KR0017, it describes
            no registers.
    """
    needs("hjson", "hjson", source)
    document = Document(source)
    values = Values(document)
    values.parameters = dict(_parameters(document.root, values))
    registers = document.root.get("registers")
    if not isinstance(registers, list | dict):
        found = Diagnostic.make("KR0017", file=source.name, what="this file", key="registers")
        raise InvalidSource([found])
    name = str(document.root.get("name") or "unnamed")
    maps = tuple(_maps(name, registers, document, values))
    width = values.number(document.root, "regwidth", 32)
    device = Device(name="", maps=maps, width=width, sources=(source.name,))
    return device, values.found


def _parameters(root: Object, values: Values) -> Iterator[tuple[str, int]]:
    for each in _list(root.get("param_list")):
        made = values.evaluated(each.get("default"))
        if made is not None and isinstance(each.get("name"), str):
            yield each["name"], made


def _maps(
    name: str, registers: list[Any] | Object, document: Document, values: Values
) -> Iterator[RegMap]:
    """The registers that the tool adds are those of the first interface."""
    spaces = {"": registers} if isinstance(registers, list) else registers
    for i, (suffix, entries) in enumerate(spaces.items()):
        space = _Space(document, values)
        items = [*(space.automatic() if i == 0 else ()), *space.entries(_list(entries))]
        yield RegMap(
            name=f"{name}_{suffix}" if suffix and len(spaces) > 1 else name,
            items=tuple(items),
            doc=values.text(document.root, "human_name")
            or values.text(document.root, "one_line_desc"),
            at=document.at(document.root),
        )


def _list(value: Any) -> list[Object]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


class _Space:
    """One address space, from its beginning on."""

    def __init__(self, document: Document, values: Values) -> None:
        self.document = document
        self.values = values
        self.width = values.number(document.root, "regwidth", 32)
        self.step = max(self.width // 8, 1)
        self.registers = Registers(document, values, self.width)
        self.offset = 0

    def _placed(self, made: Iterator[Any]) -> Iterator[Item]:
        for make in made:
            yield make(self.offset)
            self.offset += self.step

    def automatic(self) -> Iterator[Item]:
        root = self.document.root
        interrupts, alerts = _list(root.get("interrupt_list")), _list(root.get("alert_list"))
        if interrupts and not self.values.yes(root, "no_auto_intr_regs"):
            yield from self._placed(self.registers.interrupts(interrupts))
        if alerts and not self.values.yes(root, "no_auto_alert_regs"):
            yield from self._placed(self.registers.alerts(alerts))

    def entries(self, entries: list[Object]) -> Iterator[Item]:
        for each in entries:
            key = next((key for key in STEPS if key in each), None)
            if key is not None:
                yield from STEPS[key](self, each, each[key])
            elif "name" in each:
                yield from self._placed(iter((self.registers.register(each),)))
            else:
                self.values.missing(each, "register", "name")

    def reserved(self, each: Object, value: Any) -> Iterator[Item]:
        self.offset += self.step * max(0, self.values.number(each, "reserved", 0))
        yield from ()

    def skipto(self, each: Object, value: Any) -> Iterator[Item]:
        self.offset = max(self.offset, self.values.number(each, "skipto", self.offset))
        yield from ()

    def sameaddr(self, each: Object, value: Any) -> Iterator[Item]:
        """Registers that are read, and that are written, at one address."""
        first = self.offset
        for inner in _list(value):
            self.offset = first
            yield from self.entries([inner])

    def multireg(self, each: Object, value: Any) -> Iterator[Item]:
        if isinstance(value, dict):
            yield from self._placed(self.registers.several(value))

    def window(self, each: Object, value: Any) -> Iterator[Item]:
        """As long as a power of two, and aligned to that."""
        if not isinstance(value, dict):
            return
        items = self.values.number(value, "items", 1)
        if not 0 < items <= MAX_ITEMS:
            self.values.wrong(value, items, "number of items")
            return
        size = 1 << (items * self.step - 1).bit_length()
        self.offset = -(-self.offset // size) * size
        yield Memory(
            name=str(value.get("name") or "unnamed"),
            offset=self.offset,
            count=items,
            width=self.width,
            access=self.values.access(value, "ro"),
            doc=self.values.text(value, "desc"),
            at=self.document.at(value),
        )
        self.offset += items * self.step


STEPS: dict[str, Step] = {
    "reserved": _Space.reserved,
    "skipto": _Space.skipto,
    "sameaddr": _Space.sameaddr,
    "multireg": _Space.multireg,
    "window": _Space.window,
}
"""Entries that are not one register, by the key that they have."""
