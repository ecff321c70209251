"""Fields of SystemRDL: their properties are those that register maps have."""

from __future__ import annotations

from typing import Any

from kestrel.importers.rdl.docs import doc_of, told
from kestrel.importers.rdl.messages import Places
from kestrel.importers.rdl.unsaid import Unsaid
from kestrel.ir.access import Access
from kestrel.ir.registers import BitField, Condition, Enum, EnumValue, Irq, IrqKind, Place

KINDS: dict[str, IrqKind] = {
    "level": "level",
    "posedge": "posedge",
    "negedge": "negedge",
    "bothedge": "bothedge",
}
ENABLES = ("enable", "haltenable")
MASKS = ("mask", "haltmask")
UNSAID = ("threshold", "overflow", "underflow", "incr", "decr", "next", "hwenable", "hwmask")
"""Properties that name signals of hardware, which software does not see."""


class Fields:
    def __init__(self, places: Places, unsaid: Unsaid) -> None:
        self.places = places
        self.unsaid = unsaid
        self.enables: dict[str, str] = {}
        self.masks: dict[str, str] = {}

    def look(self, top: Any) -> None:
        """Which fields let interrupts through, by their paths: the interrupts say that."""
        from systemrdl.node import FieldNode

        for node in top.descendants():
            if isinstance(node, FieldNode) and node.get_property("intr"):
                for names, found in ((ENABLES, self.enables), (MASKS, self.masks)):
                    for name in names:
                        other = node.get_property(name)
                        if isinstance(other, FieldNode):
                            found[_path(other)] = node.inst_name
                        elif other is not None:
                            self.unsaid.add(f"`{name}` of what is no field", node)

    def field(self, node: Any) -> tuple[BitField, int | None]:
        """The field, and what it is after a reset."""
        sw, onread, onwrite = (
            getattr(node.get_property(name), "name", None) for name in ("sw", "onread", "onwrite")
        )
        for name in UNSAID:
            if node.get_property(name) not in (None, False):
                self.unsaid.add(f"`{name}`", node)
        made = BitField(
            name=node.inst_name,
            lsb=node.low,
            width=node.width,
            access=Access(sw or "rw", onread, onwrite),
            enums=self._enums(node),
            irq=_irq(node),
            enables=self.enables.get(_path(node), ""),
            masks=self.masks.get(_path(node), ""),
            writable=self._writable(node),
            singlepulse=bool(node.get_property("singlepulse")),
            properties=tuple(self._properties(node)),
            doc=doc_of(node),
            at=self.places.at(node.inst_src_ref),
        )
        reset = node.get_property("reset")
        return made, reset if isinstance(reset, int) else None

    def _enums(self, node: Any) -> tuple[Enum, ...]:
        encode = node.get_property("encode")
        if encode is None:
            return ()
        values = tuple(
            EnumValue(
                name=each.name,
                value=each.value,
                doc=told(each.rdl_name, each.rdl_desc),
            )
            for each in encode
        )
        return (Enum(name=encode.type_name, values=values),)

    def _writable(self, node: Any) -> Condition | None:
        """`swwe` and `swwel` of another field; those of signals are properties."""
        from systemrdl.node import FieldNode

        for name, value in (("swwe", 1), ("swwel", 0)):
            other = node.get_property(name)
            if isinstance(other, FieldNode):
                return Condition(_place(node, other), "==", value)
        return None

    def _properties(self, node: Any) -> list[tuple[str, str | int]]:
        from systemrdl.node import FieldNode

        made: list[tuple[str, str | int]] = []
        hw = node.get_property("hw").name
        if hw != "rw":
            made.append(("hw", hw))
        if node.get_property("precedence").name == "hw":
            made.append(("precedence", "hw"))
        for name in ("hwset", "hwclr", "swwe", "swwel"):
            value = node.get_property(name)
            if value not in (None, False) and not (
                name.startswith("sw") and isinstance(value, FieldNode)
            ):
                made.append((name, "yes"))
        made += _counter(node)
        reset = node.get_property("resetsignal")
        if reset is not None:
            made.append(("resetsignal", reset.inst_name))
        return made


def _counter(node: Any) -> list[tuple[str, str | int]]:
    if not node.get_property("counter"):
        return []
    up, down = node.is_up_counter, node.is_down_counter
    made: list[tuple[str, str | int]] = [
        ("counter", "updown" if up and down else "down" if down else "up")
    ]
    for name in ("incrsaturate", "decrsaturate"):
        value = node.get_property(name)
        if value is True:
            made.append((name, (1 << node.width) - 1 if name == "incrsaturate" else 0))
        elif isinstance(value, int) and value is not False:
            made.append((name, value))
    return made


def _irq(node: Any) -> Irq | None:
    if not node.get_property("intr"):
        return None
    kind = getattr(node.get_property("intr type"), "name", "level")
    kinds: list[IrqKind] = [KINDS.get(kind, "level")]
    if node.get_property("sticky") or node.get_property("stickybit"):
        kinds.append("sticky")
    return Irq(node.inst_name, tuple(kinds))


def _path(node: Any) -> str:
    return str(node.get_path(array_suffix="", empty_array_suffix=""))


def _place(node: Any, other: Any) -> Place:
    """Another field as it is named from the address map that it is in."""
    if other.parent == node.parent:
        return str(other.inst_name)
    base = _path(other.owning_addrmap)
    return _path(other).removeprefix(f"{base}.")
