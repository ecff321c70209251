"""Members that a document leaves out, where an expression of a config or a function reads them.

A config may be made from another, `base with { workers: base.workers * 2 }`, and what is not
written there has its default: what the record's `when`s set, else the field's default, a
`compute`'s value, or absence. One function a field says so; `self` is the document of the record.
What an enclosing record's `when` sets, or a default that reads `outer`, cannot be seen from there.
"""

from __future__ import annotations

from collections.abc import Iterator

from kestrel.check.attributes import read_attributes
from kestrel.check.lowering import Lower
from kestrel.check.scope import Env, Names
from kestrel.check.shapes import BOOL, kind
from kestrel.check.world import FieldInfo, RecordInfo, World
from kestrel.ir.decls import Fn, Param
from kestrel.ir.exprs import AnyExpr, Field, If, Local, MakeRecord, MakeVariant
from kestrel.ir.types import Named
from kestrel.syntax import ast

SELF = Local("self")


class Unwritten:
    """Lowers those functions on demand, each once."""

    def __init__(self, world: World, lower: Lower) -> None:
        self.world = world
        self.lower = lower
        self.known: dict[tuple[str, str], str | None] = {}

    def reader(self, record: RecordInfo, field: FieldInfo) -> str | None:
        """The function that reads a field of a document; `None` where it is always written."""
        key = record.name, field.name
        if key not in self.known:
            sets = list(self._sets(record, field.name))
            if not (sets or _may_be_left_out(field)):
                self.known[key] = None
                return None
            self.known[key] = name = f"{record.name}.read {field.name}"
            with self.lower.whole(), self.world.sink.muted():  # the schema says what is wrong
                self._declare(name, record, field, sets)
        return self.known[key]

    def _declare(
        self,
        name: str,
        record: RecordInfo,
        field: FieldInfo,
        sets: list[tuple[RecordInfo, ast.When]],
    ) -> None:
        value = self._default(record, field)
        for holder, when in sets:
            env = self._env(record, holder)
            for each in when.sets:
                if each.place.text == field.name:
                    cond = self.lower.value(when.condition, BOOL, env)
                    made = self.lower.value(each.value, field.plain, env)
                    value = If(cond, made, value or Field(SELF, field.name))
        self.world.decls[name] = Fn(
            name=name,
            params=(Param("self", Named(record.name)),),
            result=field.plain,
            body=Field(SELF, field.name, value),
        )

    def _default(self, record: RecordInfo, field: FieldInfo) -> AnyExpr | None:
        node, env = field.node, self._env(record, record, field)
        if isinstance(node, ast.Compute):
            return self.lower.value(node.value, field.plain, env)
        if isinstance(node, ast.Field) and node.default is not None:
            return self.lower.value(node.default, field.plain, env)
        if kind(field.plain) == "option":
            return MakeVariant("", "None")
        return MakeRecord(()) if read_attributes(node.attrs).flatten else None

    def _sets(self, record: RecordInfo, name: str) -> Iterator[tuple[RecordInfo, ast.When]]:
        """The `when`s that set a field of the record itself, the base's first."""
        base = self.world.record(Named(record.base)) if record.base else None
        if base is not None:
            yield from self._sets(base, name)
        for member in record.node.members if isinstance(record.node, ast.Schema) else ():
            if isinstance(member, ast.When) and any(s.place.text == name for s in member.sets):
                yield record, member

    def _env(self, record: RecordInfo, holder: RecordInfo, field: FieldInfo | None = None) -> Env:
        place = field.place if field is not None else holder.place
        return Env(place.module, Names({}), record.name, True, place.types, partial=True)


def _may_be_left_out(field: FieldInfo) -> bool:
    node = field.node
    has_default = isinstance(node, ast.Field) and node.default is not None
    is_absent = kind(field.plain) == "option" or read_attributes(node.attrs).flatten
    return field.computed or has_default or is_absent
