"""What a register map means: all but the places in files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from kestrel import compiler
from kestrel.backends.kreg import write_kreg
from kestrel.ir.registers import Device

EMPTY: dict[str, Any] = {"at": None, "sources": ()}


def meaning(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        fields = {name: meaning(getattr(value, name)) for name in value.__struct_fields__}
        return type(value)(**fields | {name: EMPTY[name] for name in fields if name in EMPTY})
    return tuple(map(meaning, value)) if isinstance(value, tuple) else value


def read(folder: Path, text: str, suffix: str = "kreg") -> Device:
    file = folder / f"map.{suffix}"
    file.write_text(text, "utf-8")
    return compiler.load_registers(file)[0]


def assert_written(device: Device, folder: Path) -> str:
    """The text of a device, which reads back as the same."""
    text = write_kreg(device)
    assert meaning(read(folder, text)) == meaning(device)
    assert write_kreg(read(folder, text)) == text
    assert max(map(len, text.split("\n"))) <= 100 or '"' in text
    return text
