"""What the parts of expression checking share: the dispatch, and how types meet.

An expression is lowered in one of two ways. `infer` finds its type from itself; `value` is told
the type that is due, which literals, records, lists and the branches of `if` and `match` need.
What has been reported has type `ERROR`, and silences its followers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from msgspec.structs import replace

from kestrel.check.scope import Env, ModuleScope, Symbol, Variable
from kestrel.check.shapes import (
    ERROR,
    NEVER,
    accepts,
    bare,
    has_error,
    has_unknown,
    kind,
    parts,
    payload,
    show,
)
from kestrel.check.types import Types
from kestrel.check.wording import are, counted
from kestrel.check.world import FieldInfo, RecordInfo, World
from kestrel.ir.exprs import AnyExpr, Const, Convert
from kestrel.ir.types import AnyType, ListOf
from kestrel.syntax import ast
from kestrel.text.source import Span


class Typed(NamedTuple):
    expr: AnyExpr
    type: AnyType


NOTHING = Typed(Const("Unit"), ERROR)
"""What stands for an expression that was reported."""


class ParamInfo(NamedTuple):
    name: str
    type: AnyType
    default: ast.Expr | None


class FnInfo(NamedTuple):
    """What a caller must know of a function or template."""

    name: str
    params: tuple[ParamInfo, ...]
    result: AnyType
    module: ModuleScope


class Callees(Protocol):
    """Where the functions are found that functions call."""

    def info(
        self, symbol: Symbol, node: ast.Node, types: Mapping[str, AnyType] | None
    ) -> FnInfo | None: ...


def typed(expr: AnyExpr, type_: AnyType) -> AnyExpr:
    """An expression of a function, which keeps its type."""
    if expr.of is not None or has_error(type_):
        return expr
    return replace(expr, of=bare(type_))


def converted(found: Typed, wanted: AnyType, env: Env, node: ast.Node) -> AnyExpr:
    """A value of a function as the type that is due: whether an integer fits is asked here."""
    due, has = bare(wanted), bare(found.type)
    if due == has or has == NEVER or has_error(due) or has_error(has):
        return found.expr
    if has_unknown(has):
        return replace(found.expr, of=due)
    return Convert(found.expr, of=due, at=env.module.at(node))


Infer = Callable[["Lower", ast.Node, Env], Typed]
Value = Callable[["Lower", ast.Node, AnyType, Env], AnyExpr | None]
"""Gives `None` where the type that is due does not help."""
FindFn = Callable[[Symbol, ast.Node, Env], FnInfo | None]
FindConfig = Callable[[Symbol, ast.Node, Env], AnyType]
Reader = Callable[[RecordInfo, FieldInfo], str | None]
"""The function that reads a field which a document may leave out."""


class Lower:
    """Lowers expressions of one world; `infers` and `values` say how, by the node's class."""

    def __init__(
        self,
        world: World,
        types: Types,
        infers: Mapping[type, Infer],
        values: Mapping[type, Value],
        find_fn: FindFn,
        find_config: FindConfig,
    ) -> None:
        self.world = world
        self.types = types
        self.sink = world.sink
        self.find_fn = find_fn
        self.find_config = find_config
        self.reader: Reader = lambda record, field: None
        self.callees: Callees
        self._infers = infers
        self._values = values
        self.reads: set[tuple[str, str]] = set()
        """Fields read so far, as (record, field): what order and cycles are made of."""
        self.quantified: list[Variable] = []
        """Elements of the innermost quantifiers met so far: what `it` may be in a message."""
        self.elements: dict[str, Variable] = {}
        """Parameters of the quantifiers' functions: a message may name them too."""
        self.serial = 0

    def infer(self, node: ast.Node, env: Env) -> Typed:
        handler = self._infers.get(type(node))
        if handler is None:
            what = f"`{env.module.span(node).text.split()[0]}`"
            self.sink.report("KS0130", env.module.span(node), what=what)
            return NOTHING
        found = handler(self, node, env)
        return found if env.code is None else Typed(typed(found.expr, found.type), found.type)

    def value(self, node: ast.Node, wanted: AnyType, env: Env) -> AnyExpr:
        """`node` where a value of type `wanted` is due."""
        if has_error(wanted) and isinstance(node, ast.Braces | ast.List):
            with self.sink.muted():
                return self.infer(node, env).expr
        handler = self._values.get(type(node))
        if handler is not None and not has_error(wanted):
            made = handler(self, node, wanted, env)
            if made is not None:
                return made if env.code is None else typed(made, wanted)
        return self.coerce(self.infer(node, env), wanted, node, env)

    def coerce(self, found: Typed, wanted: AnyType, node: ast.Node, env: Env) -> AnyExpr:
        if accepts(wanted, found.type):
            return found.expr if env.code is None else converted(found, wanted, env, node)
        self.mismatch(node, wanted, found.type, env)
        return NOTHING.expr

    def mismatch(self, node: ast.Node, wanted: AnyType, found: AnyType, env: Env) -> None:
        span = env.module.span(node)
        if kind(found) == "secret" and kind(wanted) != "secret":
            self.sink.report("KS0114", span)
        elif kind(found) == "option" and accepts(wanted, payload(found)):
            use = f"it is no `{show(wanted)}`"
            self.sink.report("KS0113", span, name=span.text, use=use)
        else:
            self.sink.report(
                "KS0110",
                span,
                expected=show(wanted),
                found=show(found),
                caret=f"this is `{show(found)}`",
                helps=self._cures(span, wanted, found),
            )

    def _cures(self, span: Span, wanted: AnyType, found: AnyType) -> tuple[str, ...]:
        a, b = kind(wanted), kind(found)
        if a == "option" and accepts(payload(wanted), found):
            return (f"write `Some({span.text})`",)
        if a == "duration" and b == "int":
            return (f"give the unit: `{span.text}s`, or multiply by `1s`",)
        if {a, b} == {"set", "list"} and accepts(ListOf(parts(wanted)[0]), ListOf(parts(found)[0])):
            return (f"write `{span.text}.to_{a}()`",)
        if (a, b) in (("int", "float"), ("float", "int"), ("text", "text")):
            return (f"say `{span.text} as {show(bare(wanted))}`",)
        return ()

    def report(self, code: str, node: ast.Node, env: Env, **parts: object) -> Typed:
        """Report at `node`; gives the expression that silences followers."""
        self.sink.report(code, env.module.span(node), **parts)
        return NOTHING

    def wrong_count(
        self, node: ast.Node, env: Env, name: str, noun: str, expected: int, found: int
    ) -> Typed:
        """KS0115: so many `noun`s are due, and so many given."""
        wanted = counted(expected, noun)
        return self.report("KS0115", node, env, name=name, expected=wanted, found=are(found))

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Around one whole expression: it numbers its names and collects its reads from nothing,
        so that what it becomes does not depend on what was lowered before."""
        before = self.serial, self.reads, self.quantified, self.elements
        self.serial, self.reads, self.quantified, self.elements = 0, set(), [], {}
        try:
            yield
        finally:
            self.serial, self.reads, self.quantified, self.elements = before

    def fresh(self) -> str:
        """A local name that nobody can write."""
        self.serial += 1
        return f"${self.serial}"
