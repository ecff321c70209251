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
Policy = Literal["reset", "keep", "zero", "one"]
"""What is written to bits of no field: their reset value, what is read from them, 0 or 1."""
Way = Literal["read", "write"]
IrqKind = Literal["level", "posedge", "negedge", "bothedge", "sticky"]
Place = str
"""A register, field or bit as it is named from where it is said: `CR`, `CR.EN`, `ODR.OD[i]`."""


class Condition(msgspec.Struct, frozen=True):
    """What a place has to be, or not to be (`!=`), or has to be made before (`=`: a page)."""

    place: Place
    op: Literal["==", "!=", "="]
    value: int


class Touch(msgspec.Struct, frozen=True):
    """A read or a write of a place that brings something about."""

    way: Way
    place: Place


Effect = tuple[Touch, ...]
"""One after the other."""


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


class Irq(msgspec.Struct, frozen=True, omit_defaults=True):
    """The interrupt that a field shows."""

    name: str
    kinds: tuple[IrqKind, ...] = ()


class Parity(msgspec.Struct, frozen=True):
    kind: str
    lsb: int
    msb: int


class BitField(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Bits of a register. What they are after a reset is the register's `reset`; `reset` is given
    where a field that shares its bits has another. `when`: the bank that it is in. `bounds`: the
    least and the greatest value that may be written; `neutral`: the one that changes nothing."""

    name: str
    lsb: int
    width: int
    access: Access = Access()
    reset: int | None = None
    neutral: int | None = None
    enums: tuple[Enum, ...] = ()
    bounds: tuple[int, int] | None = None
    irq: Irq | None = None
    enables: str = ""
    masks: str = ""
    tests: str = ""
    locks: tuple[Place, ...] = ()
    locked: Condition | None = None
    unlocked: Condition | None = None
    writable: Condition | None = None
    sets: tuple[Place, ...] = ()
    clears: tuple[Place, ...] = ()
    cleared: Effect = ()
    on_read: str = ""
    on_write: str = ""
    parity: Parity | None = None
    singlepulse: bool = False
    read_view: bool = False
    properties: tuple[tuple[str, str | int], ...] = ()
    when: tuple[Condition, ...] = ()
    dim: Dim | None = None
    doc: str = ""
    at: At | None = None

    @property
    def msb(self) -> int:
        return self.lsb + self.width - 1

    @property
    def mask(self) -> int:
        return (1 << self.width) - 1 << self.lsb


class Reserved(msgspec.Struct, frozen=True, omit_defaults=True):
    """A policy for bits of a register; no bits: for all."""

    policy: Policy
    lsb: int | None = None
    msb: int | None = None


class After(msgspec.Struct, frozen=True, omit_defaults=True):
    """What has to follow a write: a condition to wait for, a read of the same, a barrier."""

    what: Literal["wait", "readback", "dsb"]
    until: Condition | None = None


class Register(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="register"):
    """`known` has the bits that have `reset` after one. A register without fields is one value,
    with `access`. `alternate` names what else is at its address, on purpose. `accesses` are the
    widths in which it may be read and written; none: its own. `when`: the bank that it is in."""

    name: str
    offset: int
    width: int
    access: Access = Access()
    reset: int = 0
    known: int = 0
    fields: tuple[BitField, ...] = ()
    bounds: tuple[int, int] | None = None
    accesses: tuple[int, ...] = ()
    order: str = ""
    volatile: bool = False
    stable: bool = False
    shadow: str = ""
    latched: Effect = ()
    after: After | None = None
    reserved: tuple[Reserved, ...] = ()
    retired: tuple[str, ...] = ()
    properties: tuple[tuple[str, str | int], ...] = ()
    alternate: str = ""
    when: tuple[Condition, ...] = ()
    dim: Dim | None = None
    doc: str = ""
    at: At | None = None


class Block(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="block"):
    """Registers and blocks under one name: its own, or those of another `map`."""

    name: str
    offset: int
    items: tuple[Item, ...] = ()
    map: str = ""
    alternate: str = ""
    when: tuple[Condition, ...] = ()
    dim: Dim | None = None
    doc: str = ""
    at: At | None = None


class Memory(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="memory"):
    """`count` words of `width` bits."""

    name: str
    offset: int
    count: int
    width: int
    access: Access = Access()
    when: tuple[Condition, ...] = ()
    doc: str = ""
    at: At | None = None


class Bitmap(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="bitmap"):
    """`count` bits, in as many words of `width` as they need."""

    name: str
    offset: int
    count: int
    width: int
    access: Access = Access()
    when: tuple[Condition, ...] = ()
    doc: str = ""
    at: At | None = None


class Bus(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """How registers are reached, as far as it is said: `width` in bits of a transfer, `address` of
    an address and `word` of what one is of, for a bus that is not memory."""

    width: int | None = None
    endian: Endian | None = None
    address: int | None = None
    word: int | None = None
    autoincrement: int | None = None


class Unlock(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Keys that are written to a place in turn, until a condition holds."""

    name: str
    place: Place
    keys: tuple[int, ...]
    until: Condition | None = None


class AssertMasked(msgspec.Struct, frozen=True, tag="assert-masked"):
    irqs: tuple[str, ...]


class Assign(msgspec.Struct, frozen=True, tag="assign"):
    place: Place
    value: int | str


class Wait(msgspec.Struct, frozen=True, omit_defaults=True, tag="wait"):
    """`timeout` in nanoseconds; `otherwise` is the sequence that is run then."""

    until: Condition
    timeout: int | None = None
    otherwise: str = ""


class Call(msgspec.Struct, frozen=True, tag="call"):
    sequence: str


class Sequence(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    name: str
    steps: tuple[AssertMasked | Assign | Wait | Call, ...]
    doc: str = ""
    at: At | None = None


class RegMap(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The registers of one kind of peripheral. `aliases`: copies of all of them, by what a write
    there does, and how far away."""

    name: str
    items: tuple[Item, ...]
    version: str = ""
    bus: Bus = Bus()
    reserved: Policy = "reset"
    aliases: tuple[tuple[str, int], ...] = ()
    unlocks: tuple[Unlock, ...] = ()
    retired: tuple[str, ...] = ()
    sequences: tuple[Sequence, ...] = ()
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
    """Register maps, and where there is one of which. Without instances and a name it is just maps.
    `sources` are the files that places count into."""

    name: str
    maps: tuple[RegMap, ...]
    instances: tuple[Instance, ...] = ()
    width: int = 32
    endian: Endian = "little"
    doc: str = ""
    sources: tuple[str, ...] = ()


Item = Register | Block | Memory | Bitmap
