"""A register map with everything decided that pages lay out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from kestrel.backends.kreg import fields as kreg_fields
from kestrel.backends.kreg import registers as kreg_registers
from kestrel.backends.kreg.words import condition, dimension
from kestrel.backends.pages.diagram import Byte, diagram, leads
from kestrel.ir.access import Access
from kestrel.ir.flat import instances, reset_of, unrolled
from kestrel.ir.registers import (
    BitField,
    Bitmap,
    Block,
    Device,
    Dim,
    Instance,
    Item,
    Memory,
    Register,
    RegMap,
)

MOST_PLACES = 32
"""Addresses of one register that are listed."""
MOST_ALONE = 64
"""Items of a list, and of those in lists, that have a section each."""
MOST_LETTERS = 24
"""Of the indices of an array; where they need more, there is how many."""
INDICES = "ijklmn"
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
PLAIN = ("r", "w", "rw")
SPOKEN_SW = {
    "r": "read",
    "w": "write",
    "rw": "read, write",
    "rw1": "read; written once after a reset",
    "w1": "written once after a reset",
    "na": "no access",
}
SPOKEN_READ = {"rclr": "a read clears it", "rset": "a read sets it", "ruser": "a read changes it"}
SPOKEN_WRITE = {
    "woset": "writing 1 sets it",
    "woclr": "writing 1 clears it",
    "wot": "writing 1 toggles it",
    "wzs": "writing 0 sets it",
    "wzc": "writing 0 clears it",
    "wzt": "writing 0 toggles it",
    "wclr": "any write clears it",
    "wset": "any write sets it",
    "wuser": "a write does something of its own",
}


class ValuePage(msgspec.Struct, frozen=True):
    value: str
    name: str
    doc: tuple[str, ...]


class FieldPage(msgspec.Struct, frozen=True):
    """`notes` is what is said of it besides, in the words of `.kreg`. `plain`: nothing is special
    about how it is accessed."""

    id: str
    name: str
    bits: str
    access: str
    spoken: str
    plain: bool
    reset: str
    doc: tuple[str, ...]
    notes: tuple[str, ...]
    values: tuple[ValuePage, ...]


class Places(msgspec.Struct, frozen=True):
    """Instances and addresses, and how many more there are."""

    shown: tuple[tuple[str, str], ...]
    more: int


class RegisterPage(msgspec.Struct, frozen=True):
    """`leads` are the classes that say where the first of the `bytes` stands."""

    id: str
    path: str
    offset: str
    places: Places
    width: int
    reset: str
    access: str
    spoken: str
    doc: tuple[str, ...]
    notes: tuple[str, ...]
    bytes: tuple[Byte, ...]
    leads: str
    fields: tuple[FieldPage, ...]


class StorePage(msgspec.Struct, frozen=True):
    """A memory, a bitmap, or a block that is another map."""

    id: str
    path: str
    offset: str
    places: Places
    kind: str
    doc: tuple[str, ...]
    link: str


class InstancePage(msgspec.Struct, frozen=True):
    name: str
    address: int
    map: str
    file: str
    doc: tuple[str, ...]
    interrupts: tuple[tuple[str, int, tuple[str, ...]], ...]

    @property
    def base(self) -> str:
        return f"0x{self.address:08X}"


class MapPage(msgspec.Struct, frozen=True):
    """`file` is the name of the page without its suffix."""

    name: str
    file: str
    version: str
    doc: tuple[str, ...]
    notes: tuple[str, ...]
    instances: tuple[InstancePage, ...]
    registers: tuple[RegisterPage, ...]
    stores: tuple[StorePage, ...]
    sequences: tuple[tuple[str, tuple[str, ...]], ...]


class DevicePage(msgspec.Struct, frozen=True):
    """`instances` are in the order of their addresses."""

    name: str
    doc: tuple[str, ...]
    instances: tuple[InstancePage, ...]
    maps: tuple[MapPage, ...]

    @property
    def interrupts(self) -> list[tuple[int, str, tuple[str, ...], InstancePage]]:
        """Number, name, text and whose it is."""
        found = [
            (number, name, doc, each)
            for each in self.instances
            for name, number, doc in each.interrupts
        ]
        return sorted(found, key=lambda irq: irq[:2])


class Ids:
    """Names for anchors and files, each given once."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def take(self, text: str) -> str:
        base = UNSAFE.sub("-", text).strip("-.")[:120] or "unnamed"
        made, count = base, 2
        while made.lower() in self.taken:
            made, count = f"{base}-{count}", count + 1
        self.taken.add(made.lower())
        return made


def device_page(device: Device) -> DevicePage:
    files = Ids()
    files.take("index")
    named = {each.name: files.take(each.name) for each in device.maps}
    made = (_instance(each, named) for each in _unrolled_instances(device))
    found = tuple(sorted(made, key=lambda each: each.address))
    maps = tuple(_Maker(each, named, found, bool(device.name)).page() for each in device.maps)
    return DevicePage(device.name, _paragraphs(device.doc), found if device.name else (), maps)


