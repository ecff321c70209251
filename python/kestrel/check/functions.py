"""Functions that rules and configs use, and templates: signatures, bodies, recursion.

A function is looked at when something that must be total calls it; all others belong to the check
of effects.
"""

from __future__ import annotations

from collections.abc import Iterator

from kestrel.check.chains import Chains
from kestrel.check.lowering import FnInfo, Lower, ParamInfo
from kestrel.check.names import bind
from kestrel.check.scope import Env, Names, Symbol, Variable
from kestrel.check.shapes import bare
from kestrel.check.sink import MAX_DEFINITIONS
from kestrel.check.types import Types
from kestrel.check.world import Place, World
from kestrel.ir.decls import Fn, Param
from kestrel.ir.types import AnyType
from kestrel.syntax import ast


class Functions:
    """Lowers functions on demand, each once."""

    def __init__(self, world: World, types: Types) -> None:
        self.world = world
        self.types = types
        self.lower: Lower
        self.known: dict[str, FnInfo | None] = {}
        self.chains = Chains()

    def find(self, symbol: Symbol, node: ast.Node, env: Env) -> FnInfo | None:
        """What a call of `symbol` must know; `None` if it cannot be called from here."""
        if loop := self.chains.loop(symbol.name):
            self.world.sink.report("KS0131", env.module.span(node), path=" → ".join(loop))
            return None
        if self.chains.is_too_long(symbol.name):
            self.world.sink.report("KS0007", env.module.span(node), limit=MAX_DEFINITIONS)
            return None
        if symbol.name not in self.known:
            with self.chains.making(symbol.name), self.lower.whole():
                self.known[symbol.name] = self._lowered(symbol)
        return self.known[symbol.name]

    def _lowered(self, symbol: Symbol) -> FnInfo | None:
        node, module = symbol.node, symbol.module
        assert isinstance(node, ast.Fn | ast.Template)
        if isinstance(node, ast.Fn) and not self._is_pure(symbol, node):
            return None
        place = Place(module, symbol.name)
        params = tuple(self._param(p, place) for p in node.params if isinstance(p, ast.Param))
        own = {p.name: Variable(p.type) for p in params}
        around = Env(module, Names({}), document=isinstance(node, ast.Template), partial=True)
        env = bind(self.lower, own, node.name, around)
        written = node.type if isinstance(node, ast.Template) else node.result
        value = node.value if isinstance(node, ast.Template) else node.body
        if written is not None:
            result: AnyType = self.types.plain(written, place)
            body = self.lower.value(value, result, env)
        else:
            body, result = self.lower.infer(value, env)
        self.world.decls[symbol.name] = Fn(
            name=symbol.name,
            params=tuple(self._declared(node, params, place)),
            result=bare(result),
            body=body,
            template=isinstance(node, ast.Template),
            doc=node.attrs.doc,
            at=module.at(node),
        )
        return FnInfo(symbol.name, params, result, module)

    def _declared(
        self, node: ast.Fn | ast.Template, params: tuple[ParamInfo, ...], place: Place
    ) -> Iterator[Param]:
        """Parameters as the IR keeps them. Programs give data to those of a template: they have
        their refinements, and defaults."""
        if isinstance(node, ast.Fn):
            yield from (Param(p.name, p.type) for p in params)
            return
        env = Env(place.module, Names({}), document=True, partial=True)
        for written, known in zip(node.params, params, strict=True):
            assert isinstance(written, ast.Param)
            full = self.types.full(written.type, place.inside(known.name))
            default = None
            if written.default is not None:
                with self.lower.whole():
                    default = self.lower.value(written.default, known.type, env)
            yield Param(known.name, full, default)

    def _param(self, node: ast.Param, place: Place) -> ParamInfo:
        name = node.name.text
        return ParamInfo(name, self.types.plain(node.type, place.inside(name)), node.default)

    def _is_pure(self, symbol: Symbol, node: ast.Fn) -> bool:
        """Generic functions, foreign parameters and effects are not for rules."""
        what, at = "", node.name
        if node.effects:
            what, at = f"a function with effect `{node.effects[0].text}`", node.effects[0]
        elif node.generics:
            what, at = "a generic function", node.generics[0]
        elif any(isinstance(p, ast.OutParam) for p in node.params):
            what = "a function with `out` parameters"
        if what:
            self.world.sink.report("KS0130", symbol.module.span(at), what=what)
        return not what
