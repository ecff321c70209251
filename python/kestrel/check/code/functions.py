"""Functions that are compiled: signatures, bodies, and the instances of generic ones.

Each function is checked once; one with type parameters once more for each set of types that it is
called with, and that instance is what is compiled. Where a signature says the result, callers need
not wait for the body.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kestrel.check.code.foreign import Externs
from kestrel.check.code.statements import SIZED
from kestrel.check.code.unknown import unknown
from kestrel.check.lowering import FnInfo, Lower, ParamInfo
from kestrel.check.names import bind
from kestrel.check.scope import Body, Env, Frame, ModuleScope, Names, Symbol, Variable
from kestrel.check.shapes import ERROR, INT, NEVER, UNIT, bare, has_unknown, join, kind, show
from kestrel.check.sink import MAX_DEFINITIONS
from kestrel.check.types import Types
from kestrel.check.world import Place, World
from kestrel.ir.exprs import AnyExpr, Convert
from kestrel.ir.functions import Function, Ownership, Parameter
from kestrel.ir.types import AnyType, TypeVar
from kestrel.syntax import ast
from kestrel.text.source import Span

MAX_INSTANCES = 1000
"""Instances of generic functions in one check."""


class Wanted(NamedTuple):
    """A function, or an instance of one: `types` are what its type parameters stand for."""

    symbol: Symbol
    name: str
    types: Mapping[str, AnyType]

    @property
    def node(self) -> ast.Fn:
        assert isinstance(self.symbol.node, ast.Fn)
        return self.symbol.node

    @property
    def place(self) -> Place:
        return Place(self.symbol.module, self.name, self.types, code=True)

    @property
    def generic(self) -> bool:
        """Is it to be looked at only, as its types are not known?"""
        return any(isinstance(t, TypeVar) for t in self.types.values())


class Functions:
    """The functions of all modules of one check."""

    def __init__(self, world: World, types: Types, lower: Lower, externs: Externs) -> None:
        self.world = world
        self.types = types
        self.lower = lower
        self.externs = externs
        self.made: dict[str, Function] = {}
        self.infos: dict[str, FnInfo | None] = {}
        self.pending: list[Wanted] = []
        self.depth = 0

    def check(self, modules: list[ModuleScope]) -> None:
        """Check all of them; what is made is in `made`."""
        for module in modules:
            for symbol in module.own.values():
                if isinstance(symbol.node, ast.Fn):
                    self.info(symbol, symbol.node.name, None)
        while self.pending:
            wanted = self.pending.pop()
            if wanted.name not in self.made:
                info = self.infos[wanted.name]
                assert info is not None
                self._body(wanted, info.params, info.result)

    def info(
        self, symbol: Symbol, node: ast.Node, types: Mapping[str, AnyType] | None
    ) -> FnInfo | None:
        """What a caller must know; `None`, and a diagnostic, if it cannot be known. `types` are
        given for an instance of a generic function."""
        fn = symbol.node
        assert isinstance(fn, ast.Fn)
        name = symbol.name
        if types is None:
            types = {each.text: TypeVar(each.text) for each in fn.generics}
        else:
            name = f"{name}<{', '.join(show(t) for t in types.values())}>"
        if name not in self.infos:
            self._find(Wanted(symbol, name, types), node)
        found = self.infos[name]
        if found is None:
            what = f"what `{fn.name.text}` gives"
            helps = (f"write it where it is declared: `fn {fn.name.text}(…) -> …`",)
            self._report("KS0133", symbol.module, fn.name, what=what, helps=helps)
        return found

    def _find(self, wanted: Wanted, node: ast.Node) -> None:
        fn, place = wanted.node, wanted.place
        params = tuple(self._params(fn, place))
        written = self.types.plain(fn.result, place) if fn.result is not None else None
        if written is None and fn.public:
            written = UNIT
        self.infos[wanted.name] = None
        if len(self.infos) > MAX_INSTANCES and wanted.types:
            self._report("KS0007", place.module, fn.name, limit=MAX_INSTANCES)
            written = ERROR
        if written is not None:
            self.infos[wanted.name] = FnInfo(wanted.name, params, written, place.module)
            self.pending.append(wanted)
            return
        if self.depth == MAX_DEFINITIONS:
            self._report("KS0007", place.module, fn.name, limit=MAX_DEFINITIONS)
            found: AnyType = ERROR
        else:
            self.depth += 1
            found = self._body(wanted, params, None)
            self.depth -= 1
        self.infos[wanted.name] = FnInfo(wanted.name, params, found, place.module)

    # ---------------------------------------------------------------- signatures

    def _params(self, node: ast.Fn, place: Place) -> Iterator[ParamInfo]:
        seen: set[str] = set()
        for param in node.params:
            name = param.name.text
            if name in seen:
                self._report("KS0137", place.module, param.name, name=name)
            seen.add(name)
            found = self.types.plain(param.type, place)
            if isinstance(param, ast.OutParam):
                helps = ("give the value as the function's result",)
                what = "an `out` parameter"
                self._report("KS0229", place.module, param, what=what, helps=helps)
                yield ParamInfo(name, found, None)
                continue
            yield ParamInfo(name, found, param.default)

    def _parameter(
        self, info: ParamInfo, node: ast.Param | ast.OutParam, place: Place
    ) -> Parameter:
        ownership: Ownership = ""
        if isinstance(node, ast.Param):
            ownership = self.externs.ownership(place.module, node, info.type)
        default = None
        if info.default is not None:
            code = Frame(Body(place.owner, UNIT, {}), lambda_=True)
            env = Env(place.module, Names({}), types=place.types, code=code)
            with self.lower.whole():
                default = self.lower.value(info.default, info.type, env)
        return Parameter(
            name=info.name,
            type=bare(info.type),
            ownership=ownership,
            default=default,
            at=place.module.at(node),
        )

    def _report(self, code: str, module: ModuleScope, node: ast.Node, **parts: object) -> None:
        self.world.sink.report(code, module.span(node), **parts)

    # ---------------------------------------------------------------- bodies

    def _body(
        self, wanted: Wanted, params: tuple[ParamInfo, ...], written: AnyType | None
    ) -> AnyType:
        """Check a body; gives the type of its value, where the signature does not say."""
        node, place = wanted.node, wanted.place
        parameters = tuple(
            self._parameter(info, said, place)
            for info, said in zip(params, node.params, strict=True)
        )
        if node.public and node.generics:
            helps = ("what is called from outside has one type for each parameter",)
            what = "a `pub` function with type parameters"
            self._report("KS0229", place.module, node.name, what=what, helps=helps)
        body = Body(wanted.name, written, wanted.types)
        own = {p.name: Variable(p.type) for p in params}
        around = Env(place.module, Names({}), types=wanted.types, code=Frame(body))
        before = len(self.world.sink.found)
        with self.lower.whole():
            env = bind(self.lower, own, node.name, around)
            if written is not None:
                expr, found = self.lower.value(node.body, written, env), written
            else:
                expr, found = self.lower.infer(node.body, env)
                found = self._joined(node, place.module, body, found)
                if bare(found) == INT:
                    expr, found = Convert(expr, of=SIZED, at=expr.at), SIZED
        if len(self.world.sink.found) == before and (lost := unknown(expr)) is not None:
            place_ = lost.at or place.module.at(node.name)
            span = Span(place.module.source, place_[1], place_[2])
            helps = ("give it a type: `let x: … = …`",)
            self.world.sink.report("KS0133", span, what="this value", helps=helps)
        if not wanted.generic:
            self.made[wanted.name] = self._function(wanted, parameters, found, expr)
        return found

    def _function(
        self, wanted: Wanted, params: tuple[Parameter, ...], result: AnyType, body: AnyExpr
    ) -> Function:
        node, module = wanted.node, wanted.symbol.module
        attrs = {attr.name.text: attr for attr in node.attrs.items}
        declared = None
        if node.effects is not None:
            declared = tuple(self.externs.declared(module, node.effects))
        elif node.public:
            declared = ()
        return Function(
            name=wanted.name,
            doc=node.attrs.doc,
            at=module.at(node),
            params=params,
            result=bare(result),
            body=body,
            public=node.public,
            declared=declared,
            boundary=_boundary(attrs.get("boundary")),
            forbids=tuple(word for word in FORBIDDING if word in attrs),
            hot="hot" in attrs,
        )

    def _joined(self, node: ast.Fn, module: ModuleScope, body: Body, found: AnyType) -> AnyType:
        """The type of a function that does not say: of its last value and all `return`s."""
        result = found
        if any(bare(given) == INT for given in (found, *body.given)) and body.given:
            what = f"what `{node.name.text}` gives"
            helps = ("numbers come from several places: write their type, `-> i64`",)
            self._report("KS0133", module, node.name, what=what, helps=helps)
            return ERROR
        for given in body.given:
            joined = join(result, given)
            if joined is None:
                what = f"what `{node.name.text}` gives"
                helps = (f"it gives `{show(result)}` and `{show(given)}`: write `-> …`",)
                self._report("KS0133", module, node.name, what=what, helps=helps)
                return ERROR
            result = joined
        if result == NEVER:
            return UNIT
        if has_unknown(result) and kind(result) != "error":
            what = f"what `{node.name.text}` gives"
            helps = (f"write it: `-> {show(result).replace('_', 'T')}`",)
            self._report("KS0133", module, node.name, what=what, helps=helps)
        return result


FORBIDDING = ("pure", "no_panic", "no_alloc")
"""Attributes that forbid effects."""


def _boundary(attr: ast.Attr | None) -> str:
    arg = attr.args[0] if attr is not None and attr.args else None
    return arg.text if isinstance(arg, ast.Name) else ""
