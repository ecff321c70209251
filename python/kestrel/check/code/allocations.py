"""Which expressions need memory from the heap: what `@no_alloc` is about."""

from __future__ import annotations

from collections.abc import Iterator

from kestrel.check.shapes import bare, kind
from kestrel.ir.exprs import AnyExpr, Convert, Copy, MakeList, MakeMap, Op, Update
from kestrel.ir.types import AnyType, TupleOf
from kestrel.ir.walk import walk

HEAP = frozenset({"text", "bytes", "list", "map", "set"})
READS = frozenset({"list.at", "map.at", "option.get", "option.or", "entry.key"})
"""Operations that give what is there already."""


def allocations(body: AnyExpr) -> Iterator[AnyExpr]:
    for node in walk(body):
        if isinstance(node, Op) and node.op in READS:
            continue
        if isinstance(node, MakeList):
            if node.items and not (node.of is not None and isinstance(bare(node.of), TupleOf)):
                yield node
        elif isinstance(node, MakeMap | Op | Convert | Copy | Update) and _is_heap(node.of):
            yield node


def _is_heap(type_: AnyType | None) -> bool:
    return type_ is not None and kind(type_) in HEAP
