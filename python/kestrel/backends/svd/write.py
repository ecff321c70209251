"""CMSIS-SVD 1.3: elements in the order in which its schema wants them."""

from __future__ import annotations

from kestrel.backends.svd.xml import Xml
from kestrel.ir.access import Access
from kestrel.ir.flat import Maps, contents, instances, words
from kestrel.ir.registers import (
    BitField,
    Bitmap,
    Block,
    Device,
    Dim,
    Enum,
    Instance,
    Item,
    Memory,
    Register,
)

SCHEMA = "CMSIS-SVD.xsd"
SW = {
    "r": "read-only",
    "w": "write-only",
    "rw": "read-write",
    "w1": "writeOnce",
    "rw1": "read-writeOnce",
}
ON_WRITE = {
    "woclr": "oneToClear",
    "woset": "oneToSet",
    "wot": "oneToToggle",
    "wzc": "zeroToClear",
    "wzs": "zeroToSet",
    "wzt": "zeroToToggle",
    "wclr": "clear",
    "wset": "set",
    "wuser": "modify",
}
ON_READ = {"rclr": "clear", "rset": "set", "ruser": "modify"}


def write_svd(device: Device, version: str) -> str:
    return _Writer(device).made(version)


class _Writer:
    def __init__(self, device: Device) -> None:
        self.device = device
        self.maps: Maps = {each.name: each.items for each in device.maps}
        self.docs = {each.name: each.doc for each in device.maps}
        self.xml = Xml()

    def made(self, version: str) -> str:
        xml, device = self.xml, self.device
        first = {"xmlns_xs": "http://www.w3.org/2001/XMLSchema-instance"}
        xml.lines.append(f"<!-- Made by Kestrel {version}. -->")
        schema = {"xs_noNamespaceSchemaLocation": SCHEMA}
        with xml.inside("device", schemaVersion="1.3", **first, **schema):
            xml.leaf("name", device.name or (device.maps[-1].name if device.maps else "unnamed"))
            xml.leaf("version", "1.0")
            xml.leaf("description", device.doc or device.name or "register maps")
            if device.endian == "big":
                self._cpu()
            xml.leaf("addressUnitBits", 8)
            xml.leaf("width", device.width)
            with xml.inside("peripherals"):
                bases: dict[str, str] = {}
                for each in instances(device):
                    self._peripheral(each, bases)
        return xml.text()

    def _cpu(self) -> None:
        with self.xml.inside("cpu"):
            for tag, text in (
                ("name", "other"),
                ("revision", "r0p0"),
                ("endian", "big"),
                ("mpuPresent", "false"),
                ("fpuPresent", "false"),
                ("nvicPrioBits", "0"),
                ("vendorSystickConfig", "false"),
            ):
                self.xml.leaf(tag, text)

    def _peripheral(self, each: Instance, bases: dict[str, str]) -> None:
        base = bases.get(each.map)
        derived = {} if base is None else {"derivedFrom": base}
        name = _name(each.name, each.dim)
        with self.xml.inside("peripheral", **derived):
            self._dim(each.dim)
            self.xml.leaf("name", name)
            self.xml.optional("description", each.doc or self.docs[each.map])
            self.xml.optional("alternatePeripheral", each.alternate)
            self.xml.leaf("baseAddress", hex(each.base))
            if base is None or each.spans:
                self._blocks(each)
            for irq in each.interrupts:
                with self.xml.inside("interrupt"):
                    self.xml.leaf("name", irq.name)
                    self.xml.optional("description", irq.doc)
                    self.xml.leaf("value", irq.number)
            if base is None:
                with self.xml.inside("registers"):
                    self._items(self.maps[each.map])
        bases.setdefault(each.map, name)

    def _blocks(self, each: Instance) -> None:
        """Those that are said; else what the registers take up, by the word."""
        spans = [(span.offset, span.size, span.usage) for span in each.spans]
        for offset, size, usage in spans or [(0, self._size(self.maps[each.map]), "registers")]:
            with self.xml.inside("addressBlock"):
                self.xml.leaf("offset", hex(offset))
                self.xml.leaf("size", hex(size))
                self.xml.leaf("usage", usage)

    def _size(self, items: tuple[Item, ...]) -> int:
        ends = [self._end(item) for item in items]
        return -(-max(ends, default=4) // 4) * 4

    def _end(self, item: Item) -> int:
        if isinstance(item, Memory | Bitmap):
            bits = item.width if isinstance(item, Memory) else 1
            return item.offset + -(-item.count * bits // 8)
        size = self._size(contents(self.maps, item)) if isinstance(item, Block) else item.width // 8
        count, step = (item.dim.count, item.dim.step) if item.dim is not None else (1, 0)
        return item.offset + (count - 1) * step + size

    # ---------------------------------------------------------------- what is in them

    def _items(self, items: tuple[Item, ...]) -> None:
        for item in items:
            if isinstance(item, Register):
                self._register(item)
            elif isinstance(item, Bitmap):
                self._register(words(item))
            elif isinstance(item, Block):
                self._cluster(item)

    def _cluster(self, block: Block) -> None:
        with self.xml.inside("cluster"):
            self._dim(block.dim)
            self.xml.leaf("name", _name(block.name, block.dim))
            self.xml.optional("description", block.doc)
            self.xml.optional("alternateCluster", block.alternate)
            self.xml.leaf("addressOffset", hex(block.offset))
            self._items(contents(self.maps, block))

    def _register(self, register: Register) -> None:
        xml = self.xml
        with xml.inside("register"):
            self._dim(register.dim)
            xml.leaf("name", _name(register.name, register.dim))
            xml.optional("description", register.doc)
            xml.optional("alternateRegister", register.alternate)
            xml.leaf("addressOffset", hex(register.offset))
            xml.leaf("size", register.width)
            self._sw(register.access)
            xml.leaf("resetValue", hex(register.reset))
            xml.leaf("resetMask", hex(register.known))
            self._effects(register.access, register.bounds)
            if register.fields:
                with xml.inside("fields"):
                    for field in register.fields:
                        self._field(field)

    def _field(self, field: BitField) -> None:
        with self.xml.inside("field"):
            self._dim(field.dim)
            self.xml.leaf("name", _name(field.name, field.dim))
            self.xml.optional("description", field.doc)
            self.xml.leaf("bitRange", f"[{field.msb}:{field.lsb}]")
            self._sw(field.access)
            self._effects(field.access, field.bounds)
            for enum in field.enums:
                self._enum(enum, field.width)

    def _sw(self, access: Access) -> None:
        self.xml.optional("access", SW.get(access.sw))

    def _effects(self, access: Access, bounds: tuple[int, int] | None) -> None:
        self.xml.optional("modifiedWriteValues", ON_WRITE.get(access.onwrite or ""))
        if bounds is not None:
            with self.xml.inside("writeConstraint"), self.xml.inside("range"):
                self.xml.leaf("minimum", bounds[0])
                self.xml.leaf("maximum", bounds[1])
        self.xml.optional("readAction", ON_READ.get(access.onread or ""))

    def _enum(self, enum: Enum, width: int) -> None:
        with self.xml.inside("enumeratedValues"):
            self.xml.optional("name", enum.name)
            if enum.usage != "read-write":
                self.xml.leaf("usage", enum.usage)
            for each in enum.values:
                with self.xml.inside("enumeratedValue"):
                    self.xml.leaf("name", each.name)
                    self.xml.optional("description", each.doc)
                    if each.value is None:
                        self.xml.leaf("isDefault", "true")
                    else:
                        self.xml.leaf("value", _value(each.value, each.care, width))

    def _dim(self, dim: Dim | None) -> None:
        if dim is None:
            return
        self.xml.leaf("dim", dim.count)
        self.xml.leaf("dimIncrement", hex(dim.step))
        if dim.labels:
            self.xml.leaf("dimIndex", ",".join(dim.labels))


def _name(name: str, dim: Dim | None) -> str:
    return f"{name}[%s]" if dim is not None and dim.array else name


def _value(value: int, care: int | None, width: int) -> str:
    if care is None:
        return str(value)
    return "#" + "".join(
        str(value >> i & 1) if care >> i & 1 else "x" for i in reversed(range(width))
    )
