"""Examples of schemas."""

from __future__ import annotations

from kestrel.check.lowering import Lower
from kestrel.check.scope import Env, Names
from kestrel.check.world import RecordInfo, World
from kestrel.ir.decls import Config, Example, Record
from kestrel.ir.exprs import AnyExpr
from kestrel.ir.types import Named
from kestrel.syntax import ast
from kestrel.text.hints import did_you_mean

WRONG_VALUES = frozenset({"KS0110", "KS0111", "KS0136"})
"""What may be wrong with an invalid example that names no rule: its values do not fit."""


class Examples:
    """Makes a config of each example."""

    def __init__(self, world: World, lower: Lower) -> None:
        self.world = world
        self.lower = lower
        self.sink = world.sink
        self.found: list[Example] = []

    def examples(self, info: RecordInfo, record: Record) -> None:
        node, module = info.node, info.place.module
        rules = {rule.name for rule in record.rules}
        for member in node.members if isinstance(node, ast.Schema) else ():
            if not isinstance(member, ast.Example):
                continue
            if member.rule is not None and member.rule.text not in rules:
                helps = did_you_mean(member.rule.text, rules)
                span = module.span(member.rule)
                self.sink.report("KS0101", span, what="rule", name=member.rule.text, helps=helps)
            self._example(info, member)

    def _example(self, info: RecordInfo, node: ast.Example) -> None:
        value = self._example_value(info, node)
        if value is None:
            return
        module = info.place.module
        name = f"{info.name}.example {len(self.found) + 1}"
        self.world.decls[name] = Config(
            name=name, type=Named(info.name), value=value, at=module.at(node)
        )
        rule = f"{info.name}.{node.rule.text}" if node.rule is not None else ""
        valid = node.validity == "valid"
        self.found.append(Example(info.name, valid, node.title.value, name, rule, module.at(node)))

    def _example_value(self, info: RecordInfo, node: ast.Example) -> AnyExpr | None:
        """`None` where the types alone make an invalid example invalid, as it says."""
        place = info.place
        env = Env(place.module, Names({}), document=True, types=place.types, partial=True)
        with self.lower.whole(), self.sink.captured() as found:
            value = self.lower.value(node.value, Named(info.name), env)
        wrong = {d.code for d in found}
        if wrong and node.validity == "invalid" and node.rule is None and wrong <= WRONG_VALUES:
            return None
        for diagnostic in found:
            self.sink.add(diagnostic)
        return value
