"""Types of Kestrel as types of C++, and their declarations in an order that C++ accepts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kestrel.backends.ffi.names import Identifiers
from kestrel.check.shapes import bare, show
from kestrel.ir.decls import AnyDecl, Newtype, Record, Sum, Variant
from kestrel.ir.functions import AnyForeign, Handle, Status, Struct
from kestrel.ir.types import (
    AnyType,
    BufferOf,
    Foreign,
    ListOf,
    Literals,
    MapOf,
    Named,
    OptionOf,
    PointerTo,
    ResultOf,
    Scalar,
    SetOf,
    TupleOf,
)

SCALAR_TYPES: dict[str, str] = {
    "Unit": "k::Unit",
    "Never": "k::Unit",
    "Bool": "bool",
    "i8": "std::int8_t",
    "i16": "std::int16_t",
    "i32": "std::int32_t",
    "i64": "std::int64_t",
    "u8": "std::uint8_t",
    "u16": "std::uint16_t",
    "u32": "std::uint32_t",
    "u64": "std::uint64_t",
    "Int": "k::Int",
    "f32": "float",
    "f64": "double",
    "Bytes": "k::Bytes",
    "Duration": "std::int64_t",
    "Size": "std::uint64_t",
}
"""Those of text are `std::string`."""


class Member(NamedTuple):
    name: str
    label: str
    type: str
    kestrel: AnyType


class StructDecl(NamedTuple):
    """A record, or a variant with its payload. `label` is the name that people know."""

    name: str
    label: str
    members: tuple[Member, ...]
    owner: str = ""


class VariantDecl(NamedTuple):
    name: str
    label: str
    payload: StructDecl | None


class SumDecl(NamedTuple):
    """A sum type: an enum where no variant has a payload (`plain`), else a `std::variant`."""

    name: str
    label: str
    variants: tuple[VariantDecl, ...]
    plain: bool


class CppTypes:
    """Types of C++ for one module."""

    def __init__(self, decls: Mapping[str, AnyDecl], foreign: Mapping[str, AnyForeign]) -> None:
        self.decls = decls
        self.foreign = foreign
        self.names = Identifiers()
        self.structs: dict[str, StructDecl] = {}
        self.sums: dict[str, SumDecl] = {}
        self.order: list[StructDecl | SumDecl] = []
        self._open: list[str] = []

    def of(self, type_: AnyType) -> str:
        plain = self.stored(bare(type_))
        match plain:
            case Scalar(name):
                return SCALAR_TYPES.get(name, "std::string")
            case Literals():
                return "std::string"
            case OptionOf(item):
                return f"k::Option<{self.of(item)}>"
            case ListOf(item) | SetOf(item):
                return f"k::List<{self.of(item)}>"
            case MapOf(_, value):
                return f"k::Map<{self.of(value)}>"
            case TupleOf(items):
                return f"std::tuple<{', '.join(map(self.of, items))}>"
            case ResultOf(ok, err):
                return f"k::Result<{self.of(ok)}, {self.of(err)}>"
            case Foreign(name):
                return self._foreign(name)
            case PointerTo(item):
                return f"{self.raw(item)}*"
            case BufferOf(item):
                return f"k::Buffer<{self.of(item)}>"
            case Named(name):
                return self._named(name)
        raise AssertionError(f"no type of C++ for {show(plain)}")

    def raw(self, type_: AnyType) -> str:
        """What a pointer of C points to."""
        plain = bare(type_)
        if plain == Scalar("Unit"):
            return "void"
        found = self.foreign.get(plain.name) if isinstance(plain, Foreign) else None
        return f"::{found.foreign}" if isinstance(found, Handle | Struct) else self.of(plain)

    def stored(self, type_: AnyType) -> AnyType:
        while isinstance(type_, Named) and isinstance(self.decls.get(type_.name), Newtype):
            decl = self.decls[type_.name]
            assert isinstance(decl, Newtype)
            type_ = bare(decl.base)
        return type_

    def moves(self, type_: AnyType | None) -> bool:
        """Does a value hold a handle, so that it can only be moved?"""
        if type_ is None:
            return False
        match bare(type_):
            case Foreign(name):
                return isinstance(self.foreign.get(name), Handle)
            case OptionOf(item):
                return self.moves(item)
            case ResultOf(ok, err):
                return self.moves(ok) or self.moves(err)
            case TupleOf(items):
                return any(map(self.moves, items))
        return False

    # ---------------------------------------------------------------- declared types

    def _foreign(self, name: str) -> str:
        found = self.foreign[name]
        if isinstance(found, Struct):
            return f"::{found.foreign}"
        prefix = "H_" if isinstance(found, Handle) else "S_"
        assert isinstance(found, Handle | Status)
        return self.names.of(prefix, name)

    def _named(self, name: str) -> str:
        decl = self.decls[name]
        made = self.names.of("T_", name)
        if name in self._open:
            return f"k::Box<{made}>"
        if name not in self.structs and name not in self.sums:
            self._open.append(name)
            if isinstance(decl, Record):
                self.structs[name] = self._record(made, decl)
                self.order.append(self.structs[name])
            else:
                assert isinstance(decl, Sum)
                self.sums[name] = self._sum(made, decl)
                self.order.append(self.sums[name])
            self._open.pop()
        return made

    def _record(self, made: str, decl: Record) -> StructDecl:
        members = tuple(self._members((f.name, f.type) for f in decl.fields))
        return StructDecl(made, short(decl.name), members)

    def _members(self, fields: Iterator[tuple[str, AnyType]]) -> Iterator[Member]:
        for name, type_ in fields:
            yield Member(self.member(name), name, self.of(type_), bare(type_))

    def member(self, name: str) -> str:
        return self.names.of("m_", name)

    def _sum(self, made: str, decl: Sum) -> SumDecl:
        plain = all(not v.items and not v.fields for v in decl.variants)
        variants = tuple(self._variant(made, decl, v, plain) for v in decl.variants)
        return SumDecl(made, short(decl.name), variants, plain)

    def _variant(self, owner: str, decl: Sum, variant: Variant, plain: bool) -> VariantDecl:
        name = self.names.of("V_" if not plain else "v_", f"{decl.name}.{variant.name}")
        if plain:
            return VariantDecl(name, variant.name, None)
        fields = [(f.name, f.type) for f in variant.fields]
        fields += [(f"_{n}", item) for n, item in enumerate(variant.items)]
        members = tuple(self._members(iter(fields)))
        payload = StructDecl(name, f"{short(decl.name)}.{variant.name}", members, owner)
        return VariantDecl(name, variant.name, payload)

    def variant(self, sum_name: str, variant: str) -> tuple[int, VariantDecl, SumDecl]:
        """A variant's number, itself, and its sum."""
        self.of(Named(sum_name))
        found = self.sums[sum_name]
        number = next(n for n, v in enumerate(found.variants) if v.label == variant)
        return number, found.variants[number], found


def short(name: str) -> str:
    """A declaration's own name, without its module."""
    head, bracket, rest = name.partition("<")
    return head.rpartition(".")[2] + bracket + rest
