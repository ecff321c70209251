"""Interrupts, what lets them through, and how they go."""

from __future__ import annotations

from collections.abc import Iterator

from kestrel.check.registers.view import Found, MapView, Placed
from kestrel.ir.registers import BitField

Shown = dict[str, tuple[Placed, BitField]]


def interrupts(view: MapView) -> Iterator[Found]:
    shown: Shown = {
        field.irq.name: (placed, field)
        for placed in view.registers
        for field in placed.of.fields
        if field.irq is not None
    }
    switched: set[str] = set()
    for placed in view.registers:
        for field in placed.of.fields:
            for kind in ("enables", "masks", "tests"):
                name = getattr(field, kind)
                if name:
                    switched |= {name} if kind != "tests" else set()
                    yield from _switch(placed, field, kind, name, shown)
    for name, (placed, field) in shown.items():
        if name not in switched:
            yield placed.field("KR0382", field, irq=name)
        if _stays(field):
            yield placed.field("KR0385", field, irq=name)


def _switch(placed: Placed, field: BitField, kind: str, name: str, shown: Shown) -> Iterator[Found]:
    if name not in shown:
        yield placed.field("KR0381", field, kind=kind, irq=name)
        return
    width = shown[name][1].width
    if width != field.width:
        yield placed.field("KR0383", field, irq=name, width=field.width, other=width)


def _stays(field: BitField) -> bool:
    """A flag that stays until software clears it, which nothing does."""
    assert field.irq is not None
    sticky = "sticky" in field.irq.kinds
    clears = field.access.writable or field.access.onread is not None or bool(field.cleared)
    return sticky and not clears
