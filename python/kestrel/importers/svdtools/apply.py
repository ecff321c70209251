"""Edits of a device: peripherals, their registers, and files that are included."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from kestrel.importers.svdtools.fields import Fields, property_of
from kestrel.importers.svdtools.nodes import Report, fits, number, pairs, parsed, texts
from kestrel.ir.registers import Block, Device, Dim, Instance, Item, Register, RegMap
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.read import read_source
from kestrel.text.source import Source

MAX_FILES = 1000
IGNORED = ("_svd", "_path")


def apply_yaml(source: Source, device: Device) -> tuple[Device, list[Diagnostic]]:
    """The device with what a file of svdtools says of it.

    Raises:
        InvalidSource: KR0931, it is no such file.
        UnreadableFile: a file that it includes cannot be read.
    """
    made = _Patch(device)
    made.file(source)
    return made.device, made.report.found


class _Patch:
    def __init__(self, device: Device) -> None:
        self.device = device
        self.report = Report()
        self.seen: set[Path] = set()

    def file(self, source: Source) -> None:
        path = Path(source.name).resolve()
        if path in self.seen or len(self.seen) >= MAX_FILES:
            return
        self.seen.add(path)
        self._top(source, parsed(source))

    def _top(self, source: Source, node: Any) -> None:
        for key, at, value in pairs(node):
            if key in IGNORED:
                continue
            if key == "_include":
                self._include(source, at, value)
            elif key == "_modify":
                self._peripherals(source, value)
            elif key == "_delete":
                self._delete(source, at, value)
            elif key == "_rebase":
                continue  # which peripheral is derived from which makes no difference here
            elif key.startswith("_"):
                self.report.at(source, at, "KR0933", key=key)
            else:
                self._maps(source, key, at, value)

    def _include(self, source: Source, at: Any, node: Any) -> None:
        """Files below the folder of the first."""
        folder = Path(source.name).parent
        root = min(self.seen, key=lambda each: len(each.parts)).parent
        for name in texts(node):
            path = folder / name
            if Path(name).is_absolute() or not path.resolve().is_relative_to(root):
                self.report.at(source, at, "KR0012", path=name)
            else:
                self.file(read_source(path))

    # ---------------------------------------------------------------- peripherals

    def _peripherals(self, source: Source, node: Any) -> None:
        for pattern, at, value in pairs(node):
            hits = [each for each in self.device.instances if fits(each.name, pattern)]
            if not hits and not pattern.startswith("?~"):
                self.report.at(source, at, "KR0932", name=pattern)
            made = tuple(
                self._instance(source, each, value) if each in hits else each
                for each in self.device.instances
            )
            self.device = msgspec.structs.replace(self.device, instances=made)

    def _instance(self, source: Source, instance: Instance, node: Any) -> Instance:
        changes: dict[str, Any] = {}
        for key, at, value in pairs(node):
            if key == "baseAddress" and number(value) is not None:
                changes["base"] = number(value)
            elif key in ("name", "description"):
                changes |= property_of(key, value, _NONE) or {}
            else:
                self.report.at(source, at, "KR0933", key=key)
        return msgspec.structs.replace(instance, **changes)

    def _delete(self, source: Source, at: Any, node: Any) -> None:
        for pattern in texts(node):
            kept = tuple(i for i in self.device.instances if not fits(i.name, pattern))
            if len(kept) == len(self.device.instances) and not pattern.startswith("?~"):
                self.report.at(source, at, "KR0932", name=pattern)
            self.device = msgspec.structs.replace(self.device, instances=kept)

    def _maps(self, source: Source, pattern: str, at: Any, node: Any) -> None:
        """Of each peripheral that fits its map, which others may share."""
        named = {each.map for each in self.device.instances if fits(each.name, pattern)}
        named |= {each.name for each in self.device.maps if fits(each.name, pattern)}
        if not named and not pattern.startswith("?~"):
            self.report.at(source, at, "KR0932", name=pattern)
        maps = tuple(
            self._map(source, each, node) if each.name in named else each
            for each in self.device.maps
        )
        self.device = msgspec.structs.replace(self.device, maps=maps)

    def _map(self, source: Source, given: RegMap, node: Any) -> RegMap:
        registers = _Registers(source, self.report, given.items)
        for key, at, value in pairs(node):
            if key == "_include":
                for name in texts(value):
                    inner = read_source(Path(source.name).parent / name)
                    given = self._map(
                        inner, msgspec.structs.replace(given, items=registers.items), parsed(inner)
                    )
                    registers.items = given.items
            else:
                registers.edit(key, at, value)
        return msgspec.structs.replace(given, items=registers.items)


class _Registers:
    """Edits of what is in one map, or in one of its blocks."""

    def __init__(self, source: Source, report: Report, items: tuple[Item, ...]) -> None:
        self.source = source
        self.report = report
        self.items = items

    def edit(self, key: str, at: Any, node: Any) -> None:
        if key == "_modify":
            for pattern, where, value in pairs(node):
                self._change(pattern, where, partial(self._modified, value))
        elif key == "_add":
            for name, where, value in pairs(node):
                self._add(name, where, value)
        elif key == "_delete":
            self._delete(node, at)
        elif key in ("_strip", "_strip_end"):
            self._strip(texts(node), at_end=key == "_strip_end")
        elif key == "_array":
            for pattern, where, value in pairs(node):
                self._array(pattern, where, value)
        elif key.startswith("_"):
            self.report.at(self.source, at, "KR0933", key=key)
        else:
            self._change(key, at, lambda item: self._inside(item, node))

    def _change(self, pattern: str, at: Any, made: Callable[[Item], Item]) -> None:
        hits = [each for each in self.items if fits(each.name, pattern)]
        if not hits and not pattern.startswith("?~"):
            self.report.at(self.source, at, "KR0932", name=pattern)
        self.items = tuple(made(each) if each in hits else each for each in self.items)

    def _inside(self, item: Item, node: Any) -> Item:
        if isinstance(item, Register):
            fields = Fields(self.source, self.report, item)
            fields.edit(node)
            return fields.register
        if isinstance(item, Block):
            inner = _Registers(self.source, self.report, item.items)
            for key, at, value in pairs(node):
                inner.edit(key, at, value)
            return msgspec.structs.replace(item, items=inner.items)
        return item

    def _modified(self, node: Any, item: Item) -> Item:
        changes: dict[str, Any] = {}
        access = item.access if isinstance(item, Register) else _NONE
        for key, at, value in pairs(node):
            found = self._property(key, value, changes.get("access", access))
            if found is None or not set(found) <= set(item.__struct_fields__):
                self.report.at(self.source, at, "KR0933", key=key)
            else:
                changes |= found
        return msgspec.structs.replace(item, **changes)

    def _property(self, key: str, node: Any, access: Any) -> dict[str, Any] | None:
        value = number(node)
        names = {
            "addressOffset": "offset",
            "size": "width",
            "resetValue": "reset",
            "resetMask": "known",
        }
        if key in names and value is not None and value >= 0:
            return {names[key]: value}
        if key in ("alternateRegister", "alternateGroup"):
            return {"alternate": str(node.value)}
        return property_of(key, node, access)

    def _add(self, name: str, at: Any, node: Any) -> None:
        if any(each.name == name for each in self.items):
            self.report.at(self.source, at, "KR0934", name=name)
            return
        bare: Register = Register(name=name, offset=0, width=32)
        plain = [(key, k, v) for key, k, v in pairs(node) if key != "fields"]
        for key, where, value in plain:
            found = self._property(key, value, bare.access)
            if found is None or not set(found) <= set(bare.__struct_fields__):
                self.report.at(self.source, where, "KR0933", key=key)
            else:
                bare = msgspec.structs.replace(bare, **found)
        fields = Fields(self.source, self.report, bare)
        for key, _, value in pairs(node):
            if key == "fields":
                for field, where, given in pairs(value):
                    fields.add(field, where, given)
        self.items = (*self.items, fields.register)

    def _delete(self, node: Any, at: Any) -> None:
        patterns = texts(node) or [
            p for key, _, v in pairs(node) if key == "_registers" for p in texts(v)
        ]
        for pattern in patterns:
            kept = tuple(each for each in self.items if not fits(each.name, pattern))
            if len(kept) == len(self.items) and not pattern.startswith("?~"):
                self.report.at(self.source, at, "KR0932", name=pattern)
            self.items = kept

    def _strip(self, words: list[str], *, at_end: bool) -> None:
        def bare(name: str) -> str:
            for word in words:
                name = name.removesuffix(word) if at_end else name.removeprefix(word)
            return name

        self.items = tuple(
            msgspec.structs.replace(each, name=bare(each.name) or each.name) for each in self.items
        )

    def _array(self, pattern: str, at: Any, node: Any) -> None:
        """Registers that are alike and equally far apart, as one array."""
        hits = [e for e in self.items if isinstance(e, Register) and fits(e.name, pattern)]
        hits.sort(key=lambda each: each.offset)
        steps = {two.offset - one.offset for one, two in pairwise(hits)}
        if len(hits) < 2 or len(steps) != 1 or len({each.width for each in hits}) != 1:
            self.report.at(self.source, at, "KR0935", name=pattern)
            return
        given = {key: value.value for key, _, value in pairs(node)}
        name = str(given.get("name") or pattern.replace("*", "").replace("?", ""))
        name = name.replace("%s", "")
        array = msgspec.structs.replace(hits[0], name=name, dim=Dim(len(hits), steps.pop()))
        self.items = tuple(
            array if each is hits[0] else each for each in self.items if each not in hits[1:]
        )


_NONE: Any = Register(name="", offset=0, width=1).access
