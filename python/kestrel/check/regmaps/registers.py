"""Registers: their options, their fields, and what they are after a reset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kestrel.check.regmaps.access import traits
from kestrel.check.regmaps.arrays import dimension
from kestrel.check.regmaps.fields import bits, field, once
from kestrel.check.regmaps.scope import MAX_BITS, Scope, condition, doc, effect, place
from kestrel.ir.flat import reset_of
from kestrel.ir.registers import After, BitField, Condition, Register, Reserved
from kestrel.ir.resets import with_resets
from kestrel.syntax import regmap

Members = tuple[tuple[regmap.Member, tuple[Condition, ...]], ...]


def register(scope: Scope, node: regmap.Register, when: tuple[Condition, ...] = ()) -> Register:
    made = _options(scope, node)
    width = made.setdefault("width", scope.width)
    if not 1 <= width <= MAX_BITS:
        scope.report("KR0206", node.name, what="width", value=width, limit=MAX_BITS)
        made["width"] = width = scope.width
    step = scope.number(node.step) if node.step is not None else max(1, width // 8)
    members = tuple(_members(node.members or ()))
    fields = list(_fields(scope, members))
    reset, known = _whole_reset(scope, node, width)
    bare = Register(
        name=node.name.text,
        offset=scope.number(node.offset),
        reset=reset,
        known=known,
        reserved=tuple(_reserved(scope, members)),
        retired=tuple(each.name.text for each, _ in members if isinstance(each, regmap.Retired)),
        when=when,
        dim=dimension(scope, node.name.text, node.dim, step),
        doc=doc(node.attrs, node.text),
        at=scope.at(node.name),
        **made,
    )
    return with_resets(bare, [(each, _reset(scope, said, each, bare)) for said, each in fields])


# ---------------------------------------------------------------- options


def _options(scope: Scope, node: regmap.Register) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for option in node.options:
        for key, value in _option(scope, option).items():
            made[key] = once(scope, option, made.get(key), value, f"`{key}`")
    words = [each for each in node.options if isinstance(each, regmap.Mode | regmap.Property)]
    access, properties = traits(scope, words)
    if access is not None:
        made["access"] = access
    return {**made, "properties": properties}


def _option(scope: Scope, option: regmap.Option) -> dict[str, Any]:
    match option:
        case regmap.Width():
            return {"width": option.width.value}
        case regmap.Accessed():
            return {"accesses": tuple(sorted(each.value for each in option.widths))}
        case regmap.Ordered():
            return {"order": option.order.text}
        case regmap.Volatile():
            return {"volatile": True}
        case regmap.Stable():
            return {"stable": True}
        case regmap.Shadow():
            return {"shadow": "twice" if option.until is None else place(option.until)}
        case regmap.Latched():
            return {"latched": effect(option.effect)}
        case regmap.After():
            return {"after": _after(option)}
        case regmap.Alternate():
            return {"alternate": option.name.text}
        case regmap.Within():
            return {"bounds": (option.low.value, option.high.value)}
    return {}


def _after(node: regmap.After) -> After:
    if isinstance(node.what, regmap.Condition):
        return After("wait", condition(node.what))
    return After("readback" if isinstance(node.what, regmap.Readback) else "dsb")


# ---------------------------------------------------------------- members


def _members(
    nodes: Iterable[regmap.Member], when: tuple[Condition, ...] = ()
) -> Iterator[tuple[regmap.Member, tuple[Condition, ...]]]:
    """Each with the bank that it is in."""
    for node in nodes:
        if isinstance(node, regmap.MemberBank):
            yield from _members(node.members, (*when, condition(node.condition)))
        else:
            yield node, when


def _fields(scope: Scope, members: Members) -> Iterator[tuple[regmap.Field, BitField]]:
    for node, when in members:
        if isinstance(node, regmap.Field):
            made = field(scope, node, when)
            if made is not None:
                yield node, made


def _reserved(scope: Scope, members: Members) -> Iterator[Reserved]:
    for node, _ in members:
        if isinstance(node, regmap.Reserved):
            msb, lsb = (None, None) if node.range is None else bits(scope, node.range)
            yield Reserved(node.policy, lsb, msb)


# ---------------------------------------------------------------- resets


def _whole_reset(scope: Scope, node: regmap.Register, width: int) -> tuple[int, int]:
    """What the register says by itself: without a word nothing is known."""
    found = next((each for each in node.options if isinstance(each, regmap.Reset)), None)
    if found is None:
        return 0, 0
    value, whole = scope.number(found.value), (1 << width) - 1
    if value > whole:
        scope.report("KR0209", found, what="reset", value=value, width=width)
    return value & whole, whole if found.known is None else found.known.value & whole


def _reset(scope: Scope, node: regmap.Field, made: BitField, whole: Register) -> int | None:
    if node.reset is None:
        return None
    value = scope.number(node.reset)
    if value >> made.width:
        scope.report("KR0209", node.reset, what="reset", value=value, width=made.width)
    said = reset_of(whole, made)
    if said is not None and said != value:
        values = {"name": made.name, "field": hex(value), "register": hex(said)}
        scope.report("KR0322", node.reset, **values)
    return value & (1 << made.width) - 1
