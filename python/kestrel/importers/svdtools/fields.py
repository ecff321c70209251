"""Edits of registers: their fields, and names for the values of these."""

from __future__ import annotations

from typing import Any

import msgspec
import yaml

from kestrel.importers.svd.values import ON_READ, ON_WRITE, SW
from kestrel.importers.svdtools.nodes import Report, fits, number, pairs, texts
from kestrel.ir.access import Access
from kestrel.ir.registers import BitField, Enum, EnumValue, Register, Usage
from kestrel.text.paragraphs import paragraphs
from kestrel.text.source import Source

USAGES: dict[str, Usage] = {"_read": "read", "_write": "write"}
DEFAULT = -1
"""The value whose name is that of any other."""


class Fields:
    """Edits of one register; `register` is what it has become."""

    def __init__(self, source: Source, report: Report, register: Register) -> None:
        self.source = source
        self.report = report
        self.register = register

    def edit(self, node: Any) -> None:
        for key, at, value in pairs(node):
            if key == "_modify":
                self._each(value, self._modified)
            elif key == "_add":
                for name, where, given in pairs(value):
                    self.add(name, where, given)
            elif key == "_delete":
                self._delete(value, at)
            elif key in ("_strip", "_strip_end"):
                self._strip(texts(value), at_end=key == "_strip_end")
            elif key == "_merge":
                self._merge(value, at)
            elif key == "_split":
                self._split(value, at)
            elif key.startswith("_"):
                self.report.at(self.source, at, "KR0933", key=key)
            else:
                self._change(
                    key, at, lambda field, value=value, at=at: self._said(field, value, at)
                )

    # ---------------------------------------------------------------- which fields

    def _each(self, node: Any, made: Any) -> None:
        for name, at, given in pairs(node):
            self._change(name, at, lambda field, given=given: made(field, given))

    def _change(self, pattern: str, at: Any, made: Any) -> None:
        fields = self.register.fields
        hits = [each for each in fields if fits(each.name, pattern)]
        if not hits and not pattern.startswith("?~"):
            self.report.at(self.source, at, "KR0932", name=pattern)
        self._set(tuple(made(each) if each in hits else each for each in fields))

    def _set(self, fields: tuple[BitField, ...]) -> None:
        self.register = msgspec.structs.replace(self.register, fields=fields)

    # ---------------------------------------------------------------- edits

    def _modified(self, field: BitField, node: Any) -> BitField:
        changes: dict[str, Any] = {}
        for key, at, value in pairs(node):
            found = property_of(key, value, changes.get("access", field.access))
            if found is None:
                self.report.at(self.source, at, "KR0933", key=key)
            changes |= found or {}
        return msgspec.structs.replace(field, **changes)

    def add(self, name: str, at: Any, node: Any) -> None:
        bare = BitField(name=name, lsb=0, width=1, access=self.register.access)
        if any(each.name == name for each in self.register.fields):
            self.report.at(self.source, at, "KR0934", name=name)
            return
        self._set((*self.register.fields, self._modified(bare, node)))

    def _delete(self, node: Any, at: Any) -> None:
        for pattern in texts(node):
            kept = tuple(f for f in self.register.fields if not fits(f.name, pattern))
            if len(kept) == len(self.register.fields) and not pattern.startswith("?~"):
                self.report.at(self.source, at, "KR0932", name=pattern)
            self._set(kept)

    def _strip(self, words: list[str], *, at_end: bool) -> None:
        self._set(tuple(_stripped(f, words, at_end=at_end) for f in self.register.fields))

    def _merge(self, node: Any, at: Any) -> None:
        """Fields that are side by side as one, by the name given, or what theirs begin with."""
        named = list(pairs(node))
        wanted = [(key, texts(value) or [f"{key}*"]) for key, _, value in named]
        wanted += [] if named else [(_bare(each), [each]) for each in texts(node)]
        for name, patterns in wanted:
            hits = [f for f in self.register.fields if any(fits(f.name, p) for p in patterns)]
            if not hits:
                self.report.at(self.source, at, "KR0932", name=", ".join(patterns))
                continue
            lsb, msb = min(f.lsb for f in hits), max(f.msb for f in hits)
            first = min(hits, key=lambda f: f.lsb)
            whole = msgspec.structs.replace(first, name=name, lsb=lsb, width=msb - lsb + 1)
            rest = [f for f in self.register.fields if f not in hits]
            self._set((*rest, whole))

    def _split(self, node: Any, at: Any) -> None:
        patterns = [key for key, _, _ in pairs(node)] or texts(node)
        for pattern in patterns:
            hits = [f for f in self.register.fields if fits(f.name, pattern)]
            if not hits:
                self.report.at(self.source, at, "KR0932", name=pattern)
            rest = [f for f in self.register.fields if f not in hits]
            bits = [
                msgspec.structs.replace(f, name=f"{f.name}{i}", lsb=f.lsb + i, width=1)
                for f in hits
                for i in range(f.width)
            ]
            self._set((*rest, *bits))

    # ---------------------------------------------------------------- what is said of a field

    def _said(self, field: BitField, node: Any, at: Any) -> BitField:
        if isinstance(node, yaml.SequenceNode):
            ends = [number(each) for each in node.value]
            if len(ends) == 2 and None not in ends:
                return msgspec.structs.replace(field, bounds=(ends[0], ends[1]))
            self.report.at(self.source, node, "KR0931", why="a range is two numbers")
            return field
        enums = list(field.enums)
        own: list[EnumValue] = []
        for key, where, value in pairs(node):
            if key in USAGES:
                enums.append(self._enum(value, USAGES[key]))
            elif key == "_replace_enum":
                enums = [self._enum(value, "read-write")]
            elif key.startswith("_"):
                self.report.at(self.source, where, "KR0933", key=key)
            else:
                own += self._value(key, where, value)
        if own:
            enums.append(Enum(values=tuple(own)))
        if not isinstance(node, yaml.MappingNode):
            self.report.at(self.source, at, "KR0933", key="a reference")
        return msgspec.structs.replace(field, enums=tuple(enums))

    def _enum(self, node: Any, usage: Usage) -> Enum:
        values = [v for key, at, value in pairs(node) for v in self._value(key, at, value)]
        return Enum(usage=usage, values=tuple(values))

    def _value(self, name: str, at: Any, node: Any) -> list[EnumValue]:
        """`Name: [0, "what"]`, or `Name: 0`."""
        parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
        value = number(parts[0]) if parts else None
        if value is None or value < DEFAULT:
            self.report.at(self.source, at, "KR0931", why=f"`{name}` is no number with a text")
            return []
        doc = _text(parts[1]) if len(parts) > 1 else ""
        return [EnumValue(name=name, value=None if value == DEFAULT else value, doc=doc)]


