"""Where peripherals are, and the numbers of their interrupts."""

from __future__ import annotations

from collections.abc import Iterator

from kestrel.check.registers.view import Found, MapView
from kestrel.ir.flat import unrolled
from kestrel.ir.registers import Device, Instance


def peripherals(device: Device) -> Iterator[Found]:
    views = {each.name: MapView(device, each) for each in device.maps}
    spans = []
    for each in device.instances:
        view = views[each.map]
        size = max((view.end(item) for item in view.map.items), default=0)
        yield from _beyond(device, each, size)
        yield from _outside_blocks(each, view)
        for _, offset in unrolled(each.name, each.dim):
            spans.append((each.base + offset, each.base + offset + size, each))
    yield from _overlaps(spans)
    yield from _numbers(device)


def _beyond(device: Device, each: Instance, size: int) -> Iterator[Found]:
    bits = 64 if device.width > 32 else 32
    last = each.base + (0 if each.dim is None else (each.dim.count - 1) * each.dim.step)
    if last + size > 1 << bits:
        yield Found("KR0111", each.at, each.name, {"name": each.name, "bits": bits})


def _outside_blocks(each: Instance, view: MapView) -> Iterator[Found]:
    """Of what a vendor says that a peripheral takes up."""
    if not each.spans:
        return
    limit = max(span.offset + span.size for span in each.spans)
    for item in view.map.items:
        end = view.end(item)
        if end > limit:
            values = {"name": item.name, "owner": each.name, "end": end, "limit": limit}
            yield Found("KR0106", item.at, f"{view.map.name}.{item.name}", values)


def _overlaps(spans: list[tuple[int, int, Instance]]) -> Iterator[Found]:
    said: set[str] = set()
    furthest: tuple[int, int, Instance] | None = None
    for span in sorted(spans, key=lambda each: each[:2]):
        each = span[2]
        if furthest is not None and span[0] < furthest[1] and each is not furthest[2]:
            other = furthest[2]
            if each.name not in said and not each.alternate and not other.alternate:
                said.add(each.name)
                values = {"name": each.name, "other": other.name}
                yield Found("KR0107", each.at, each.name, values)
        if furthest is None or span[1] > furthest[1]:
            furthest = span


def _numbers(device: Device) -> Iterator[Found]:
    """One number for two interrupts is a mistake; the same interrupt of several is not."""
    names: dict[int, str] = {}
    for each in device.instances:
        for irq in each.interrupts:
            other = names.setdefault(irq.number, irq.name)
            if other != irq.name:
                values = {"name": irq.name, "other": other, "number": irq.number}
                yield Found("KR0384", irq.at or each.at, each.name, values)
