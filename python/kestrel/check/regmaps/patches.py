"""Patches: what is said of maps beside their file, because the file is somebody else's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any, TypeVar

import msgspec

from kestrel.check.regmaps.access import traits
from kestrel.check.regmaps.fields import details
from kestrel.check.regmaps.scope import Scope
from kestrel.ir.registers import BitField, Block, Device, Item, Register, RegMap
from kestrel.ir.resets import with_field
from kestrel.syntax import regmap
from kestrel.syntax.ast import Attrs, Name, Node

Glob = tuple[str, ...]
Path = tuple[Glob, ...]
T = TypeVar("T", bound=Item | BitField)
M = TypeVar("M", bound=RegMap | Item | BitField)


def patched(scope: Scope, patch: regmap.Patch, device: Device) -> Device:
    """The device with each edit made wherever its names fit; one that fits nowhere is reported."""
    for edit in patch.edits:
        for at, path, change in _changes(edit):
            done = _Edit(scope, change)
            maps = tuple(done.map(each, path) for each in device.maps)
            device = msgspec.structs.replace(device, maps=maps)
            if not done.count:
                scope.report("KR0216", at, name=_shown(path))
    return device


def _changes(
    edit: regmap.Edit | regmap.EditWithin,
) -> Iterator[tuple[Node, Path, regmap.Change]]:
    path = tuple(tuple(each.text for each in glob.items) for glob in edit.globs.items)
    if isinstance(edit, regmap.Edit):
        yield edit.globs, path, edit.change
        return
    for inner in edit.edits:
        *names, change = inner.items
        for name in names:
            if isinstance(name, Name) and isinstance(change, regmap.Change):
                yield name, (*path, (name.text,)), change


def _shown(path: Path) -> str:
    return ".".join(each[0] if len(each) == 1 else f"{{{', '.join(each)}}}" for each in path)


class _Edit:
    """One change; `count`: of how many things it was made."""

    def __init__(self, scope: Scope, change: regmap.Change) -> None:
        access, properties = traits(scope, change.traits)
        self.values: dict[str, Any] = details(scope, Attrs(), change.details)
        if not self.values["doc"]:
            del self.values["doc"]
        if access is not None:
            self.values["access"] = access
        if properties:
            self.values["properties"] = properties
        self.reset = None if change.reset is None else scope.number(change.reset)
        self.count = 0

    def map(self, given: RegMap, path: Path) -> RegMap:
        if not _fits(given.name, path[0]):
            return given
        if len(path) == 1:
            return self._made(given)
        return msgspec.structs.replace(given, items=_each(given.items, path[1:], self._item))

    def _item(self, item: Item, path: Path) -> Item:
        if len(path) == 1:
            return self._made(item)
        if isinstance(item, Block):
            return msgspec.structs.replace(item, items=_each(item.items, path[1:], self._item))
        if isinstance(item, Register):
            return self._fields(item, path[1:])
        return item

    def _fields(self, register: Register, path: Path) -> Register:
        before = self.count
        fields = _each(register.fields, path, lambda field, _: self._made(field))
        changed = (a for a, b in zip(register.fields, fields, strict=True) if a is not b)
        reset, known = register.reset, register.known
        for field in changed if self.count > before else ():
            reset, known = with_field(reset, known, field, self.reset)
        return msgspec.structs.replace(register, fields=fields, reset=reset, known=known)

    def _made(self, what: M) -> M:
        """Of what it does not say, a map, register or field keeps what it has."""
        self.count += 1
        known = {key: value for key, value in self.values.items() if hasattr(what, key)}
        return msgspec.structs.replace(what, **known)


def _each(items: tuple[T, ...], path: Path, change: Callable[[T, Path], T]) -> tuple[T, ...]:
    return tuple(change(each, path) if _fits(each.name, path[0]) else each for each in items)


def _fits(name: str, glob: Glob) -> bool:
    return any(fnmatchcase(name, each) for each in glob)
