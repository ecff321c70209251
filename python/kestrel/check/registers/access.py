"""Access that contradicts itself, and what a read-modify-write of a register does by mistake."""

from __future__ import annotations

from collections.abc import Iterator

from kestrel.check.registers.view import Found, MapView, Placed
from kestrel.ir.flat import FlatField
from kestrel.ir.registers import BitField


def access(view: MapView) -> Iterator[Found]:
    for placed in view.registers:
        flat = view.flat(placed)
        for field in flat:
            yield from _of_field(placed, field)
        yield from _hazards(placed, [each.of for each in flat])


def _of_field(placed: Placed, field: FlatField) -> Iterator[Found]:
    declared, kind = field.of, field.of.access
    if kind.onread is not None and not kind.readable:
        yield placed.field("KR0361", field)
    if kind.onwrite is not None and not kind.writable:
        yield placed.field("KR0362", field)
    if declared.singlepulse and declared.width > 1:
        yield placed.field("KR0364", field, width=declared.width)
    word = max(placed.of.accesses, default=placed.of.width)
    has_effect = kind.onread is not None or kind.onwrite is not None
    if has_effect and field.lsb // word != (field.lsb + declared.width - 1) // word:
        yield placed.field("KR0363", field, word=word)


def _hazards(placed: Placed, fields: list[BitField]) -> Iterator[Found]:
    """Beside a stored field, which is changed by reading the register and writing it back."""
    stored = [f for f in fields if f.access.sw == "rw" and f.access.onwrite is None]
    if not stored:
        return
    said: set[str] = set()
    for field in fields:
        code, what = _hazard(field)
        other = next((each for each in stored if each is not field), None)
        if code and code not in said and other is not None:
            said.add(code)
            yield placed.field(code, field, what=what, other=other.name)


def _hazard(field: BitField) -> tuple[str, str]:
    kind = field.access
    if field.neutral is not None:
        return "", ""
    if kind.onread is not None or field.on_read:
        return "KR0371", "changes when it is read"
    if kind.sw in ("rw1", "w1"):
        return "KR0371", "can be written once"
    if kind.sw == "w" and kind.onwrite is None and not field.singlepulse:
        return "KR0371", "can only be written"
    if kind.onwrite in ("wzc", "wzs", "wzt"):
        return "KR0372", "is changed by a 0"
    if kind.onwrite in ("woclr", "wot"):
        return "KR0373", "is changed by a 1"
    return "", ""
