"""Walking over IR nodes of any kind, without knowing each kind."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kestrel.ir.decls import Migration
from kestrel.ir.exprs import Call, ConfigRef, MakeVariant
from kestrel.ir.types import Named


def children(node: msgspec.Struct) -> Iterator[msgspec.Struct]:
    """The structs directly below `node`, in the order of its members."""
    for name in node.__struct_fields__:
        yield from _structs(getattr(node, name))


def walk(node: msgspec.Struct) -> Iterator[msgspec.Struct]:
    """`node` and every struct below it, parents first, in source order."""
    pending = [node]
    while pending:
        found = pending.pop()
        yield found
        pending.extend(reversed(list(children(found))))


def references(node: msgspec.Struct) -> Iterator[str]:
    """Full names of the declarations that `node` and what is below it refer to."""
    for found in walk(node):
        match found:
            case Named(name) | Call(fn=name) | ConfigRef(name=name):
                yield name
            case MakeVariant(type=name) | Migration(schema=name) if name:
                yield name


def _structs(value: object) -> Iterator[msgspec.Struct]:
    if isinstance(value, msgspec.Struct):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _structs(item)
