"""Fields in columns, with what is said of them behind."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import zip_longest

from kestrel.backends.kreg.words import (
    LINE,
    condition,
    dimension,
    documented,
    effect,
    name,
    number,
    place,
)
from kestrel.ir.access import SHORT, Access
from kestrel.ir.registers import BitField, Enum, EnumValue

SHORTEST = {access: word for word, access in reversed(SHORT.items())}
CONDITIONS = {
    "locked": "locked by",
    "unlocked": "locked unless",
    "writable": "writable when",
}
Properties = tuple[tuple[str, str | int], ...]


def access(given: Access, properties: Properties = ()) -> str:
    words = [SHORTEST[given]] if given in SHORTEST else list(_long(given))
    for key, value in properties:
        words.append(f"{key}={number(value) if isinstance(value, int) else name(value)}")
    return " ".join(words)


def _long(given: Access) -> Iterator[str]:
    yield f"sw={given.sw}"
    if given.onwrite is not None:
        yield f"onwrite={given.onwrite}"
    if given.onread is not None:
        yield f"onread={given.onread}"


def lines(
    fields: list[tuple[BitField, int | None]], indent: str, shared: Collection[str]
) -> Iterator[str]:
    """Fields with their resets. `shared`: the names of enums that are declared elsewhere."""
    columns = [_columns(each, reset) for each, reset in fields]
    widths = [max(map(len, column)) for column in zip(*columns, strict=True)]
    for (each, _), row in zip(fields, columns, strict=True):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        line = " ".join([" ".join(cells).rstrip(), *clauses(each)])
        yield from _with_enums(each, line, indent, shared)


def _columns(field: BitField, reset: int | None) -> tuple[str, str, str]:
    bits = f"[{field.lsb}]" if field.width == 1 else f"[{field.msb}:{field.lsb}]"
    if field.dim is not None and field.dim.step != field.width:
        bits += f" step {field.dim.step}"
    said = access(field.access, field.properties)
    return (
        f"{name(field.name)}{dimension(field.dim)}",
        bits,
        said if reset is None else f"{said} = {number(reset)}",
    )


def clauses(field: BitField) -> Iterator[str]:
    if field.neutral is not None:
        yield f"neutral {number(field.neutral)}"
    if field.bounds is not None:
        yield f"within {number(field.bounds[0])}..={number(field.bounds[1])}"
    if field.irq is not None:
        yield " ".join(("irq", name(field.irq.name), *field.irq.kinds))
    for word in ("enables", "masks", "tests"):
        if irq := getattr(field, word):
            yield f"{word} irq {name(irq)}"
    for key, word in CONDITIONS.items():
        if (given := getattr(field, key)) is not None:
            yield f"{word} {condition(given)}"
    for word in ("locks", "sets", "clears"):
        yield from (f"{word} {place(each)}" for each in getattr(field, word))
    if field.cleared:
        yield f"cleared by {effect(field.cleared)}"
    for way in ("read", "write"):
        if what := getattr(field, f"on_{way}"):
            yield f"on {way} {name(what)}"
    if field.parity is not None:
        yield f"parity {name(field.parity.kind)} [{field.parity.msb}:{field.parity.lsb}]"
    if field.singlepulse:
        yield "singlepulse"
    if field.read_view:
        yield "read view"


# ---------------------------------------------------------------- enums


def _with_enums(field: BitField, line: str, indent: str, shared: Collection[str]) -> Iterator[str]:
    here = [each for each in field.enums if each.name not in shared]
    used = [_enum_head(each) for each in field.enums if each.name in shared]
    line = " ".join([line, *used])
    if not here:
        yield from documented(line, field.doc, "", indent)
        return
    short = " ".join([line, *(_short(each) for each in here)])
    if not field.doc and len(indent + short) <= LINE and all(map(_is_short, here)):
        yield indent + short
        return
    yield from documented(line, field.doc, f" {_enum_head(here[0])} {{", indent)
    for each, following in zip_longest(here, here[1:]):
        yield from enum_values(each.values, indent + "  ", _digits(field))
        yield f"{indent}}}" if following is None else f"{indent}}} {_enum_head(following)} {{"


def _enum_head(enum: Enum) -> str:
    way = "" if enum.usage == "read-write" else f"{enum.usage} "
    return f"{way}enum {name(enum.name)}" if enum.name else f"{way}enum"


def _is_short(enum: Enum) -> bool:
    return len(enum.values) <= 4 and not any(each.doc for each in enum.values)


def _short(enum: Enum) -> str:
    return f"{_enum_head(enum)} {{ {', '.join(_value(each, 0) for each in enum.values)} }}"


def enum_values(values: tuple[EnumValue, ...], indent: str, digits: int) -> Iterator[str]:
    width = max((len(name(each.name)) for each in values), default=0)
    for each in values:
        yield from documented(_value(each, digits, width), each.doc, "", indent)


def _value(each: EnumValue, digits: int, width: int = 0) -> str:
    return f"{name(each.name).ljust(width)} = {_number(each, digits)}"


def _number(each: EnumValue, digits: int) -> str:
    if each.value is None:
        return "_"
    if each.care is None:
        return number(each.value)
    digits = max(digits, each.care.bit_length(), each.value.bit_length())
    bits = "".join(
        str(each.value >> at & 1) if each.care >> at & 1 else "x" for at in reversed(range(digits))
    )
    return f"0b{bits}" if "x" in bits else f"0bx{bits}"


def _digits(field: BitField) -> int:
    return field.width if field.width <= 16 else 0
