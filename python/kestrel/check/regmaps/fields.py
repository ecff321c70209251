"""Fields of registers, with all that is said of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from kestrel.check.regmaps.access import traits
from kestrel.check.regmaps.arrays import dimension
from kestrel.check.regmaps.scope import MAX_BITS, Scope, condition, doc, effect, place
from kestrel.ir.access import Access
from kestrel.ir.registers import BitField, Condition, Enum, EnumValue, Irq, Parity, Usage
from kestrel.syntax import regmap
from kestrel.syntax.ast import Attrs, Int, Text

N = TypeVar("N")
Detail = Callable[[Scope, Any], dict[str, Any]]

DETAILS: dict[type, Detail] = {
    regmap.Irq: lambda scope, node: {"irq": Irq(node.name.text, node.kinds)},
    regmap.Enables: lambda scope, node: {"enables": node.irq.text},
    regmap.Masks: lambda scope, node: {"masks": node.irq.text},
    regmap.Tests: lambda scope, node: {"tests": node.irq.text},
    regmap.Neutral: lambda scope, node: {"neutral": scope.number(node.value)},
    regmap.Parity: lambda scope, node: {
        "parity": Parity(node.kind.text, *reversed(bits(scope, node.range)))
    },
    regmap.Locked: lambda scope, node: {"locked": condition(node.condition)},
    regmap.Unlocked: lambda scope, node: {"unlocked": condition(node.condition)},
    regmap.Writable: lambda scope, node: {"writable": condition(node.condition)},
    regmap.Cleared: lambda scope, node: {"cleared": effect(node.effect)},
    regmap.On: lambda scope, node: {f"on_{node.way}": node.what.text},
    regmap.Singlepulse: lambda scope, node: {"singlepulse": True},
    regmap.ReadView: lambda scope, node: {"read_view": True},
    regmap.Within: lambda scope, node: {"bounds": (node.low.value, node.high.value)},
}
"""What each of them says of a field; said twice it is an error."""
LISTS: dict[type, str] = {regmap.Locks: "locks", regmap.Sets: "sets", regmap.Clears: "clears"}


def field(scope: Scope, node: regmap.Field, when: tuple[Condition, ...] = ()) -> BitField | None:
    msb, lsb = bits(scope, node.range)
    if msb < lsb:
        scope.report("KR0104", node.range, name=node.name.text, msb=msb, lsb=lsb)
        msb, lsb = lsb, msb
    if msb >= MAX_BITS:
        scope.report("KR0206", node.range, what="bit", value=msb, limit=MAX_BITS - 1)
        return None
    access, properties = traits(scope, node.traits)
    if access is None:
        scope.report("KR0207", node.name, name=node.name.text)
    width = msb - lsb + 1
    step = node.step.value if node.step is not None else width
    return BitField(
        name=node.name.text,
        lsb=lsb,
        width=width,
        properties=properties,
        when=when,
        dim=dimension(scope, node.name.text, node.dim, step),
        at=scope.at(node.range),
        access=access or Access(),
        **details(scope, node.attrs, node.details),
    )


def bits(scope: Scope, node: regmap.Range) -> tuple[int, int]:
    """The most and the least significant bit, as they are given."""
    first = scope.number(node.first)
    return first, first if node.last is None else scope.number(node.last)


def details(scope: Scope, attrs: Attrs, nodes: Iterable[regmap.Detail]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    text: Text | None = None
    for node in nodes:
        if isinstance(node, Text):
            text = once(scope, node, text, node, "the text")
        elif isinstance(node, regmap.EnumUse | regmap.EnumHere):
            made["enums"] = (*made.get("enums", ()), *_enums(scope, node))
        elif type(node) in LISTS:
            key = LISTS[type(node)]
            made[key] = (*made.get(key, ()), place(node.place))  # type: ignore[union-attr]
        else:
            for key, value in DETAILS[type(node)](scope, node).items():
                made[key] = once(scope, node, made.get(key), value, f"`{key}`")
    return {**made, "doc": doc(attrs, text)}


def once(scope: Scope, node: Any, before: N | None, now: N, what: str) -> N:
    if before is not None:
        scope.report("KR0203", node, what=what)
    return now


def _enums(scope: Scope, node: regmap.EnumUse | regmap.EnumHere) -> tuple[Enum, ...]:
    usage: Usage = node.way or "read-write"
    if isinstance(node, regmap.EnumHere):
        name = node.name.text if node.name is not None else ""
        return (
            Enum(name=name, usage=usage, values=_values(scope, node.values), at=scope.at(node)),
        )
    found = scope.enums.get(node.name.text)
    if found is None:
        scope.unknown("KR0208", node.name, scope.enums)
        return ()
    values = _values(scope, found.values)
    return (Enum(name=node.name.text, usage=usage, values=values, at=scope.at(found.name)),)


def _values(scope: Scope, nodes: Iterable[regmap.EnumValue]) -> tuple[EnumValue, ...]:
    return tuple(
        EnumValue(
            name=each.name.text, doc=doc(each.attrs, each.text), at=scope.at(each), **_value(each)
        )
        for each in nodes
    )


def _value(node: regmap.EnumValue) -> dict[str, int | None]:
    if isinstance(node.value, Int):
        return {"value": node.value.value}
    if isinstance(node.value, regmap.Other):
        return {"value": None}
    digits = node.value.text[2:].replace("_", "")
    care = "".join("0" if digit == "x" else "1" for digit in digits)
    return {"value": int(digits.replace("x", "0"), 2), "care": int(care, 2)}
