"""Register maps as they are declared: with arrays and blocks, offsets from what they stand in.

All offsets and steps are in bytes, widths in bits. `at` is where a thing is said in its file.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from kestrel.ir.access import Access
from kestrel.ir.exprs import At

Usage = Literal["read", "write", "read-write"]
Endian = Literal["little", "big"]


class Dim(msgspec.Struct, frozen=True, omit_defaults=True):
    """`count` of the same, `step` bytes (bits, of a field) apart. Of an array there are items 0, 1,
    …, or as `labels` call them. Without `array` each has a name of its own: the common one with its
    label in the place of `%s`."""

    count: int
    step: int
    labels: tuple[str, ...] = ()
    array: bool = True

    def name(self, common: str, index: int) -> str:
        label = self.labels[index] if self.labels else str(index)
        return f"{common}[{label}]" if self.array else common.replace("%s", label)


class EnumValue(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A name for a value. `care` has the bits that count, where not all do; no value: any other."""

    name: str
    value: int | None
    care: int | None = None
    doc: str = ""
    at: At | None = None


class Enum(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Names for what is read from a field, written to it, or both."""

    name: str = ""
    usage: Usage = "read-write"
    values: tuple[EnumValue, ...] = ()
    at: At | None = None


class BitField(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Bits of a register. No `reset`: what they are after one is not known. `bounds`: the least and
    the greatest value that may be written."""

    name: str
    lsb: int
    width: int
    access: Access = Access()
    reset: int | None = None
    enums: tuple[Enum, ...] = ()
    bounds: tuple[int, int] | None = None
    dim: Dim | None = None
    doc: str = ""
    at: At | None = None

    @property
    def msb(self) -> int:
        return self.lsb + self.width - 1

    @property
    def mask(self) -> int:
        return (1 << self.width) - 1 << self.lsb


class Register(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="register"):
    """`known` has the bits that have `reset` after one. A register without fields is one value,
    with `access`. `alternate` names what else is at its address, on purpose."""

    name: str
    offset: int
    width: int
    access: Access = Access()
    reset: int = 0
    known: int = 0
    fields: tuple[BitField, ...] = ()
    bounds: tuple[int, int] | None = None
    alternate: str = ""
    dim: Dim | None = None
    doc: str = ""
    at: At | None = None


class Block(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="block"):
    """Registers and blocks under one name."""

    name: str
    offset: int
    items: tuple[Item, ...]
    alternate: str = ""
    dim: Dim | None = None
    doc: str = ""
    at: At | None = None


class RegMap(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The registers of one kind of peripheral."""

    name: str
    items: tuple[Item, ...]
    doc: str = ""
    at: At | None = None


class Interrupt(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    name: str
    number: int
    doc: str = ""
    at: At | None = None


class AddressSpan(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Addresses that a peripheral takes up, relative to its base."""

    offset: int
    size: int
    usage: str = "registers"


class Instance(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A peripheral of a device: `map` is the name of its register map."""

    name: str
    map: str
    base: int
    interrupts: tuple[Interrupt, ...] = ()
    spans: tuple[AddressSpan, ...] = ()
    alternate: str = ""
    dim: Dim | None = None
    doc: str = ""
    at: At | None = None


class Device(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """`sources` are the files that places count into."""

    name: str
    maps: tuple[RegMap, ...]
    instances: tuple[Instance, ...]
    width: int = 32
    endian: Endian = "little"
    doc: str = ""
    sources: tuple[str, ...] = ()


Item = Register | Block
