"""Decoded values as people read them, and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from kestrel.backends.kreg.words import condition
from kestrel.cli.columns import GAP, aligned, width
from kestrel.ir.decode import Decoded, FieldValue
from kestrel.text.display import harmless
from kestrel.text.render import Pen

HEAD = ("bits", "field", "value", "", "reset", "description")
MARGIN = "  "
MOST_BITS = 8
LEAST = 24
"""Cells that a description has at least, before what is beside it is clipped."""


def decoded_to_dict(each: Decoded) -> dict[str, Any]:
    return {
        "path": each.path,
        "address": each.address,
        "width": each.width,
        "value": each.value,
        "doc": each.doc,
        "reserved": each.reserved,
        "fields": [_field_to_dict(field) for field in each.fields],
    }


def _field_to_dict(field: FieldValue) -> dict[str, Any]:
    return {
        "name": field.field,
        "lsb": field.lsb,
        "width": field.msb - field.lsb + 1,
        "value": field.value,
        "enum": field.name or None,
        "doc": field.doc,
        "reset": field.was,
        "changed": field.changed,
        "when": [condition(each) for each in field.when],
        "outside": field.outside,
    }


def decoded_to_text(found: Iterable[Decoded], pen: Pen) -> str:
    return "\n".join(_text(each, pen) for each in found)


def _text(each: Decoded, pen: Pen) -> str:
    digits = -(-each.width // 4)
    place = f"at 0x{each.address:08X} = 0x{each.value:0{digits}X}"
    head = f"{pen('bold', harmless(each.path))} {place}\n"
    cells = [_cells(field) for field in each.fields]
    room = _room(cells, pen)
    rows = [row for given in cells for row in _wrapped(given, room)]
    table = aligned(HEAD, rows, pen, MARGIN) if rows else ""
    return head + table + _reserved(each)


def _room(cells: list[tuple[str, ...]], pen: Pen) -> int:
    """For the last column, beside the widest of the others."""
    columns = list(zip(HEAD, *cells, strict=True))[:-1]
    taken = sum(max(map(width, column)) + GAP for column in columns)
    return max(LEAST, pen.width - len(MARGIN) - taken)


def _wrapped(cells: tuple[str, ...], room: int) -> Iterator[tuple[str, ...]]:
    first, *more = textwrap.wrap(cells[-1], room) or [""]
    yield (*cells[:-1], first)
    yield from (("",) * (len(HEAD) - 1) + (line,) for line in more)


def _cells(field: FieldValue) -> tuple[str, ...]:
    said = [" ".join(field.doc.split())] if field.doc else []
    said += [f"when {condition(each)}" for each in field.when]
    said += ["no value that it may have"] if field.outside else []
    return (
        f"{field.msb}:{field.lsb}" if field.msb > field.lsb else str(field.lsb),
        harmless(field.field),
        f"0x{field.value:X} ({field.value})" if field.value > 9 else str(field.value),
        harmless(field.name),
        _reset(field),
        harmless("; ".join(said)),
    )


def _reset(field: FieldValue) -> str:
    if field.was is None:
        return "?"
    return f"≠ {field.was:#x}" if field.changed else "="


def _reserved(each: Decoded) -> str:
    if not each.reserved:
        return ""
    bits = [bit for bit in reversed(range(each.reserved.bit_length())) if each.reserved >> bit & 1]
    shown = ", ".join(map(str, bits[:MOST_BITS])) + (", …" if len(bits) > MOST_BITS else "")
    which = f"bit {shown}" if len(bits) == 1 else f"bits {shown}"
    return f"{MARGIN}bits of no field: 0x{each.reserved:X} ({which})\n"
