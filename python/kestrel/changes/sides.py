"""One of the two schemas that are compared, by names; and what its expressions mean."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kestrel.ir import canon
from kestrel.ir.decls import AnyDecl, Bundle, Compute, Config, Field, Fn, Newtype, Record, Sum
from kestrel.ir.exprs import AnyExpr, Const, Local
from kestrel.ir.exprs import Field as FieldOf
from kestrel.ir.naming import data_name
from kestrel.ir.types import (
    AnyType,
    ListOf,
    Literals,
    MapOf,
    Named,
    OptionOf,
    Refined,
    SecretOf,
    SetOf,
)
from kestrel.ir.walk import references, walk

INTEGERS = frozenset({"i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "Int"})


class Side:
    """One bundle, by names."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.decls: dict[str, AnyDecl] = {decl.name: decl for decl in bundle.decls}

    def decl(self, type_: AnyType) -> AnyDecl | None:
        return self.decls.get(type_.name) if isinstance(type_, Named) else None

    def base(self, type_: AnyType) -> AnyType:
        """The type without refinements and newtypes."""
        for found in self.layers(type_):
            type_ = found
        return type_

    def layers(self, type_: AnyType) -> Iterator[AnyType]:
        """The type, and what is below its refinements and newtypes, one after the other."""
        while True:
            yield type_
            decl = self.decl(type_)
            if isinstance(type_, Refined):
                type_ = type_.base
            elif isinstance(decl, Newtype):
                type_ = decl.base
            else:
                return

    def refinements(self, type_: AnyType) -> list[AnyExpr]:
        """All that the type's values have to satisfy, outermost first; `it` is the value."""
        return [layer.where for layer in self.layers(type_) if isinstance(layer, Refined)]

    def choices(self, type_: AnyType) -> list[str] | None:
        """The texts that an enum or a literal type allows in data; None if it is neither."""
        if isinstance(type_, Literals):
            return list(type_.values)
        decl = self.decl(type_)
        if isinstance(decl, Sum) and not any(v.items or v.fields for v in decl.variants):
            return [data_name(variant, decl) for variant in decl.variants]
        return None

    def names(self, type_: AnyType) -> frozenset[str] | None:
        """The names by which expressions know the variants or literals of a type."""
        base = self.base(type_)
        decl = self.decl(base)
        if isinstance(base, Literals):
            return frozenset(base.values)
        if isinstance(base, OptionOf):
            return frozenset({"Some", "None"})
        return frozenset(v.name for v in decl.variants) if isinstance(decl, Sum) else None

    def record(self, type_: AnyType | None) -> Record | None:
        decl = None if type_ is None else self.decl(self.base(type_))
        return decl if isinstance(decl, Record) else None

    def item(self, type_: AnyType | None) -> AnyType | None:
        """What functions over a collection are given of it."""
        match None if type_ is None else self.base(type_):
            case ListOf(item=item) | SetOf(item=item) | OptionOf(item=item):
                return item
            case MapOf(value=value):
                return value
        return None

    def member(self, record: Record, name: str) -> Field | Compute | None:
        members: tuple[Field | Compute, ...] = (*record.fields, *record.computes)
        return next((m for m in members if m.name == name), None)

    def type_of(self, expr: AnyExpr, scope: dict[str, AnyType]) -> AnyType | None:
        """The type of a path from a name in scope; None if it is something else."""
        match expr:
            case Local(name):
                return scope.get(name)
            case FieldOf(base=base, name=name):
                record = self.record(self.type_of(base, scope))
                member = None if record is None else self.member(record, name)
                return None if member is None else _unveiled(member.type)
        return None

    def meaning(self, *nodes: msgspec.Struct | None) -> bytes | None:
        """Canonical text of expressions, and of every function and config that they lead to."""
        pending: list[msgspec.Struct] = [node for node in nodes if node is not None]
        parts, seen = [], set[str]()
        while pending:
            node = pending.pop(0)
            parts.append(canon.meaning(_untyped(node)))
            found = {name for name in references(node) if self._is_code(name)} - seen
            seen |= found
            pending.extend(self.decls[name] for name in sorted(found))
        return b"\n".join(parts) if parts else None

    def code(self, *nodes: msgspec.Struct | None) -> Iterator[msgspec.Struct]:
        """Expressions with all that is below them, functions and configs that they lead to too."""
        pending: list[msgspec.Struct] = [node for node in nodes if node is not None]
        seen = set[str]()
        while pending:
            node = pending.pop()
            found = {name for name in references(node) if self._is_code(name)} - seen
            seen |= found
            pending.extend(self.decls[name] for name in sorted(found))
            yield from walk(node)

    def _is_code(self, name: str) -> bool:
        return isinstance(self.decls.get(name), Fn | Config)


def _untyped(node: msgspec.Struct) -> msgspec.Struct:
    """Without the integer types of constants, which say nothing: 4 is 4."""
    if isinstance(node, Const) and node.type in INTEGERS:
        return msgspec.structs.replace(node, type="Int")
    changed: dict[str, object] = {}
    for name in node.__struct_fields__:
        value = getattr(node, name)
        if isinstance(value, msgspec.Struct):
            changed[name] = _untyped(value)
        elif isinstance(value, tuple):
            changed[name] = tuple(_untyped_part(part) for part in value)
    return msgspec.structs.replace(node, **changed) if changed else node


def _untyped_part(part: object) -> object:
    if isinstance(part, tuple):
        return tuple(_untyped_part(inner) for inner in part)
    return _untyped(part) if isinstance(part, msgspec.Struct) else part


def _unveiled(type_: AnyType) -> AnyType:
    return type_.item if isinstance(type_, SecretOf) else type_