def property_of(key: str, node: Any, access: Access) -> dict[str, Any] | None:
    """What an SVD element of a field or register is in the IR; None: it is not read."""
    text, value = getattr(node, "value", ""), number(node)
    if key == "name" and isinstance(text, str):
        return {"name": text}
    if key == "description":
        return {"doc": _text(node)}
    if key == "bitOffset" and value is not None:
        return {"lsb": value}
    if key == "bitWidth" and value is not None and value > 0:
        return {"width": value}
    if key == "access" and text in SW:
        return {"access": msgspec.structs.replace(access, sw=SW[text])}
    if key == "modifiedWriteValues" and text in ON_WRITE:
        return {"access": msgspec.structs.replace(access, onwrite=ON_WRITE[text])}
    if key == "readAction" and text in ON_READ:
        return {"access": msgspec.structs.replace(access, onread=ON_READ[text])}
    return {} if key in ("displayName", "derivedFrom", "dataType") else None


def _text(node: Any) -> str:
    value = getattr(node, "value", "")
    return "\n".join(paragraphs(value)) if isinstance(value, str) else ""


def _stripped(field: BitField, words: list[str], *, at_end: bool) -> BitField:
    name = field.name
    for word in words:
        name = name.removesuffix(word) if at_end else name.removeprefix(word)
    return msgspec.structs.replace(field, name=name or field.name)


def _bare(pattern: str) -> str:
    return pattern.replace("*", "").rstrip("_[]0123456789") or pattern
