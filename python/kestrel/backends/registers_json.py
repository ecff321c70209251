"""A register map for programs: all registers with absolute addresses, arrays unrolled."""

from __future__ import annotations

import json
from typing import Any

from kestrel.ir.flat import FlatField, FlatRegister, flatten
from kestrel.ir.registers import Device


def registers_json(device: Device) -> str:
    """`{"device": …, "registers": [{"path", "address", "width", "reset", "fields"}]}`, one
    register a line. A field's `reset` is null where it is not known."""
    rows = ",\n".join(json.dumps(_register(each), ensure_ascii=False) for each in flatten(device))
    name = json.dumps(device.name, ensure_ascii=False)
    return f'{{"device": {name}, "registers": [\n{rows}\n]}}\n'


def _register(register: FlatRegister) -> dict[str, Any]:
    return {
        "path": register.path,
        "address": register.address,
        "width": register.of.width,
        "reset": register.of.reset,
        "fields": [_field(each) for each in register.fields],
    }


def _field(field: FlatField) -> dict[str, Any]:
    access = field.of.access
    return {
        "name": field.name,
        "lsb": field.lsb,
        "width": field.of.width,
        "sw": access.sw,
        "onread": access.onread,
        "onwrite": access.onwrite,
        "reset": field.reset,
    }
