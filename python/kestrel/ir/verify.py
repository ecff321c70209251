"""Does a bundle say only what the core can do? What this finds is a mistake of the checker.

Names resolve to declarations of the right kind; operations exist and take as many arguments as the
table says; locals are bound; fields, variants and items are there wherever the type of what they
are taken from is known from the declarations alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NoReturn

from kestrel.ir.decls import AnyDecl, Bundle, Config, Fn, Migration, Newtype, Record, Sum
from kestrel.ir.exprs import (
    AnyExpr,
    AnyPattern,
    Bind,
    Call,
    ConfigRef,
    Const,
    Field,
    Lambda,
    Let,
    Local,
    MakeVariant,
    Match,
    OfRecord,
    OfTuple,
    OfVariant,
    Op,
)
from kestrel.ir.types import SCALARS, AnyType, Named, Refined, Scalar, TypeVar
from kestrel.ir.walk import children, walk

AROUND = frozenset({"self", "outer", "root"})
"""What is bound wherever a record says something."""


class BadIr(Exception):
    """The IR breaks its own rules; the message says which, and where."""


def verify(bundle: Bundle, operations: Mapping[str, int]) -> None:
    """Check a bundle; `operations` gives the number of arguments of each (see `arities`).

    Raises:
        BadIr: with the first fault that was found.
    """
    Verifier(bundle, operations).run()


def arities(rows: tuple[tuple[str, str, str], ...]) -> dict[str, int]:
    """From `kestrel._core.OPERATIONS`: how many arguments each operation takes."""
    return {name: _arity(signature) for name, signature, _ in rows}


def _arity(signature: str) -> int:
    """The number of parameters of a signature such as `[T] fn(T)->Bool -> Bool`."""
    params, _, _ = signature.rpartition("-> ")
    return len(params.split())


class Verifier:
    def __init__(self, bundle: Bundle, operations: Mapping[str, int]) -> None:
        self.bundle = bundle
        self.operations = operations
        self.decls: dict[str, AnyDecl] = {decl.name: decl for decl in bundle.decls}
        self.where = "the root"

    def run(self) -> None:
        names = [decl.name for decl in self.bundle.decls]
        if names != sorted(set(names)):
            self._fail("declarations are not sorted, or stand twice")
        self._type(self.bundle.root)
        for decl in self.bundle.decls:
            self.where = decl.name
            self._decl(decl)

    def _fail(self, what: str) -> NoReturn:
        raise BadIr(f"{self.where}: {what}")

    # ---------------------------------------------------------------- declarations

    def _decl(self, decl: AnyDecl) -> None:
        for node in walk(decl):
            if isinstance(node, Scalar | Named | TypeVar):
                self._type(node)
        match decl:
            case Record():
                self._record(decl)
            case Fn(params, _, body):
                self._expr(body, frozenset(p.name for p in params))
                for param in params:
                    self._refinements(param.type, frozenset())
                    if param.default is not None:
                        self._expr(param.default, frozenset())
            case Config(_, value):
                self._expr(value, frozenset())
            case Newtype(base):
                self._refinements(base, frozenset())
            case Sum():
                for variant in decl.variants:
                    for item in (*variant.items, *(f.type for f in variant.fields)):
                        self._refinements(item, AROUND)

    def _record(self, decl: Record) -> None:
        names = [f.name for f in decl.fields] + [c.name for c in decl.computes]
        if len(set(names)) < len(names):
            self._fail("two fields have one name")
        for field in decl.fields:
            self._refinements(field.type, AROUND)
            if field.default is not None:
                self._expr(field.default, AROUND, decl)
        for compute in decl.computes:
            self._expr(compute.value, AROUND, decl)
        for rule in decl.rules:
            self._expr(rule.cond, AROUND, decl)
            if rule.message is not None:
                self._expr(rule.message, AROUND | _lambda_names(rule.cond) | {"it"}, decl)
        for when in decl.whens:
            self._expr(when.cond, AROUND, decl)
            for each in when.sets:
                if each.path[0] not in names:
                    self._fail(f"`when` sets `{each.path[0]}`, which is no field")
                self._expr(each.value, AROUND, decl)
        for migration in decl.migrations:
            self._migration(decl, migration)

    def _migration(self, own: Record, migration: Migration) -> None:
        other = self.decls.get(migration.schema)
        if not isinstance(other, Record):
            self._fail(f"`{migration.schema}` is no schema to migrate {migration.direction}")
        target, old = (own, other) if migration.direction == "from" else (other, own)
        into, since = ({field.name for field in record.fields} for record in (target, old))
        for new, was in migration.carried:
            if new not in into or was not in since:
                self._fail(f"a migration carries `{was}` to `{new}`, and there is no such field")
        for each in migration.sets:
            if each.path[0] not in into:
                self._fail(f"a migration sets `{each.path[0]}`, which is no field")
            self._expr(each.value, frozenset({"old"}))

    def _refinements(self, type: AnyType, names: frozenset[str]) -> None:  # noqa: A002
        for node in walk(type):
            if isinstance(node, Refined):
                self._expr(node.where, names | {"it"})

    def _type(self, type: AnyType) -> None:  # noqa: A002
        match type:
            case Scalar(name) if name not in SCALARS:
                self._fail(f"there is no scalar `{name}`")
            case Named(name):
                if not isinstance(self.decls.get(name), Record | Sum | Newtype):
                    self._fail(f"`{name}` is no type of the bundle")
            case TypeVar(name):
                self._fail(f"the type variable `{name}` was not filled in")

    # ---------------------------------------------------------------- expressions

    def _expr(self, expr: AnyExpr, names: frozenset[str], own: Record | None = None) -> None:
        match expr:
            case Local(name) if name not in names:
                self._fail(f"`{name}` is not bound")
            case Const(type=name) if name not in SCALARS:
                self._fail(f"a constant of type `{name}`")
            case Op(op, args):
                self._operation(op, len(args))
            case Call(fn, args):
                called = self.decls.get(fn)
                if not isinstance(called, Fn) or len(called.params) != len(args):
                    self._fail(f"`{fn}` is no function of {len(args)} parameters")
            case ConfigRef(name) if not isinstance(self.decls.get(name), Config):
                self._fail(f"`{name}` is no config")
            case MakeVariant():
                self._made_variant(expr)
            case Field(Local("self"), name) if own is not None and "self" in names:
                self._own_field(own, name)
        for child, bound in _inside(expr):
            self._expr(child, names | bound, own)

    def _operation(self, op: str, args: int) -> None:
        if op not in self.operations:
            self._fail(f"there is no operation `{op}`")
        if self.operations[op] != args:
            self._fail(f"`{op}` takes {self.operations[op]} arguments, not {args}")

    def _made_variant(self, expr: MakeVariant) -> None:
        if not expr.type:
            if (expr.variant, len(expr.args)) not in (("Some", 1), ("None", 0)):
                self._fail(f"`{expr.variant}` is no option")
            return
        decl = self.decls.get(expr.type)
        variants = decl.variants if isinstance(decl, Sum) else ()
        found = next((v for v in variants if v.name == expr.variant), None)
        if found is None:
            self._fail(f"`{expr.type}` has no variant `{expr.variant}`")
        elif len(expr.args) != (1 if found.fields else len(found.items)):
            self._fail(f"`{expr.variant}` with {len(expr.args)} values")

    def _own_field(self, own: Record, name: str) -> None:
        names = {f.name for f in own.fields} | {c.name for c in own.computes}
        if name not in names:
            self._fail(f"`self` has no field `{name}`")


def _inside(expr: AnyExpr) -> Iterator[tuple[AnyExpr, frozenset[str]]]:
    """The expressions directly below, and the names that are bound there."""
    match expr:
        case Let(name, value, body):
            yield value, frozenset()
            yield body, frozenset({name})
        case Lambda(params, body):
            yield body, frozenset(params)
        case Match(subject, arms):
            yield subject, frozenset()
            for arm in arms:
                yield arm.body, frozenset(_bound(arm.pattern))
        case _:
            for child in children(expr):
                yield from _below(child)


def _below(node: object) -> Iterator[tuple[AnyExpr, frozenset[str]]]:
    """Expressions in what is no expression itself: the edits of an update, and their steps."""
    if isinstance(node, AnyExpr):
        yield node, frozenset()
    else:
        for child in children(node):  # type: ignore[arg-type]
            yield from _below(child)


def _bound(pattern: AnyPattern) -> Iterator[str]:
    match pattern:
        case Bind(name):
            yield name
        case OfRecord(names):
            yield from names
        case OfVariant(items=items) | OfTuple(items=items):
            for item in items:
                yield from _bound(item)


def _lambda_names(expr: AnyExpr) -> frozenset[str]:
    """Parameters of the functions in a rule: its message may name them."""
    return frozenset(n for node in walk(expr) if isinstance(node, Lambda) for n in node.params)
