"""Changes of when a field may be written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kestrel.changes.registers import shown
from kestrel.ir.registers import BitField, Condition

Resets = Mapping[str, int | None]
"""What fields of a map are after a reset, by their paths in it."""
PROPERTIES = ("swwe", "swwel")
"""Locks that are signals of hardware: nobody knows whether they are open."""


def lock_changes(
    old: BitField, new: BitField, resets: Resets
) -> Iterator[tuple[str, str | None, str | None]]:
    was, now = _locks(old), _locks(new)
    if was == now:
        return
    said = ", ".join(was) or None, ", ".join(now) or None
    if not now:
        yield "R82", *said
    elif was:
        yield "R83", *said
    else:
        yield ("R80" if _closed(new, resets) else "R81"), *said


def _locks(field: BitField) -> list[str]:
    made = [
        f"{word} {shown.condition(each)}" for word, each in _conditions(field) if each is not None
    ]
    properties = dict(field.properties)
    return made + [name for name in PROPERTIES if name in properties]


def _conditions(field: BitField) -> tuple[tuple[str, Condition | None], ...]:
    return (
        ("locked by", field.locked),
        ("locked unless", field.unlocked),
        ("writable when", field.writable),
    )


def _closed(field: BitField, resets: Resets) -> bool:
    """After a reset; what is not known counts as closed."""
    if any(name in dict(field.properties) for name in PROPERTIES):
        return True
    for word, each in _conditions(field):
        if each is None:
            continue
        value = resets.get(each.place)
        holds = None if value is None else (value == each.value) == (each.op == "==")
        if holds is None or holds == (word == "locked by"):
            return True
    return False
