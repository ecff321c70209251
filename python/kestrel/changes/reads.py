"""Which expressions read what a change of schema may have changed, although nobody wrote it anew.

A default that is another one gives an unchanged document another value, which a rule may refuse.
Names of fields stand for the fields: two fields of one name are taken for one, so that too much is
found, and never too little.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from kestrel.changes.sides import Side
from kestrel.ir.decls import Record, Sum
from kestrel.ir.exprs import Const, Field, Local, MakeVariant, Op
from kestrel.ir.types import Named
from kestrel.ir.walk import walk

RECORDS = frozenset({"self", "outer", "root"})
WHOLE = frozenset({"any.eq", "any.ne", "any.show", "list.contains", "list.unique"})
"""Operations that read all of a value."""


class Changed:
    """Names of fields whose effective value may be another one in an unchanged document."""

    def __init__(self, old: Side, new: Side, names: Iterable[str]) -> None:
        self.sides = old, new
        self.names = set(names)
        self.whole = self._holders()

    def add(self, names: Iterable[str]) -> bool:
        """Was there a new one among them?"""
        before = len(self.names)
        self.names |= set(names)
        if len(self.names) == before:
            return False
        self.whole = self._holders()
        return True

    def read_by(self, side: Side, *nodes: msgspec.Struct | None, copies: bool = False) -> str:
        """A changed name that expressions read; empty if they read none.

        `copies`: the value of the expression is kept, so what is in it counts.
        """
        if not self.names:
            return ""
        code = list(side.code(*nodes))
        fields = {node.name for node in code if isinstance(node, Field)}
        found = fields & self.names
        if copies or any(_reads_whole(node) for node in code):
            found |= fields & self.whole
        if not found and _bare(code):
            found = self.names
        return min(found, default="")

    def _holders(self) -> set[str]:
        """Names of fields in which, however deep, a changed field may be."""
        found = set(self.names)
        for side in self.sides:
            found |= _holders(side, found)
        return found


def _holders(side: Side, names: set[str]) -> set[str]:
    inside = {decl.name for decl in side.decls.values() if _names(decl) & names}
    while True:
        more = {
            decl.name
            for decl in side.decls.values()
            if decl.name not in inside and _uses(decl) & inside
        }
        if not more:
            break
        inside |= more
    fields = [f for decl in side.decls.values() for f in _fields(decl)]
    return {name for name, type_ in fields if _uses(type_) & inside}


def _fields(decl: msgspec.Struct) -> list[tuple[str, msgspec.Struct]]:
    match decl:
        case Record():
            computed = [(member.name, member.type) for member in decl.computes]
            return [*((field.name, field.type) for field in decl.fields), *computed]
        case Sum():
            return [(f.name, f.type) for v in decl.variants for f in v.fields]
    return []


def _names(decl: msgspec.Struct) -> set[str]:
    return {name for name, _ in _fields(decl)}


def _uses(node: msgspec.Struct) -> set[str]:
    return {found.name for found in walk(node) if isinstance(found, Named)}


def _reads_whole(node: msgspec.Struct) -> bool:
    """Two constants, or a constant and something else, are no two values with fields in them."""
    if not isinstance(node, Op) or node.op not in WHOLE:
        return False
    return not any(_is_plain(arg) for arg in node.args)


def _is_plain(arg: msgspec.Struct) -> bool:
    return isinstance(arg, Const) or (isinstance(arg, MakeVariant) and not arg.args)


def _bare(code: list[msgspec.Struct]) -> bool:
    """Is a whole record taken, and not only a field of it?"""
    taken = sum(isinstance(node, Local) and node.name in RECORDS for node in code)
    of_fields = sum(
        isinstance(node, Field) and isinstance(node.base, Local) and node.base.name in RECORDS
        for node in code
    )
    return taken > of_fields
