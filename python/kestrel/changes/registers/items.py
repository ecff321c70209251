"""Changes of what is in a map: registers, blocks, memories, bitmaps, and the map itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from kestrel.changes.registers import shown
from kestrel.changes.registers.access import access_rules
from kestrel.changes.registers.arrays import Unrolled, unrolled_arrays
from kestrel.changes.registers.findings import Change, Kept
from kestrel.changes.registers.pairing import Pairing, pair
from kestrel.changes.registers.registers import RegisterPair, register_changes, register_pair
from kestrel.ir.flat import fields, unrolled
from kestrel.ir.registers import Bitmap, Block, Item, Memory, Register, RegMap

Inner = tuple[str, tuple[str, str]]
Found = tuple[list[Change], list[Kept], list[Inner]]


def compare_items(old: RegMap, new: RegMap) -> Found:
    """The changes of one map, the things that are in both, and where there are other maps in it."""
    made = _Maker(old, new)
    made.items(old.items, new.items, "", "")
    made.registers()
    return [*made.changes, *_of_map(old, new)], made.kept, made.inner


class _Maker:
    def __init__(self, old: RegMap, new: RegMap) -> None:
        self.old = old
        self.new = new
        self.changes: list[Change] = []
        self.kept: list[Kept] = []
        self.inner: list[Inner] = []
        self.pairs: list[RegisterPair] = []

    def items(self, old: Iterable[Item], new: Iterable[Item], was: str, now: str) -> None:
        """`was` and `now` are what paths in these begin with."""
        ones, twos = list(_single(old)), list(_single(new))
        made = pair(ones, twos, _place, _alike)
        arrays = list(unrolled_arrays(made.removed, made.added, _offset, _same_kind))
        for one, two, relation in made.pairs:
            path = now + two.name
            if relation == "renamed" or (relation == "swapped" and one.name < two.name):
                rule = "R01" if relation == "renamed" else "R03"
                self.changes.append(Change(rule, path, one.name, two.name))
            if one.offset != two.offset:
                self.changes.append(Change("R25", path, hex(one.offset), hex(two.offset)))
            self._dim(one, two, path)
            self._contents(one, two, was + one.name, path)
        self._arrays(arrays, was, now)
        self._others(made, arrays, now)

    def _arrays(self, arrays: list[Unrolled[Item]], was: str, now: str) -> None:
        for each in arrays:
            names = ", ".join(item.name for item in each.items)
            whole = (
                f"{each.array.name}{shown.dim(each.array.dim) or ''}"
                if not isinstance(each.array, Memory | Bitmap)
                else each.array.name
            )
            first = each.items[0]
            if each.was_array:
                self.changes.append(Change("R05", now + first.name, whole, names))
                self._contents(each.array, first, was + each.array.name, now + first.name)
            else:
                self.changes.append(Change("R06", now + each.array.name, names, whole))
                self._contents(first, each.array, was + first.name, now + each.array.name)

    def _others(self, made: Pairing[Item], arrays: list[Unrolled[Item]], now: str) -> None:
        done = {id(x) for each in arrays for x in (each.array, *each.items)}
        for one in made.removed:
            if id(one) not in done:
                self.changes.append(Change("R24", now + one.name, hex(one.offset)))
        for two in made.added:
            if id(two) in done:
                continue
            self.changes.append(Change("R23", now + two.name, None, hex(two.offset)))
            if two.name in self.old.retired:
                self.changes.append(Change("R11", now + two.name, None, two.name))
        for two in made.reused:
            self.changes.append(Change("R04", now + two.name, two.name, two.name))

    def _dim(self, one: Item, two: Item, path: str) -> None:
        if isinstance(one, Memory | Bitmap) or isinstance(two, Memory | Bitmap):
            return
        if one.dim is None or two.dim is None:
            if one.dim != two.dim:
                rule = "R05" if two.dim is None else "R06"
                self.changes.append(Change(rule, path, shown.dim(one.dim), shown.dim(two.dim)))
            return
        if one.dim.count != two.dim.count:
            rule = "R31" if two.dim.count > one.dim.count else "R32"
            self.changes.append(Change(rule, path, shown.dim(one.dim), shown.dim(two.dim)))
        if one.dim.step != two.dim.step:
            self.changes.append(Change("R33", path, hex(one.dim.step), hex(two.dim.step)))

    def _contents(self, one: Item, two: Item, was: str, path: str) -> None:
        if one.when != two.when:
            self.changes.append(Change("R108", path, _when(one), _when(two)))
        if isinstance(one, Register) and isinstance(two, Register):
            self._keep(was, path)
            self.pairs.append(register_pair(one, two, was, path))
            return
        if one.doc != two.doc:
            self.changes.append(Change("R120", path))
        if isinstance(one, Block) and isinstance(two, Block):
            if one.map and two.map:
                self.inner.append((path, (one.map, two.map)))
            elif not one.map and not two.map:
                self.items(one.items, two.items, f"{was}.", f"{path}.")
            else:
                self.changes.append(Change("R24", path, one.map or one.name, two.map or two.name))
        elif isinstance(one, Memory | Bitmap) and isinstance(two, Memory | Bitmap):
            self.changes += _of_store(one, two, path)

    def _keep(self, was: str, now: str) -> None:
        self.kept.append(Kept(f"{self.old.name}.{was}", f"{self.new.name}.{now}"))

    def registers(self) -> None:
        """After all of them are known: an interrupt may have another name in a register before."""
        irqs = dict(each for found in self.pairs for each in found.renamed_irqs())
        resets = dict(_resets(self.new.items, ""))
        for found in self.pairs:
            for was, now in found.kept():
                self._keep(was, now)
            self.changes += register_changes(found, self.old, self.new, irqs, resets)


def _single(items: Iterable[Item]) -> Iterator[Item]:
    """An array as one; what has names of its own, one by one."""
    for item in items:
        if isinstance(item, Memory | Bitmap) or item.dim is None or item.dim.array:
            yield item
            continue
        for name, offset in unrolled(item.name, item.dim):
            yield msgspec.structs.replace(item, name=name, offset=item.offset + offset, dim=None)


def _offset(item: Item) -> int:
    return item.offset


class Place(NamedTuple):
    kind: str
    offset: int


def _place(item: Item) -> Place:
    return Place(type(item).__name__, item.offset)


def _same_kind(one: Item, two: Item) -> bool:
    return _alike(
        msgspec.structs.replace(one, dim=None) if isinstance(one, Register | Block) else one,
        msgspec.structs.replace(two, dim=None) if isinstance(two, Register | Block) else two,
    )


def _alike(one: Item, two: Item) -> bool:
    """Could two things at one place be the same, by another name?"""
    if type(one) is not type(two) or _is_array(one) != _is_array(two):
        return False
    if isinstance(one, Register) and isinstance(two, Register):
        return one.width == two.width and _overlap(one, two)
    if isinstance(one, Memory | Bitmap) and isinstance(two, Memory | Bitmap):
        return one.width == two.width
    return True


def _is_array(item: Item) -> bool:
    return isinstance(item, Register | Block) and item.dim is not None


def _overlap(one: Register, two: Register) -> bool:
    """At least half of the fields have the same bits."""
    was = {(each.lsb, each.of.width) for each in fields(one)}
    now = {(each.lsb, each.of.width) for each in fields(two)}
    return not was or not now or 2 * len(was & now) >= max(len(was), len(now))


def _when(item: Item) -> str | None:
    return ", ".join(str(shown.condition(each)) for each in item.when) or None


def _of_store(old: Memory | Bitmap, new: Memory | Bitmap, path: str) -> Iterator[Change]:
    if old.width != new.width:
        yield Change("R40", path, str(old.width), str(new.width))
    if old.count != new.count:
        rule = "R38" if new.count > old.count else "R39"
        yield Change(rule, path, str(old.count), str(new.count))
    for rule in access_rules(old.access, new.access):
        yield Change(rule, path, shown.access(old.access), shown.access(new.access))


def _resets(items: Iterable[Item], path: str) -> Iterator[tuple[str, int | None]]:
    """By register, and by register and field; of arrays the first item."""
    for item in items:
        if isinstance(item, Block):
            yield from _resets(item.items, f"{path}{item.name}.")
        elif isinstance(item, Register):
            whole = (1 << item.width) - 1
            taken = 0
            for each in fields(item):
                taken |= each.of.mask
                yield f"{path}{item.name}.{each.name}", each.reset
            known = item.known & (taken or whole) == (taken or whole)
            yield f"{path}{item.name}", item.reset if known else None


def _of_map(old: RegMap, new: RegMap) -> Iterator[Change]:
    if old.name != new.name:
        yield Change("R12", "", old.name, new.name)
    if old.bus.endian != new.bus.endian:
        yield Change("R37", "", old.bus.endian, new.bus.endian)
    if old.reserved != new.reserved:
        yield Change("R76", "", f"reserved {old.reserved}", f"reserved {new.reserved}")
    was, now = dict(old.aliases), dict(new.aliases)
    for kind in {**was, **now}:
        if was.get(kind) == now.get(kind):
            continue
        rule = "R110" if kind not in was else "R111"
        yield Change(rule, "", _alias(kind, was), _alias(kind, now))
    if old.unlocks != new.unlocks:
        yield Change("R84", "", _unlocks(old), _unlocks(new))
    yield from _sequences(old, new)
    if old.doc != new.doc:
        yield Change("R120", "")


def _alias(kind: str, places: dict[str, int]) -> str | None:
    return f"{kind} +0x{places[kind]:X}" if kind in places else None


def _unlocks(regmap: RegMap) -> str | None:
    made = (
        f"{each.name}: {', '.join(map(hex, each.keys))} to {each.place}" for each in regmap.unlocks
    )
    return "; ".join(made) or None


def _sequences(old: RegMap, new: RegMap) -> Iterator[Change]:
    was = {each.name: each.steps for each in old.sequences}
    now = {each.name: each.steps for each in new.sequences}
    for name in {**was, **now}:
        if name not in now:
            yield Change("R113", "", name)
        elif name not in was:
            yield Change("R112", "", None, name)
        elif was[name] != now[name]:
            yield Change("R114", "", name, name)
