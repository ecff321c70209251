"""What is too large to be unrolled."""

from __future__ import annotations

from kestrel.ir.flat import MAX_REGISTERS, size
from kestrel.ir.registers import Device
from kestrel.text.diagnostic import Diagnostic


def check_size(device: Device, file: str) -> list[Diagnostic]:
    """KR0008."""
    count = size(device)
    if count <= MAX_REGISTERS:
        return []
    return [Diagnostic.make("KR0008", file=file, count=count, limit=MAX_REGISTERS)]
