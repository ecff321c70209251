"""What is in a register map, but for registers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from kestrel.check.regmaps.access import traits
from kestrel.check.regmaps.arrays import dimension
from kestrel.check.regmaps.registers import register
from kestrel.check.regmaps.scope import Scope, condition, doc, place
from kestrel.ir.access import Access
from kestrel.ir.registers import (
    AssertMasked,
    Assign,
    Bitmap,
    Block,
    Bus,
    Call,
    Condition,
    Item,
    Memory,
    Sequence,
    Unlock,
    Wait,
)
from kestrel.syntax import literals, regmap
from kestrel.syntax.ast import Int, Name

Banks = tuple[Condition, ...]
UseMap = Callable[[Name, tuple[Int, ...]], str]
"""The name of the map that is meant, made with these arguments."""

BUS: dict[str, tuple[str, ...] | type[int]] = {
    "width": int,
    "endian": ("little", "big"),
    "address": int,
    "word": int,
    "autoincrement": int,
}


def items(
    scope: Scope, nodes: Iterable[regmap.Item], use: UseMap, when: Banks = ()
) -> Iterator[Item]:
    for node in nodes:
        match node:
            case regmap.Register():
                yield register(scope, node, when)
            case regmap.Block():
                yield _block(scope, node, use, when)
            case regmap.Memory() | regmap.Bitmap():
                yield _store(scope, node, when)
            case regmap.Bank():
                yield from items(scope, node.items, use, (*when, condition(node.condition)))
            case regmap.Page():
                page = Condition(place(node.place), "=", node.value.value)
                yield from items(scope, node.items, use, (*when, page))


def _block(scope: Scope, node: regmap.Block, use: UseMap, when: Banks) -> Block:
    step = scope.number(node.step) if node.step is not None else 0
    if node.dim is not None and node.step is None:
        scope.report("KR0210", node.name, name=node.name.text)
    contents: dict[str, Any]
    if isinstance(node.contents, regmap.Use):
        contents = {"map": use(node.contents.name, node.contents.arguments)}
    else:
        contents = {"items": tuple(items(scope, node.contents, use))}
    return Block(
        name=node.name.text,
        offset=scope.number(node.offset),
        alternate=node.alternate.name.text if node.alternate is not None else "",
        when=when,
        dim=dimension(scope, node.name.text, node.dim, step),
        doc=doc(node.attrs, node.text),
        at=scope.at(node.name),
        **contents,
    )


def _store(scope: Scope, node: regmap.Memory | regmap.Bitmap, when: Banks) -> Memory | Bitmap:
    count = scope.number(node.dim.count) if isinstance(node.dim, regmap.Count) else 0
    if count < 1:
        scope.report("KR0204", node.dim, value=count, name=node.name.text, helps=("a count is",))
    made = Memory if isinstance(node, regmap.Memory) else Bitmap
    return made(
        name=node.name.text,
        offset=scope.number(node.offset),
        count=count,
        width=node.width.value,
        access=traits(scope, node.access)[0] or Access(),
        when=when,
        doc=doc(node.attrs, node.text),
        at=scope.at(node.name),
    )


def bus(scope: Scope, nodes: Iterable[regmap.Item | regmap.Instance]) -> Bus:
    found: dict[str, Any] = {}
    for node in nodes:
        for each in node.settings if isinstance(node, regmap.Bus) else ():
            if each.name.text not in BUS:
                scope.unknown("KR0205", each.name, BUS)
                continue
            given = each.value.value if isinstance(each.value, Int) else each.value.text
            kind = BUS[each.name.text]
            if given in kind if isinstance(kind, tuple) else isinstance(given, kind):
                found[each.name.text] = given
            else:
                scope.report("KR0204", each.value, value=given, name=each.name.text)
    return Bus(**found)


def unlock(node: regmap.Unlock) -> Unlock:
    return Unlock(
        name=node.name.text,
        place=place(node.place),
        keys=tuple(each.value for each in node.keys),
        until=condition(node.until) if node.until is not None else None,
    )


def sequence(scope: Scope, node: regmap.Sequence) -> Sequence:
    steps = tuple(_step(scope, each) for each in node.steps)
    return Sequence(
        name=node.name.text, steps=steps, doc=doc(node.attrs, node.text), at=scope.at(node.name)
    )


def _step(scope: Scope, node: regmap.Step) -> AssertMasked | Assign | Wait | Call:
    match node:
        case regmap.AssertMasked():
            return AssertMasked(tuple(each.text for each in node.items))
        case regmap.Assign():
            value = node.value.value if isinstance(node.value, Int) else node.value.text
            return Assign(place(node.place), value)
        case regmap.Wait():
            timeout = literals.duration(node.timeout) if node.timeout is not None else None
            otherwise = node.otherwise.text if node.otherwise is not None else ""
            return Wait(condition(node.condition), timeout, otherwise)
        case regmap.Call():
            return Call(node.name.text)
