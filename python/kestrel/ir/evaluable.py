"""Functions as the core evaluates them: those that do nothing but compute."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import msgspec

from kestrel.ir.decls import AnyDecl, Bundle, Fn, Param
from kestrel.ir.exprs import (
    AnyExpr,
    Call,
    Code,
    Const,
    Convert,
    Copy,
    Defer,
    Expr,
    Invoke,
    Log,
    MakeList,
    MakeMap,
    MakeVariant,
    Op,
    Unsafe,
)
from kestrel.ir.functions import Function
from kestrel.ir.types import AnyType, ListOf, MapOf, OptionOf, Scalar, SetOf, TupleOf
from kestrel.ir.walk import references, walk

EFFECTS = (Invoke, Code, Copy, Defer, Log, Unsafe)
"""What the core has no meaning for."""


def computes(functions: Mapping[str, Function], name: str) -> bool:
    """Does a function, and all that it calls, do nothing but compute?"""
    pending, seen = [name], {name}
    while pending:
        for node in walk(functions[pending.pop()].body):
            if isinstance(node, EFFECTS):
                return False
            if isinstance(node, Call) and node.fn in functions and node.fn not in seen:
                seen.add(node.fn)
                pending.append(node.fn)
    return True


def call_bundle(
    decls: Mapping[str, AnyDecl],
    functions: Mapping[str, Function],
    name: str,
    args: Iterable[AnyExpr],
) -> Bundle:
    """A bundle whose function `call` calls a function with these arguments."""
    main = Fn(name="call", params=(), result=Scalar("Unit"), body=Call(name, tuple(args)))
    found: dict[str, AnyDecl] = {"call": main}
    pending = [name]
    while pending:
        wanted = pending.pop()
        if wanted in found:
            continue
        function = functions.get(wanted)
        found[wanted] = decls[wanted] if function is None else _fn(function)
        pending.extend(references(found[wanted]))
    return Bundle(Scalar("Unit"), tuple(found[each] for each in sorted(found)))


def _fn(function: Function) -> Fn:
    params = tuple(Param(p.name, p.type) for p in function.params)
    body = _plain(function.body)
    assert isinstance(body, AnyExpr)
    return Fn(name=function.name, params=params, result=function.result, body=body)


def _plain(value: object) -> object:
    """Without the types that the core finds by itself."""
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if not isinstance(value, msgspec.Struct):
        return value
    if isinstance(value, Const) and isinstance(value.value, float) and value.value == 0:
        return _zero(value.type, value.value)
    changed = {n: _plain(getattr(value, n)) for n in value.__struct_fields__ if n != "of"}
    if isinstance(value, Expr) and not isinstance(value, Convert):
        changed["of"] = None
    return msgspec.structs.replace(value, **changed)


def _zero(type_: str, value: float) -> AnyExpr:
    """Zero with its sign, which canonical JSON does not keep."""
    zero = Const(type_, 0.0)
    return Op("float.neg", (zero,)) if math.copysign(1.0, value) < 0 else zero


def constant(value: object, type_: AnyType) -> AnyExpr:
    """A value of Python's as an expression of type `type_`.

    Raises:
        TypeError: it is none of the type.
    """
    match type_, value:
        case OptionOf(), None:
            return MakeVariant("", "None")
        case OptionOf(item), _:
            return MakeVariant("", "Some", (constant(value, item),))
        case ((ListOf(item) | SetOf(item)), list() | tuple() | set() | frozenset()):
            return MakeList(tuple(constant(each, item) for each in value))
        case TupleOf(items), tuple() if len(items) == len(value):
            return MakeList(tuple(map(constant, value, items)))
        case MapOf(_, item), dict():
            pairs = ((Const("String", str(k)), constant(v, item)) for k, v in value.items())
            return MakeMap(tuple(pairs))
        case Scalar(name), float() if not math.isfinite(value):
            # JSON has no form for them: zero, one or minus one by zero
            sign = 0.0 if value != value else math.copysign(1.0, value)
            return Op("float.div", (Const(name, sign), Const(name, 0.0)))
        case Scalar(name), float() if value == 0:
            return _zero(name, value)
        case Scalar("Bytes"), bytes():
            return Const("Bytes", value.hex())
        case Scalar(name), bool() | int() | float() | str():
            return Const(name, value)
    raise TypeError(f"{value!r} is no {type_}")
