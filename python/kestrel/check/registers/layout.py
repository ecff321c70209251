"""Where registers and fields are: outside of what they stand in, or in each other's place."""

from __future__ import annotations

from collections.abc import Iterator

from kestrel.check.registers.view import Found, MapView, Placed
from kestrel.ir.flat import FlatField, unrolled
from kestrel.ir.registers import Bitmap, Block, Item, Memory, Register

MAX_UNROLLED = 4096
"""Items of arrays on one level that are looked at one by one."""


def layout(view: MapView) -> Iterator[Found]:
    for placed in view.registers:
        yield from _outside(placed, view)
        yield from _overlaps(placed, view)
        yield from _accesses(placed)
    for path, items in view.levels:
        yield from _shared_addresses(path, items, view)
        for item in items:
            yield from _item(path, item, view)
    if not view.map.items and not view.device.name:
        yield Found("KR0112", view.map.at, view.map.name, {"what": "map", "name": view.map.name})


def _outside(placed: Placed, view: MapView) -> Iterator[Found]:
    width = placed.of.width
    for field in view.flat(placed):
        msb = field.lsb + field.of.width - 1
        if msb >= width:
            yield placed.field("KR0101", field, msb=msb, lsb=field.lsb, width=width)


def _overlaps(placed: Placed, view: MapView) -> Iterator[Found]:
    """Each field against the one below it that reaches highest. What is only read may share its
    bits with what is only written, and what is in one bank with what is in another."""
    said: set[str] = set()
    for way in ("readable", "writable"):
        highest: FlatField | None = None
        for field in (f for f in view.flat(placed) if getattr(f.of.access, way)):
            if highest is not None and _collide(field, highest) and field.name not in said:
                said.add(field.name)
                yield _overlap(placed, field, highest)
            if highest is None or _msb(field) > _msb(highest):
                highest = field


def _collide(field: FlatField, below: FlatField) -> bool:
    return field.lsb <= _msb(below) and field.of.when == below.of.when


def _overlap(placed: Placed, field: FlatField, other: FlatField) -> Found:
    msb = min(_msb(field), _msb(other))
    return placed.field("KR0102", field, msb=msb, lsb=field.lsb, other=other.name)


def _msb(field: FlatField) -> int:
    return field.lsb + field.of.width - 1


def _accesses(placed: Placed) -> Iterator[Found]:
    widest = max(placed.of.accesses, default=0)
    if widest > placed.of.width:
        yield placed.found("KR0109", access=widest, width=placed.of.width)


def _item(path: str, item: Item, view: MapView) -> Iterator[Found]:
    here = f"{path}.{item.name}"
    size = view.extent(item)
    if isinstance(item, Register):
        word = min(item.accesses or (item.width,)) // 8
        if word in (2, 4, 8) and item.offset % word:
            values = {"name": item.name, "offset": item.offset, "bytes": word}
            yield Found("KR0108", item.at, here, values)
    if isinstance(item, Block) and not size and not item.map:
        yield Found("KR0112", item.at, here, {"what": "block", "name": item.name})
    dim = None if isinstance(item, Memory | Bitmap) else item.dim
    if dim is not None and dim.count > 1 and dim.step < size:
        yield Found("KR0110", item.at, here, {"name": item.name, "step": dim.step, "size": size})


Span = tuple[int, int, Item]


def _shared_addresses(path: str, items: tuple[Item, ...], view: MapView) -> Iterator[Found]:
    """Each thing against the one before it that reaches furthest, of those that are not there for
    another on purpose."""
    spans: list[Span] = []
    for item in items:
        dim = None if isinstance(item, Memory | Bitmap) else item.dim
        if dim is not None and dim.count <= MAX_UNROLLED and dim.step >= view.extent(item):
            spans += (
                (item.offset + at, item.offset + at + view.extent(item), item)
                for _, at in unrolled(item.name, dim)
            )
        else:
            spans.append((item.offset, view.end(item), item))
    said: set[tuple[str, str]] = set()
    furthest: Span | None = None
    for span in sorted(spans, key=lambda each: each[:2]):
        if furthest is not None and span[0] < furthest[1] and span[2] is not furthest[2]:
            names = (span[2].name, furthest[2].name)
            if names not in said and not _on_purpose(span[2], furthest[2]):
                said.add(names)
                values = {"name": names[0], "other": names[1], "offset": span[0]}
                yield Found("KR0105", span[2].at, f"{path}.{names[0]}", values)
        if furthest is None or span[1] > furthest[1]:
            furthest = span


def _on_purpose(one: Item, two: Item) -> bool:
    """Said to be an alternative, in another bank, or one of them read and the other written."""
    if one.when != two.when or _alternate(one) or _alternate(two):
        return True
    if not isinstance(one, Register) or not isinstance(two, Register):
        return False
    ways = ("readable", "writable")
    return not any(_ways(one, way) and _ways(two, way) for way in ways)


def _alternate(item: Item) -> str:
    return item.alternate if isinstance(item, Register | Block) else ""


def _ways(register: Register, way: str) -> bool:
    kinds = [each.access for each in register.fields] or [register.access]
    return any(getattr(kind, way) for kind in kinds)
