"""Two devices to findings: each change of a shared definition once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import msgspec

from kestrel.changes.registers.findings import Change, Comparison, Finding, Kept, finding
from kestrel.changes.registers.items import compare_items
from kestrel.changes.registers.pairing import pair
from kestrel.ir.flat import instances
from kestrel.ir.registers import Device, Instance, RegMap

MAX_PATHS = 1000
"""Instances that a finding lists."""
MapPair = tuple[str, str]


class MapChanges(msgspec.Struct, frozen=True):
    """Of a pair of maps. `inner`: where in them there are other pairs."""

    changes: tuple[Change, ...]
    kept: tuple[Kept, ...]
    inner: tuple[tuple[str, MapPair], ...]


def compare_maps(old: Device, new: Device, same_hardware: bool = False) -> Comparison:
    """What changed, and what that means. `same_hardware`: both describe the same silicon, so that
    neither layout nor behaviour changed."""
    made = pair(instances(old), instances(new), _base, lambda one, two: True)
    changes = _Changes(old, new)
    paths: dict[MapPair, list[str]] = {}
    found: list[Finding] = []
    for one, two, relation in made.pairs:
        said = list(_of_instance(one, two, relation))
        found += (finding(each, (two.name,), same_hardware) for each in said)
        for inner, path in changes.spread((one.map, two.map), two.name):
            paths.setdefault(inner, []).append(path)
    for rule, things in (("R21", made.removed), ("R20", made.added), ("R04", made.reused)):
        for each in things:
            said_of_it = hex(each.base)
            change = Change(
                rule, "", *((said_of_it, None) if rule == "R21" else (None, said_of_it))
            )
            found.append(finding(change, (each.name,), same_hardware))
    for between, where in paths.items():
        found += (finding(each, where, same_hardware) for each in changes.of(between).changes)
    kept = (each for between in paths for each in changes.of(between).kept)
    return Comparison(_merged(found), tuple(dict.fromkeys(kept)))


class _Changes:
    """Of pairs of maps, each looked at once."""

    def __init__(self, old: Device, new: Device) -> None:
        self.old = {each.name: each for each in old.maps}
        self.new = {each.name: each for each in new.maps}
        self.found: dict[MapPair, MapChanges] = {}

    def of(self, between: MapPair) -> MapChanges:
        if between not in self.found:
            one, two = self._maps(between)
            changes, kept, inner = compare_items(one, two)
            self.found[between] = MapChanges(tuple(changes), tuple(kept), tuple(inner))
        return self.found[between]

    def _maps(self, between: MapPair) -> tuple[RegMap, RegMap]:
        return self.old[between[0]], self.new[between[1]]

    def spread(self, between: MapPair, path: str) -> Iterator[tuple[MapPair, str]]:
        """The pair and those in it, with their paths."""
        yield from islice(self._spread(between, path), MAX_PATHS)

    def _spread(self, between: MapPair, path: str) -> Iterator[tuple[MapPair, str]]:
        yield between, path
        for below, inner in self.of(between).inner:
            yield from self._spread(inner, f"{path}.{below}")


def _base(instance: Instance) -> int:
    return instance.base


def _of_instance(old: Instance, new: Instance, relation: str) -> Iterator[Change]:
    if relation in ("renamed", "swapped"):
        yield Change("R10" if relation == "renamed" else "R03", "", old.name, new.name)
    if old.base != new.base:
        yield Change("R22", "", hex(old.base), hex(new.base))
    was = {each.name: each.number for each in old.interrupts}
    now = {each.name: each.number for each in new.interrupts}
    for name in {**was, **now}:
        if name not in now:
            yield Change("R97", "", f"{name} = {was[name]}")
        elif name not in was:
            yield Change("R96", "", None, f"{name} = {now[name]}")
        elif was[name] != now[name]:
            yield Change("R95", "", f"{name} = {was[name]}", f"{name} = {now[name]}")


def _merged(found: list[Finding]) -> tuple[Finding, ...]:
    """The same change at the same place of several maps is one, with the instances of all."""
    groups: dict[object, Finding] = {}
    for each in found:
        _, _, rest = each.path.partition(".")
        key = (each.rule, rest or each.path, each.old, each.new)
        other = groups.get(key)
        if other is not None:
            each = msgspec.structs.replace(other, instances=other.instances + each.instances)
        groups[key] = each
    return tuple(groups.values())
