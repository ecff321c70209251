"""A register with its options and fields."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from kestrel.backends.kreg import fields
from kestrel.backends.kreg.words import (
    address,
    condition,
    dimension,
    documented,
    effect,
    name,
    number,
    place,
)
from kestrel.ir.access import Access
from kestrel.ir.registers import BitField, Condition, Register
from kestrel.ir.resets import said_by_fields


def lines(
    register: Register, indent: str, digits: int, width: int, shared: Collection[str]
) -> Iterator[str]:
    """`width`: of a register that does not say it."""
    resets, everything = said_by_fields(register)
    said = " ".join(_head(register, digits, width, everything))
    inside = list(_inside(register, resets, indent + "  ", shared))
    if not inside:
        yield from documented(said, register.doc, "", indent)
        return
    yield from documented(said, register.doc, " {", indent)
    yield from inside
    yield indent + "}"


def _head(register: Register, digits: int, width: int, everything: bool) -> Iterator[str]:
    called = f"{name(register.name)}{dimension(register.dim)}"
    yield f"register {called} @ {address(register.offset, digits)}"
    if register.dim is not None and register.dim.step != max(1, register.width // 8):
        yield f"step {address(register.dim.step)}"
    if register.width != width:
        yield f"width {register.width}"
    if register.access != Access() or register.properties:
        yield fields.access(register.access, register.properties)
    if not everything:
        yield f"reset {number(register.reset)}"
        if register.known != (1 << register.width) - 1:
            yield f"known {number(register.known)}"
    yield from options(register)


def options(register: Register) -> Iterator[str]:
    if register.bounds is not None:
        yield f"within {number(register.bounds[0])}..={number(register.bounds[1])}"
    if register.accesses:
        widths = ", ".join(map(str, register.accesses))
        yield f"access {{{widths}}}" if len(register.accesses) > 1 else f"access {widths}"
    if register.order:
        yield f"order {name(register.order)}"
    for word in ("volatile", "stable"):
        if getattr(register, word):
            yield word
    if register.shadow:
        until = register.shadow
        yield "shadow twice" if until == "twice" else f"shadow until {place(until)}"
    if register.latched:
        yield f"latched by {effect(register.latched)}"
    if register.after is not None:
        until_what = register.after.until
        what = "wait " + condition(until_what) if until_what else register.after.what
        yield f"after write {what}"
    if register.alternate:
        yield f"alternate {name(register.alternate)}"


def _inside(
    register: Register, resets: tuple[int | None, ...], indent: str, shared: Collection[str]
) -> Iterator[str]:
    for each in register.reserved:
        bits = "" if each.lsb is None else f"[{each.msb}:{each.lsb}] "
        yield f"{indent}reserved {bits}{each.policy}"
    for word in register.retired:
        yield f"{indent}retired {name(word)}"
    for when, members in _banks(register, resets):
        for depth, bank in enumerate(when):
            yield f"{indent}{'  ' * depth}when {condition(bank)} {{"
        yield from fields.lines(members, indent + "  " * len(when), shared)
        for depth in reversed(range(len(when))):
            yield f"{indent}{'  ' * depth}}}"


Bank = tuple[tuple[Condition, ...], list[tuple[BitField, int | None]]]


def _banks(register: Register, resets: tuple[int | None, ...]) -> list[Bank]:
    """Fields that follow each other in one bank."""
    found: list[Bank] = []
    for field, reset in zip(register.fields, resets, strict=True):
        if not found or found[-1][0] != field.when:
            found.append((field.when, []))
        found[-1][1].append((field, reset))
    return found
