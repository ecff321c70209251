"""A register map with everything decided that templates lay out."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kestrel.backends.accessors.names import Names, comment
from kestrel.backends.accessors.policy import Fill, fill
from kestrel.ir.flat import FlatField, reset_of, unrolled
from kestrel.ir.registers import (
    BitField,
    Bitmap,
    Block,
    Device,
    Dim,
    Enum,
    Item,
    Memory,
    Register,
    RegMap,
)

SIZES = (8, 16, 32, 64)
MAX_BITS = 64
"""Of a register that has one value; a wider one is words."""


LOCATION = (
    "plus",
    "address",
    "load",
    "store",
    "bus",
    "far",
    "load_item",
    "store_item",
    "k_alias",
    "alias_xor",
    "alias_set",
    "alias_clear",
)
"""What a place has, whatever is there."""


class EnumeratorModel(msgspec.Struct, frozen=True):
    name: str
    value: int
    doc: str


class EnumModel(msgspec.Struct, frozen=True):
    name: str
    bits: int
    values: tuple[EnumeratorModel, ...]


class FieldModel(msgspec.Struct, frozen=True):
    """`count` items of an array, `step` bits apart; else 1. `reads` and `writes` name an enum."""

    name: str
    lsb: int
    width: int
    field: BitField
    count: int
    step: int
    array: bool
    reads: str
    writes: str
    doc: str

    @property
    def top(self) -> int:
        """The greatest value."""
        return (1 << self.width) - 1


class RegisterModel(msgspec.Struct, frozen=True):
    """`raw` bits of its value, which is read and written in `words` of `word` bits."""

    name: str
    raw: int
    word: int
    words: int
    register: Register
    fill: Fill
    enums: tuple[EnumModel, ...]
    fields: tuple[FieldModel, ...]
    high_first: bool
    big_endian: bool
    doc: str


class PlaceModel(msgspec.Struct, frozen=True):
    """Something in a block, or of an array of it `count` items, `step` bytes apart. `words` are of
    memories, bitmaps, and registers that are wider than a number: `count` of them."""

    name: str
    type: str
    offset: int
    count: int
    step: int
    array: bool
    doc: str
    words: int = 0
    bits: int = 0
    access: str = ""


class BlockModel(msgspec.Struct, frozen=True):
    name: str
    places: tuple[PlaceModel, ...]
    doc: str
    aliases: tuple[tuple[str, int], ...] = ()


class MapModel(msgspec.Struct, frozen=True):
    """Blocks are after those that are in them; the last is the map itself."""

    name: str
    map: RegMap
    registers: tuple[RegisterModel, ...]
    blocks: tuple[BlockModel, ...]
    uses: tuple[str, ...]
    doc: str


def map_models(device: Device) -> list[MapModel]:
    """Of all maps, each after those that it has blocks of."""
    names = Names()
    named = {each.name: names.take(each.name) for each in device.maps}
    maps = {each.name: each for each in device.maps}
    return [_MapMaker(device, maps[name], named).made() for name in in_order(device)]


def in_order(device: Device) -> list[str]:
    maps = {each.name: each for each in device.maps}
    found: dict[str, None] = {}

    def visit(name: str) -> None:
        if name in found:
            return
        for inner in _used(maps[name].items):
            visit(inner)
        found[name] = None

    for name in maps:
        visit(name)
    return list(found)


def _used(items: tuple[Item, ...]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Block):
            yield from (item.map,) if item.map else _used(item.items)


class _MapMaker:
    def __init__(self, device: Device, given: RegMap, named: dict[str, str]) -> None:
        self.map = given
        self.named = named
        self.bus = given.bus.width or device.width
        self.endian = given.bus.endian or device.endian
        self.names = Names(taken=("block", "ref", "at"))
        self.registers: list[RegisterModel] = []
        self.blocks: list[BlockModel] = []

    def made(self) -> MapModel:
        places = tuple(self._places(self.map.items, "block"))
        self.blocks.append(BlockModel("block", places, comment(self.map.doc), self.map.aliases))
        return MapModel(
            name=self.named[self.map.name],
            map=self.map,
            registers=tuple(self.registers),
            blocks=tuple(self.blocks),
            uses=tuple(dict.fromkeys(self.named[each] for each in _used(self.map.items))),
            doc=comment(self.map.doc),
        )

    # ---------------------------------------------------------------- places

    def _places(self, items: tuple[Item, ...], own: str) -> Iterator[PlaceModel]:
        names = Names(taken=(own, *LOCATION))
        for item in items:
            if isinstance(item, Memory | Bitmap):
                yield _store(item, names)
                continue
            kind, words = self._kind(item)
            for name, offset, dim in separate(item.name, item.dim):
                yield PlaceModel(
                    name=names.take(name),
                    type=kind,
                    offset=item.offset + offset,
                    count=dim.count if dim is not None else 1,
                    step=dim.step if dim is not None else 0,
                    array=dim is not None,
                    doc=comment(item.doc),
                    words=words,
                    bits=self.bus if words else 0,
                )

    def _kind(self, item: Register | Block) -> tuple[str, int]:
        """The type of what is there, and of how many words it is, if it is nothing but words."""
        if isinstance(item, Block):
            return (f"{self.named[item.map]}::block" if item.map else self._block(item)), 0
        if item.width > MAX_BITS:
            return "", -(-item.width // self.bus)
        self.registers.append(self._register(item))
        return self.registers[-1].name, 0

    def _block(self, block: Block) -> str:
        name = self.names.take(block.name.replace("%s", ""), "_b")
        places = tuple(self._places(block.items, name))
        self.blocks.append(BlockModel(name, places, comment(block.doc)))
        return name

    # ---------------------------------------------------------------- registers

    def _register(self, register: Register) -> RegisterModel:
        name = self.names.take(register.name.replace("%s", ""), "_r")
        given = register.fields or (_whole(register),)
        names = Names(taken=(name, "raw"))
        enums: list[EnumModel] = []
        fields = tuple(each for field in given for each in _fields(register, field, names, enums))
        raw, word = sizes(register, self.bus)
        return RegisterModel(
            name=name,
            raw=raw,
            word=word,
            words=-(-register.width // word),
            register=register,
            fill=fill(register, _flat(register, given), self.map.reserved),
            enums=tuple(enums),
            fields=fields,
            high_first=register.order == "high_first",
            big_endian=self.endian == "big",
            doc=comment(register.doc),
        )


def sizes(register: Register, bus: int) -> tuple[int, int]:
    """Bits of the value, and of one access: the widest that the register and the bus allow."""
    raw = next(each for each in SIZES if each >= register.width)
    widest = min(raw, bus, *(register.accesses[-1:] or (raw,)))
    fits = (each for each in SIZES if each <= widest and not register.width % each)
    return raw, max(fits, default=8)  # 24 bits are three bytes: the fourth is somebody else's


def _whole(register: Register) -> BitField:
    return BitField(
        name="value",
        lsb=0,
        width=register.width,
        access=register.access,
        bounds=register.bounds,
        doc=register.doc,
    )


def _flat(register: Register, fields: tuple[BitField, ...]) -> tuple[FlatField, ...]:
    return tuple(
        FlatField(name, field.lsb + offset, reset_of(register, field, offset), field)
        for field in fields
        for name, offset in unrolled(field.name, field.dim)
    )


def _fields(
    register: Register, field: BitField, names: Names, enums: list[EnumModel]
) -> Iterator[FieldModel]:
    """None that reaches out of its register: that is a mistake of its map, and reported as such."""
    reads, writes = _enums(field, names, enums)
    for name, offset, dim in separate(field.name, field.dim):
        count, step = (dim.count, dim.step) if dim is not None else (1, 0)
        if field.lsb + offset + (count - 1) * step + field.width > register.width:
            continue
        yield FieldModel(
            name=names.take(name),
            lsb=field.lsb + offset,
            width=field.width,
            field=field,
            count=count,
            step=step,
            array=dim is not None,
            reads=reads,
            writes=writes,
            doc=comment(field.doc),
        )


def _enums(field: BitField, names: Names, enums: list[EnumModel]) -> tuple[str, str]:
    """The names of the enums that are read and written."""
    reads = writes = ""
    for each in field.enums:
        way = "" if each.usage == "read-write" else f"_{each.usage}"
        called = field.name.replace("%s", "") + way
        values = tuple(_enumerators(each, field.width))
        if not values:
            continue
        enums.append(EnumModel(names.take(called, "_e"), field.width, values))
        reads = enums[-1].name if each.usage != "write" else reads
        writes = enums[-1].name if each.usage != "read" else writes
    return reads, writes


def _enumerators(enum: Enum, width: int) -> Iterator[EnumeratorModel]:
    """Those that are one value which fits."""
    names = Names()
    for each in enum.values:
        if each.value is not None and each.care is None and not each.value >> width:
            yield EnumeratorModel(names.take(each.name), each.value, comment(each.doc))


def separate(name: str, dim: Dim | None) -> Iterator[tuple[str, int, Dim | None]]:
    """An array as one thing; what has names of its own, one by one."""
    if dim is None or dim.array:
        yield name, 0, dim
        return
    yield from ((each, offset, None) for each, offset in unrolled(name, dim))


def _store(item: Memory | Bitmap, names: Names) -> PlaceModel:
    return PlaceModel(
        name=names.take(item.name),
        type="bitmap" if isinstance(item, Bitmap) else "",
        offset=item.offset,
        count=1,
        step=0,
        array=False,
        doc=comment(item.doc),
        words=item.count,
        bits=item.width,
        access=item.access.onwrite or "stores",
    )