def _unrolled_instances(device: Device) -> Iterator[Instance]:
    for each in instances(device):
        for name, offset in unrolled(each.name, each.dim):
            yield msgspec.structs.replace(each, name=name, base=each.base + offset, dim=None)


def _instance(each: Instance, files: dict[str, str]) -> InstancePage:
    return InstancePage(
        name=each.name,
        address=each.base,
        map=each.map,
        file=files[each.map],
        doc=_paragraphs(each.doc),
        interrupts=tuple((irq.name, irq.number, _paragraphs(irq.doc)) for irq in each.interrupts),
    )


def _paragraphs(doc: str) -> tuple[str, ...]:
    return tuple(" ".join(each.split()) for each in doc.split("\n") if each.strip())


class Offset(msgspec.Struct, frozen=True):
    """Of what is in arrays, for each how far apart its items are, and the index of the first."""

    first: int
    steps: tuple[tuple[int, int], ...] = ()

    def plus(self, offset: int, dim: Dim | None) -> Offset:
        steps = () if dim is None else ((dim.step, _first_index(dim)),)
        return Offset(self.first + offset, self.steps + steps)

    def text(self, base: int = 0, digits: int = 3) -> str:
        parts = [f"0x{base + self.first:0{digits}X}"]
        for depth, (step, first) in enumerate(self.steps):
            index = INDICES[depth] if depth < len(INDICES) else f"i{depth}"
            parts.append(f"0x{step:X}·({index}-{first})" if first else f"0x{step:X}·{index}")
        return " + ".join(parts)


def _first_index(dim: Dim) -> int:
    """Where items are numbered, but not from 0."""
    return int(dim.labels[0]) if dim.labels and dimension(dim).count("..") else 0


