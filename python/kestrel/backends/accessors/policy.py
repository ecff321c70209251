"""What the bits of a register get that a write is not given: by the class of their field."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kestrel.ir.access import Access
from kestrel.ir.flat import FlatField
from kestrel.ir.registers import BitField, Policy, Register

NEUTRAL_ONES = frozenset({"wzc", "wzs", "wzt"})
NEUTRAL_ZEROS = frozenset({"woclr", "woset", "wot"})


class Fill(msgspec.Struct, frozen=True):
    """Masks and bits of a register, of all its bits. `keep`: `modify` writes what it has read, and
    `write` the reset. `fill`: what bits get that are never kept. `forced`: of these there is no
    value that changes nothing. `unknown`: kept, and their reset is not known. `effects`: reading
    them changes something."""

    keep: int
    fill: int
    forced: int
    unknown: int
    effects: int


def fill(register: Register, fields: tuple[FlatField, ...], policy: Policy) -> Fill:
    """Of a register without fields, `fields` is one for the whole."""
    whole = (1 << register.width) - 1
    keep = bits = forced = written = effects = 0
    for each in fields:
        mask = (1 << each.of.width) - 1 << each.lsb & whole
        if each.of.access.onread is not None or each.of.on_read:
            effects |= mask
        if not each.of.access.writable:
            continue
        written |= mask
        value = neutral(each.of)
        if stored(each.of.access) and each.of.neutral is None and not each.of.singlepulse:
            keep |= mask
        elif value is None:
            forced |= mask
        else:
            bits |= value << each.lsb & mask
    known = register.known
    readable = any(each.of.access.readable for each in fields)
    for mask, how in _reserved(register, policy, whole):
        how = "reset" if how == "keep" and not readable else how
        mask &= ~written
        mask &= ~_read_only(fields, whole)
        keep, bits = _with_policy(how, mask, register.reset & known, keep, bits)
    return Fill(keep, bits, forced, keep & ~known & written, effects)


def _with_policy(how: Policy, mask: int, reset: int, keep: int, bits: int) -> tuple[int, int]:
    keep, bits = keep & ~mask, bits & ~mask
    if how == "keep":
        return keep | mask, bits
    if how == "one":
        return keep, bits | mask
    return keep, bits | (reset & mask if how == "reset" else 0)


def _reserved(register: Register, policy: Policy, whole: int) -> Iterator[tuple[int, Policy]]:
    """The policy of all bits first, then those of some."""
    yield whole, policy
    for each in register.reserved:
        if each.lsb is None or each.msb is None:
            yield whole, each.policy
        else:
            yield (1 << each.msb - each.lsb + 1) - 1 << each.lsb & whole, each.policy


def _read_only(fields: tuple[FlatField, ...], whole: int) -> int:
    """Bits that are only read: what is written there does nothing, and is 0."""
    found = 0
    for each in fields:
        found |= (1 << each.of.width) - 1 << each.lsb
    return found & whole


def stored(access: Access) -> bool:
    return access.sw == "rw" and access.onwrite is None


def neutral(field: BitField) -> int | None:
    """The value whose writing changes nothing."""
    if field.neutral is not None:
        return field.neutral
    if field.access.onwrite in NEUTRAL_ONES:
        return (1 << field.width) - 1
    if field.access.onwrite in NEUTRAL_ZEROS or field.singlepulse:
        return 0
    return None
