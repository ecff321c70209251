"""Arrays of registers, blocks, fields and instances."""

from __future__ import annotations

from kestrel.check.regmaps.scope import Scope
from kestrel.ir.registers import Dim
from kestrel.syntax import regmap

MAX_COUNT = 65_536
"""Items of one array."""


def dimension(scope: Scope, name: str, node: regmap.AnyDim | None, step: int) -> Dim | None:
    """Each item has a name of its own where there is a `%s` in the common one."""
    if node is None:
        return None
    labels: tuple[str, ...] = ()
    if isinstance(node, regmap.Labels):
        labels = tuple(each.value for each in node.items)
    elif isinstance(node, regmap.Numbered):
        last = min(node.last.value, node.first.value + MAX_COUNT)
        labels = tuple(map(str, range(node.first.value, last + 1)))
    count = len(labels) if not isinstance(node, regmap.Count) else scope.number(node.count)
    if not 1 <= count <= MAX_COUNT:
        scope.report("KR0008", node, count=count, limit=MAX_COUNT)
        return None
    return Dim(count, step, labels, array="%s" not in name)
