"""A register map for C, which has one scope: before its own name, all has that of what it is in."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kestrel.backends.accessors.model import (
    BlockModel,
    EnumeratorModel,
    EnumModel,
    FieldModel,
    MapModel,
    PlaceModel,
    RegisterModel,
)
from kestrel.backends.accessors.names import Names
from kestrel.backends.accessors.templates import uint

OF_A_REGISTER = (
    *("_read", "_write", "_modify", "_modify_under", "_reset", "_read_raw", "_write_raw"),
    *("_read_of", "_read_t", "_write_t", "_write_lacks_fields", "_modify_lacks_fields"),
    *("_modify_cannot_read", "_is_shorter", "_alias_xor", "_alias_set", "_alias_clear"),
)
OF_A_FIELD = ("", "_masked", "_checked", "_t")
OF_A_BLOCK = ("", "_t", "_is_shorter")
OF_WORDS = ("_read", "_write", "_is_shorter", "_has_fewer_words")
OF_A_BITMAP = ("_read", "_set", "_clear", "_has_fewer_bits")
"""What ends the names of what there is of each, beside those that end in a capital: these are not
taken, as names of others are in lower case."""
STANDARD = tuple(f"{u}int{n}_t" for u in ("", "u") for n in (8, 16, 32, 64, "ptr", "max"))
VERBS = {
    "woset": "set",
    "wzs": "set",
    "woclr": "clear",
    "wzc": "clear",
    "wot": "toggle",
    "wzt": "toggle",
}
LARGEST_ENUMERATOR = 0x7FFF_FFFF
"""An `int`: C11, 6.7.2.2."""


class CEnum(msgspec.Struct, frozen=True):
    """A `plain` one has values that no enum of C can have: they are macros."""

    stem: str
    values: tuple[EnumeratorModel, ...]
    plain: bool


class CField(msgspec.Struct, frozen=True):
    """`read`: the type of what is read."""

    stem: str
    model: FieldModel
    read: str


class CRegister(msgspec.Struct, frozen=True):
    stem: str
    model: RegisterModel
    enums: tuple[CEnum, ...]
    fields: tuple[CField, ...]


class CVerb(msgspec.Struct, frozen=True):
    """A function that sets, clears or toggles a field with one write."""

    name: str
    field: CField


class CPlace(msgspec.Struct, frozen=True, kw_only=True):
    """`handle` is the type of where it is in; `target` that of a block."""

    stem: str
    handle: str
    kind: str
    place: PlaceModel
    target: str = ""
    register: CRegister | None = None
    verbs: tuple[CVerb, ...] = ()


class CMap(msgspec.Struct, frozen=True):
    name: str
    handles: tuple[str, ...]
    registers: tuple[CRegister, ...]
    places: tuple[CPlace, ...]
    uses: tuple[str, ...]
    doc: str
    aliases: tuple[tuple[str, int], ...]


def c_map(model: MapModel) -> CMap:
    return _Maker(model).made()


class _Maker:
    def __init__(self, model: MapModel) -> None:
        self.model = model
        self.names = Names(taken=(*STANDARD, f"{model.name}_t"))
        self.registers = {each.name: each for each in model.registers}
        self.blocks = {each.name: each for each in model.blocks[:-1]}
        self.made_registers: dict[str, CRegister] = {}
        self.handles: list[str] = []

    def made(self) -> CMap:
        name = self.model.name
        self.handles.append(f"{name}_t")
        places = tuple(self._block(self.model.blocks[-1], name, f"{name}_t"))
        return CMap(
            name=name,
            handles=tuple(dict.fromkeys(self.handles)),
            registers=tuple(self.made_registers.values()),
            places=places,
            uses=self.model.uses,
            doc=self.model.doc,
            aliases=self.model.map.aliases,
        )

    def _block(self, block: BlockModel, prefix: str, handle: str) -> Iterator[CPlace]:
        for each in block.places:
            yield from self._place(each, f"{prefix}_{each.name}", handle)

    def _place(self, place: PlaceModel, text: str, handle: str) -> Iterator[CPlace]:
        if place.type in self.registers:
            yield self._register(place, text, handle)
        elif place.type == "bitmap":
            stem = self.names.stem(text, OF_A_BITMAP)
            yield CPlace(stem=stem, handle=handle, kind="bitmap", place=place)
        elif place.words:
            stem = self.names.stem(text, OF_WORDS)
            yield CPlace(stem=stem, handle=handle, kind="words", place=place)
        else:
            yield from self._inner(place, self.names.stem(text, OF_A_BLOCK), handle)

    def _inner(self, place: PlaceModel, stem: str, handle: str) -> Iterator[CPlace]:
        """A block is a type of its own, unless it is another map."""
        block = self.blocks.get(place.type)
        target = f"{stem}_t" if block else f"{place.type.removesuffix('::block')}_t"
        if block is not None:
            self.handles.append(target)
        yield CPlace(stem=stem, handle=handle, kind="block", place=place, target=target)
        if block is not None:
            yield from self._block(block, stem, target)

    def _register(self, place: PlaceModel, text: str, handle: str) -> CPlace:
        """The types of a register have the name of the first of its places."""
        stem = self.names.stem(text, OF_A_REGISTER)
        found = self.made_registers.get(place.type)
        if found is None:
            found = self._type(self.registers[place.type], stem)
            self.made_registers[place.type] = found
        return CPlace(
            stem=stem,
            handle=handle,
            kind="register",
            place=place,
            register=found,
            verbs=tuple(self._verbs(found, stem)),
        )

    def _type(self, model: RegisterModel, stem: str) -> CRegister:
        enums = {each.name: self._enum(each, stem) for each in model.enums}
        fields = tuple(
            CField(self.names.stem(f"{stem}_{each.name}", OF_A_FIELD), each, _read(each, enums))
            for each in model.fields
        )
        return CRegister(stem, model, tuple(enums.values()), fields)

    def _enum(self, enum: EnumModel, prefix: str) -> CEnum:
        base = f"{prefix}_{enum.name.removesuffix('_e')}"
        values = tuple(
            EnumeratorModel(self.names.stem(f"{base}_{each.name}", ("",)), each.value, each.doc)
            for each in enum.values
        )
        plain = any(each.value > LARGEST_ENUMERATOR for each in values)
        return CEnum(f"{self.names.stem(base, ('_e',))}_e", values, plain)

    def _verbs(self, register: CRegister, stem: str) -> Iterator[CVerb]:
        for each in register.fields:
            access = each.model.field.access
            if access.writable and access.onwrite in VERBS:
                verb = VERBS[access.onwrite]
                text = f"{stem}_{each.model.name}_{verb}"
                yield CVerb(self.names.stem(text, ("",)), each)


def _read(field: FieldModel, enums: dict[str, CEnum]) -> str:
    if field.reads and not enums[field.reads].plain:
        return enums[field.reads].stem
    return "_Bool" if field.width == 1 else uint(field.width)
