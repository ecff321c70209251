"""What a schema says of other documents: migrations from other schemas, and examples."""

from __future__ import annotations

from kestrel.check.lowering import Lower
from kestrel.check.schemas import Schemas
from kestrel.check.scope import Env, Names, Variable
from kestrel.check.types import Types
from kestrel.check.world import RecordInfo, World
from kestrel.ir.decls import Config, Example, Record
from kestrel.ir.exprs import AnyExpr
from kestrel.ir.types import Named
from kestrel.syntax import ast
from kestrel.text.hints import did_you_mean

WRONG_VALUES = frozenset({"KS0110", "KS0111", "KS0136"})
"""What may be wrong with an invalid example that names no rule: its values do not fit."""


class Examples:
    """Checks migrations, and makes a config of each example."""

    def __init__(self, world: World, types: Types, lower: Lower, schemas: Schemas) -> None:
        self.world = world
        self.types = types
        self.lower = lower
        self.schemas = schemas
        self.sink = world.sink
        self.found: list[Example] = []

    def migrations(self, info: RecordInfo) -> None:
        """Check names and types; what migrations do is not lowered yet."""
        for member in info.node.members if isinstance(info.node, ast.Schema) else ():
            if isinstance(member, ast.Migrate):
                self._migrate(info, member)

    def _migrate(self, info: RecordInfo, node: ast.Migrate) -> None:
        other = self._other_schema(info, node.schema)
        if other is None:
            return
        target, old = (info, other) if node.direction == "from" else (other, info)
        env = Env(info.place.module, Names({"old": Variable(Named(old.name))}))
        for each in node.sets:
            with_module = target._replace(place=info.place)
            found = self.schemas.target(with_module, each.place, writing=True)
            if found is not None:
                with self.lower.whole():
                    self.lower.value(each.value, found[1].plain, env)

    def _other_schema(self, info: RecordInfo, path: ast.Path) -> RecordInfo | None:
        module = info.place.module
        texts = tuple(name.text for name in path.items)
        symbol = self.world.lookup(module, texts)
        if symbol is None and len(texts) > 1:
            other = self.world.loader.find(".".join(texts[:-1]), module, path)
            if other is None or other.lost(texts[-1]):
                return None
            symbol = other.own.get(texts[-1])
        if symbol is None or symbol.kind != "schema":
            self.sink.report("KS0101", module.span(path), what="schema", name=path.text)
            return None
        self.types.instance(symbol, {}, path, info.place)
        return self.world.record(Named(symbol.name))

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
        env = Env(info.place.module, Names({}), document=True, types=info.place.types)
        with self.lower.whole(), self.sink.captured() as found:
            value = self.lower.value(node.value, Named(info.name), env)
        wrong = {d.code for d in found}
        if wrong and node.validity == "invalid" and node.rule is None and wrong <= WRONG_VALUES:
            return None
        for diagnostic in found:
            self.sink.add(diagnostic)
        return value