class _Maker:
    """`of_device`: the instances have addresses."""

    def __init__(
        self,
        regmap: RegMap,
        files: dict[str, str],
        found: tuple[InstancePage, ...],
        of_device: bool,
    ) -> None:
        self.of_device = of_device
        self.map = regmap
        self.files = files
        self.instances = tuple(each for each in found if each.map == regmap.name)
        self.ids = Ids()
        self.registers: list[RegisterPage] = []
        self.stores: list[StorePage] = []

    def page(self) -> MapPage:
        self._items(self.map.items, "", Offset(0))
        return MapPage(
            name=self.map.name,
            file=self.files[self.map.name],
            version=self.map.version,
            doc=_paragraphs(self.map.doc),
            notes=tuple(self._notes()),
            instances=self.instances if self.of_device else (),
            registers=tuple(self.registers),
            stores=tuple(self.stores),
            sequences=tuple((each.name, _paragraphs(each.doc)) for each in self.map.sequences),
        )

    def _notes(self) -> Iterator[str]:
        if self.map.bus.endian == "big":
            yield "big endian"
        if self.map.reserved != "reset":
            yield f"reserved {self.map.reserved}"
        for kind, offset in self.map.aliases:
            yield f"alias {kind} at +0x{offset:X}"
        for each in self.map.unlocks:
            keys = ", ".join(f"0x{key:X}" for key in each.keys)
            yield f"unlock {each.name}: write {keys} to {each.place}"

    def _items(self, items: tuple[Item, ...], path: str, base: Offset, alone: int = 1) -> None:
        """`alone`: how often these are shown, as lists around them are shown item by item."""
        for item in items:
            dim = None if isinstance(item, Memory | Bitmap) else item.dim
            for name, offset, each in _shown(item.name, dim, MOST_ALONE // alone):
                at = base.plus(item.offset + offset, each)
                self._item(item, f"{path}{name}", at, alone * _alone(dim, each))

    def _item(self, item: Item, path: str, at: Offset, alone: int) -> None:
        if isinstance(item, Register):
            self.registers.append(self._register(item, path, at))
        elif isinstance(item, Block) and not item.map:
            self._items(item.items, f"{path}.", at, alone)
        else:
            self.stores.append(self._store(item, path, at))

    def _places(self, at: Offset) -> Places:
        shown = self.instances[:MOST_PLACES] if self.of_device else ()
        found = tuple((each.name, at.text(each.address, 8)) for each in shown)
        return Places(found, max(0, len(self.instances) - MOST_PLACES) if found else 0)

    def _store(self, item: Memory | Bitmap | Block, path: str, at: Offset) -> StorePage:
        if isinstance(item, Block):
            kind, link = f"block of {item.map}", self.files[item.map]
        elif isinstance(item, Memory):
            access = kreg_fields.access(item.access)
            kind, link = f"memory, {item.count} words of {item.width} bits, {access}", ""
        else:
            access = kreg_fields.access(item.access)
            kind, link = f"bitmap, {item.count} bits in words of {item.width}, {access}", ""
        return StorePage(
            id=self.ids.take(path),
            path=path,
            offset=at.text(),
            places=self._places(at),
            kind=kind,
            doc=_paragraphs(item.doc),
            link=link,
        )

    def _register(self, register: Register, path: str, at: Offset) -> RegisterPage:
        anchor = self.ids.take(path)
        fields = tuple(self._field(register, each, anchor) for each in _by_bit(register))
        shown = [(f, page.id) for f, page in zip(_by_bit(register), fields, strict=True)]
        notes = [*kreg_registers.options(register)]
        notes += [f"when {condition(each)}" for each in register.when]
        drawn = diagram(register.width, shown)
        return RegisterPage(
            id=anchor,
            path=path,
            offset=at.text(),
            places=self._places(at),
            width=register.width,
            reset=_reset(register),
            access="" if fields else kreg_fields.access(register.access),
            spoken="" if fields else _spoken(register.access),
            doc=_paragraphs(register.doc),
            notes=tuple(notes),
            bytes=drawn,
            leads=leads(len(drawn)),
            fields=fields,
        )

    def _field(self, register: Register, field: BitField, anchor: str) -> FieldPage:
        reset = reset_of(register, field)
        notes = [*kreg_fields.clauses(field)]
        notes += [f"{name}={value}" for name, value in field.properties]
        notes += [f"when {condition(each)}" for each in field.when]
        return FieldPage(
            id=self.ids.take(f"{anchor}.{field.name}"),
            name=_named(field.name, field.dim),
            bits=_bits(field),
            access=kreg_fields.access(field.access),
            spoken=_spoken(field.access),
            plain=kreg_fields.access(field.access) in PLAIN,
            reset="—" if reset is None else f"0x{reset:X}",
            doc=_paragraphs(field.doc),
            notes=tuple(notes),
            values=tuple(_values(field)),
        )


def _by_bit(register: Register) -> list[BitField]:
    return sorted(register.fields, key=lambda each: -each.lsb)


def _named(name: str, dim: Dim | None) -> str:
    """Of an array with its indices, of what has names of its own the first and the last."""
    if dim is None:
        return name
    if not dim.array:
        ends = (dim.name(name, 0), dim.name(name, dim.count - 1))
        return " … ".join(dict.fromkeys(ends))
    indices = dimension(dim)
    return f"{name}{indices}" if len(indices) <= MOST_LETTERS else f"{name}[{dim.count}]"


def _shown(name: str, dim: Dim | None, most: int) -> Iterator[tuple[str, int, Dim | None]]:
    """An array once; what has names of its own, one by one if there are few."""
    if dim is None or dim.array or dim.count > most:
        yield _named(name, dim), 0, dim
        return
    yield from ((each, offset, None) for each, offset in unrolled(name, dim))


def _alone(dim: Dim | None, shown: Dim | None) -> int:
    return 1 if dim is None or shown is not None else dim.count


def _reset(register: Register) -> str:
    """`?` for each digit that is not known whole."""
    if not register.known:
        return "unknown"
    digits = []
    for at in range(0, register.width, 4):
        mask = (1 << min(4, register.width - at)) - 1
        known = register.known >> at & mask == mask
        digits.append(f"{register.reset >> at & mask:X}" if known else "?")
    return "0x" + "".join(reversed(digits))


def _bits(field: BitField) -> str:
    bits = str(field.lsb) if field.width == 1 else f"{field.msb}:{field.lsb}"
    if field.dim is None:
        return bits
    count, step = field.dim.count, field.dim.step
    each = "1 bit" if field.width == 1 else f"{field.width} bits"
    span = f"{field.msb + (count - 1) * step}:{field.lsb}, {count} of {each}"
    return span if step == field.width else f"{span} every {step}"


def _spoken(access: Access) -> str:
    """What a write does besides is said instead of that there are writes."""
    told = SPOKEN_SW if access.onwrite is None else SPOKEN_SW | {"rw": "read", "w": ""}
    parts = (
        told[access.sw],
        SPOKEN_WRITE.get(access.onwrite or ""),
        SPOKEN_READ.get(access.onread or ""),
    )
    return "; ".join(each for each in parts if each)


def _values(field: BitField) -> Iterator[ValuePage]:
    for enum in field.enums:
        for each in enum.values:
            said = "other" if each.value is None else _pattern(each.value, each.care, field.width)
            way = "" if enum.usage == "read-write" else f" ({enum.usage})"
            yield ValuePage(said, each.name + way, _paragraphs(each.doc))


def _pattern(value: int, care: int | None, width: int) -> str:
    if care is None:
        return str(value) if value < 10 else f"0x{value:X}"
    return "0b" + "".join(
        str(value >> i & 1) if care >> i & 1 else "x" for i in reversed(range(width))
    )
