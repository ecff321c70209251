"""Configs: their types, which one may be made from which, and their values."""

from __future__ import annotations

from kestrel.check.chains import Chains
from kestrel.check.lowering import Lower
from kestrel.check.scope import Env, Names, Symbol
from kestrel.check.shapes import ERROR, bare, has_error
from kestrel.check.sink import MAX_DEFINITIONS
from kestrel.check.types import Types
from kestrel.check.world import Place, World
from kestrel.ir.decls import Config
from kestrel.ir.types import AnyType
from kestrel.syntax import ast


class Configs:
    """Lowers configs on demand, each once."""

    def __init__(self, world: World, types: Types) -> None:
        self.world = world
        self.types = types
        self.lower: Lower
        self.known: dict[str, AnyType] = {}
        self.chains = Chains()

    def find(self, symbol: Symbol, node: ast.Node, env: Env) -> AnyType:
        """The type of another config, where an expression refers to it."""
        if loop := self.chains.loop(symbol.name):
            span = env.module.span(node)
            self.world.sink.report("KS0140", span, name=loop[0], path=" → ".join(loop))
            return ERROR
        if self.chains.is_too_long(symbol.name):
            self.world.sink.report("KS0007", env.module.span(node), limit=MAX_DEFINITIONS)
            return ERROR
        if symbol.name not in self.known:
            with self.chains.making(symbol.name), self.lower.whole():
                self.known[symbol.name] = self._lowered(symbol)
        return self.known[symbol.name]

    def _lowered(self, symbol: Symbol) -> AnyType:
        node, module = symbol.node, symbol.module
        assert isinstance(node, ast.Config)
        env = Env(module, Names({}), document=True, partial=True)
        if node.type is None:
            value, found = self.lower.infer(node.value, env)
            if self.world.record(bare(found)) is None and not has_error(found):
                what = f"config `{node.name.text}`"
                helps = (f"write it: `config {node.name.text}: Schema = …`",)
                self.world.sink.report("KS0133", module.span(node.name), what=what, helps=helps)
        else:
            found = self.types.full(node.type, Place(module, symbol.name))
            value = self.lower.value(node.value, found, env)
        self.world.decls[symbol.name] = Config(
            name=symbol.name, type=found, value=value, doc=node.attrs.doc, at=module.at(node)
        )
        return found
