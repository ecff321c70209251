"""Changes of the names that values have."""

from __future__ import annotations

from collections.abc import Iterator

from kestrel.ir.registers import BitField

Values = dict[str, int | None]


def enum_changes(old: BitField, new: BitField) -> Iterator[tuple[str, str | None, str | None]]:
    was, now = _values(old), _values(new)
    if not was:
        return  # names for what had none: nothing old used them
    names = {value: name for name, value in reversed(now.items())}
    renamed: set[str] = set()
    for name, value in was.items():
        if name in now:
            if now[name] != value:
                yield "R09", _said(name, value), _said(name, now[name])
        elif value in names and names[value] not in was:
            renamed.add(names[value])
            yield "R07", name, names[value]
        else:
            yield "R08", _said(name, value), None
    for name, value in now.items():
        if name not in was and name not in renamed:
            yield ("R71" if _set_by_hardware(new) else "R72"), None, _said(name, value)


def _values(field: BitField) -> Values:
    """Those with one value, of all enums of the field."""
    return {
        each.name: each.value
        for enum in field.enums
        for each in enum.values
        if each.value is not None and each.care is None
    }


def _set_by_hardware(field: BitField) -> bool:
    hw = dict(field.properties).get("hw")
    return not field.access.writable or hw in ("w", "rw")


def _said(name: str, value: int | None) -> str:
    return f"{name} = {value}"
