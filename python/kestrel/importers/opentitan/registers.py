"""Registers of OpenTitan's Hjson: those that are written down, and those that its tool makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from kestrel.importers.opentitan.markup import Document, Object
from kestrel.importers.opentitan.values import MUBI_TRUE, Values
from kestrel.ir.access import Access
from kestrel.ir.registers import BitField, Condition, Enum, EnumValue, Irq, Register
from kestrel.ir.resets import with_resets

Placed = Callable[[int], Register]
"""A register, once it is known where it is."""
MAX_COUNT = 100_000
Field = tuple[BitField, int | None]


class Registers:
    def __init__(self, document: Document, values: Values, width: int) -> None:
        self.document = document
        self.values = values
        self.width = width
        self.mubi: set[str] = set()

    # ---------------------------------------------------------------- as they are written down

    def register(self, each: Object) -> Placed:
        return self._made(each, str(each["name"]), self._fields(each))

    def _made(self, each: Object, name: str, fields: list[Field]) -> Placed:
        lock = self._lock(each)
        locked = [(msgspec.structs.replace(f, unlocked=lock), r) for f, r in fields]

        def at(offset: int) -> Register:
            bare = Register(
                name=name,
                offset=offset,
                width=self.width,
                shadow="twice" if self.values.yes(each, "shadowed") else "",
                doc=self.values.text(each, "desc"),
                at=self.document.at(each),
            )
            return with_resets(bare, locked)

        return at

    def _lock(self, each: Object) -> Condition | None:
        """`regwen`: what the field of another register has to be, for this to be written."""
        name = each.get("regwen")
        if not isinstance(name, str) or not name:
            return None
        return Condition(name, "==", MUBI_TRUE[4] if name in self.mubi else 1)

    def _fields(self, each: Object) -> list[Field]:
        given = [f for f in each.get("fields") or [] if isinstance(f, dict)]
        made = []
        for i, field in enumerate(given):
            default = f"field{i + 1}" if len(given) > 1 else str(each.get("name"))
            found = self._field(field, each, default)
            if found is not None:
                made.append(found)
        return made

    def _field(self, each: Object, register: Object, default: str) -> Field | None:
        bits = self.values.bits(each)
        if bits is None:
            return None
        lsb, width = bits
        reset, said = self.values.reset(each, width)
        if not said and "resval" in register:
            whole, _ = self.values.reset(register, width)
            reset = None if whole is None else whole >> lsb & (1 << width) - 1
        if self.values.yes(each, "mubi"):
            self.mubi.add(str(register.get("name")))
        made = BitField(
            name=str(each.get("name") or default),
            lsb=lsb,
            width=width,
            access=self.values.access(each, str(register.get("swaccess", "ro"))),
            enums=self._enums(each, width),
            doc=self.values.text(each, "desc"),
            at=self.document.at(each) or self.document.at(register),
        )
        return made, reset

    def _enums(self, each: Object, width: int) -> tuple[Enum, ...]:
        values = []
        for given in each.get("enum") or []:
            value = self.values.evaluated(given.get("value")) if isinstance(given, dict) else None
            if value is None:
                self.values.wrong(each, given, "value of an enum")
                continue
            doc = self.values.text(given, "desc")
            values.append(EnumValue(name=str(given.get("name")), value=value, doc=doc))
        return (Enum(values=tuple(values)),) if values else ()

    # ---------------------------------------------------------------- several of one kind

    def several(self, each: Object) -> Iterator[Placed]:
        """A `multireg`: as many fields as fit go into one register, if it has one field."""
        count = self.values.number(each, "count", 1)
        fields = self._fields(each)
        if not 0 < count <= MAX_COUNT or not fields:
            self.values.wrong(each, each.get("count"), "number of registers")
            return
        single = len(fields) == 1 and not self.values.yes(each, "regwen_multi")
        compact = self.values.yes(each, "compact", single)
        span = fields[0][0].msb + 1
        per = max(1, self.width // span) if compact else 1
        total = -(-count // per)
        for i in range(total):
            name = f"{each['name']}_{i}" if total > 1 else str(each["name"])
            items = range(i * per, min(count, (i + 1) * per))
            yield self._made(each, name, list(_repeated(fields, items, span, count)))

    # ---------------------------------------------------------------- those that are added

    def interrupts(self, given: list[Object]) -> Iterator[Placed]:
        """INTR_STATE, INTR_ENABLE and INTR_TEST. OpenTitan, "Comportability Definition",
        "Interrupt handling"."""
        yield self._automatic("INTR_STATE", "Interrupt State Register", given, self._state)
        yield self._automatic("INTR_ENABLE", "Interrupt Enable Register", given, self._enable)
        yield self._automatic("INTR_TEST", "Interrupt Test Register", given, self._test)

    def alerts(self, given: list[Object]) -> Iterator[Placed]:
        yield self._automatic("ALERT_TEST", "Alert Test Register", given, lambda each: {})

    def _automatic(
        self, name: str, doc: str, given: list[Object], what: Callable[[Object], dict[str, Any]]
    ) -> Placed:
        fields: list[Field] = []
        lsb = 0
        for each in given:
            width = max(1, self.values.number(each, "width", 1))
            said = {"access": Access("w"), "doc": self.values.text(each, "desc"), **what(each)}
            at = self.document.at(each)
            field = BitField(name=str(each.get("name")), lsb=lsb, width=width, at=at, **said)
            fields.append((field, 0))
            lsb += width
        return self._made({"name": name, "desc": doc}, name, fields)

    def _state(self, each: Object) -> dict[str, Any]:
        """An event stays until it is cleared; a status lasts as long as its cause."""
        name = str(each.get("name"))
        if each.get("type", "event") == "status":
            return {"access": Access("r"), "irq": Irq(name, ("level",))}
        return {"access": Access("rw", None, "woclr"), "irq": Irq(name, ("sticky",))}

    def _enable(self, each: Object) -> dict[str, Any]:
        return {"access": Access("rw"), "enables": str(each.get("name"))}

    def _test(self, each: Object) -> dict[str, Any]:
        status = each.get("type", "event") == "status"
        return {"access": Access("rw" if status else "w"), "tests": str(each.get("name"))}


def _repeated(fields: list[Field], items: range, span: int, count: int) -> Iterator[Field]:
    for at, item in enumerate(items):
        for field, reset in fields:
            name = f"{field.name}_{item}" if count > 1 else field.name
            yield msgspec.structs.replace(field, name=name, lsb=field.lsb + at * span), reset
