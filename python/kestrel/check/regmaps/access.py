"""What software may do to a field: short names and the long form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

import msgspec

from kestrel.check.regmaps.scope import Scope
from kestrel.ir import access
from kestrel.ir.access import PROPERTIES, SHORT, Access
from kestrel.syntax import regmap
from kestrel.syntax.ast import Int
from kestrel.text.hints import did_you_mean

LONG: dict[str, tuple[str, ...]] = {
    "sw": get_args(access.Sw),
    "onread": get_args(access.OnRead),
    "onwrite": get_args(access.OnWrite),
}
Properties = tuple[tuple[str, str | int], ...]


def traits(
    scope: Scope, nodes: Iterable[regmap.Mode | regmap.Property]
) -> tuple[Access | None, Properties]:
    """The access, None where nothing is said of it, and the other properties, by name."""
    made: Access | None = None
    found: dict[str, str | int] = {}
    for node in nodes:
        if isinstance(node, regmap.Mode):
            made = _once(scope, node, made, SHORT[node.word])
        elif node.key in LONG:
            made = _long(scope, node, made or Access())
        else:
            _property(scope, node, found)
    return made, tuple(sorted(found.items()))


def _once(scope: Scope, node: regmap.Mode, before: Access | None, now: Access) -> Access:
    if before is not None:
        scope.report("KR0203", node, what="the access")
    return now


def _long(scope: Scope, node: regmap.Property, before: Access) -> Access:
    word = _word(scope, node, LONG[node.key])
    if word is None:
        return before
    return msgspec.structs.replace(before, **{node.key: word})


def _word(scope: Scope, node: regmap.Property, words: tuple[str, ...]) -> str | None:
    given = str(node.value.value) if isinstance(node.value, Int) else node.value.text
    if given in words:
        return given
    meant = SHORT[given].onwrite if given in SHORT else None
    helps = (f"`{given}` is `{meant}`",) if meant in words else did_you_mean(given, words)
    helps = helps or (f"one of {', '.join(words)}",)
    scope.report("KR0204", node.value, value=given, name=node.key, helps=helps)
    return None


def _property(scope: Scope, node: regmap.Property, found: dict[str, str | int]) -> None:
    if node.key not in PROPERTIES:
        known = [*LONG, *PROPERTIES]
        scope.report("KR0205", node, name=node.key, helps=did_you_mean(node.key, known))
        return
    if node.key in found:
        scope.report("KR0203", node, what=f"`{node.key}`")
    kind = PROPERTIES[node.key]
    if isinstance(kind, tuple):
        word = _word(scope, node, kind)
        if word is not None:
            found[node.key] = word
    elif (kind is int) == isinstance(node.value, Int):
        found[node.key] = node.value.value if isinstance(node.value, Int) else node.value.text
    else:
        shown = "a number" if kind is int else "a name"
        given = str(node.value.value) if isinstance(node.value, Int) else node.value.text
        scope.report("KR0204", node.value, value=given, name=node.key, helps=(f"{shown} is",))
