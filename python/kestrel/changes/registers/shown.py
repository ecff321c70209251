"""Parts of register maps as a person would write them."""

from __future__ import annotations

from kestrel.ir.access import SHORT, Access
from kestrel.ir.registers import BitField, Condition, Dim, Effect

NAMES = {access: name for name, access in reversed(SHORT.items())}


def access(value: Access) -> str:
    if value in NAMES:
        return NAMES[value]
    parts = [f"sw={value.sw}"]
    parts += [f"onread={value.onread}"] if value.onread else []
    parts += [f"onwrite={value.onwrite}"] if value.onwrite else []
    return " ".join(parts)


def bits(field: BitField) -> str:
    return f"[{field.msb}:{field.lsb}]" if field.width > 1 else f"[{field.lsb}]"


def number(value: int | None) -> str:
    return "unknown" if value is None else f"0x{value:X}"


def condition(value: Condition | None) -> str | None:
    return None if value is None else f"{value.place} {value.op} {number(value.value)}"


def dim(value: Dim | None) -> str | None:
    return None if value is None else f"[{value.count}]"


def effect(value: Effect) -> str | None:
    return " then ".join(f"{each.way} {each.place}" for each in value) or None


def words(values: tuple[str, ...]) -> str | None:
    return ", ".join(values) or None
