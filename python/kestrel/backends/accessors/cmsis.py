"""A C file in which a vendor's CMSIS header says the same as the register map, or does not compile.

CMSIS-Core: a struct of a peripheral is called `NAME_Type` or `NAME_TypeDef`, its place `NAME_BASE`,
the bits of a field `NAME_REGISTER_FIELD_Msk`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kestrel.ir.flat import instances, unrolled
from kestrel.ir.registers import Device, Register, RegMap

IDENTIFIER = re.compile(r"[A-Za-z_]\w*", re.ASCII)
SUFFIX = re.compile(r"_Type(Def)?$")


def cmsis_check(device: Device, header: str, types: Mapping[str, str], version: str) -> str:
    """`types` has the struct of each map whose is not `MAP_Type`."""
    lines = [
        f"// Made by Kestrel {version}; do not edit. Compiles where both say the same.",
        "#include <stddef.h>",
        f'#include "{header}"',
        "",
    ]
    for each in device.maps:
        if IDENTIFIER.fullmatch(each.name):
            lines += _map(each, types.get(each.name, f"{each.name}_Type"))
    for instance in instances(device):
        for name, offset in unrolled(instance.name, instance.dim):
            if IDENTIFIER.fullmatch(name) and device.name:
                lines += _guarded(f"{name}_BASE", f"0x{instance.base + offset:x}", "address")
    return "\n".join([*lines, ""])


def _map(regmap: RegMap, type_: str) -> Iterator[str]:
    prefix = SUFFIX.sub("", type_)
    macros: list[str] = []
    for register in (each for each in regmap.items if isinstance(each, Register)):
        for name, offset in _places(register):
            own = list(_fields(register, f"{prefix}_{name}"))
            if not own:
                continue
            macros += [macro for macro, _ in own]
            yield f"#if {_any(macro for macro, _ in own)}"
            yield (
                f"_Static_assert(offsetof({type_}, {name}) == 0x{offset:x}u,"
                f' "{name} is at another offset");'
            )
            yield "#endif"
            for macro, mask in own:
                yield from _guarded(macro, f"0x{mask:x}", "bits")
    if macros:
        yield f"#if !({_any(macros)})"
        yield f'#error "the header has no bits of {type_}: is that its name?"'
        yield "#endif"
        yield ""


def _any(macros: Iterator[str] | list[str]) -> str:
    return " || ".join(f"defined({each})" for each in macros)


def _guarded(macro: str, value: str, what: str) -> list[str]:
    return [
        f"#ifdef {macro}",
        f'_Static_assert(({macro}) == {value}u, "{macro}: other {what}");',
        "#endif",
    ]


def _places(register: Register) -> Iterator[tuple[str, int]]:
    """Single registers: of arrays vendors have arrays."""
    dim = register.dim
    if dim is not None and dim.array:
        return
    for name, offset in unrolled(register.name, dim):
        if IDENTIFIER.fullmatch(name):
            yield name, register.offset + offset


def _fields(register: Register, prefix: str) -> Iterator[tuple[str, int]]:
    for field in register.fields:
        if field.dim is not None and field.dim.array:
            continue
        for name, offset in unrolled(field.name, field.dim):
            if IDENTIFIER.fullmatch(name) and field.msb + offset < register.width:
                yield f"{prefix}_{name}_Msk", field.mask << offset
