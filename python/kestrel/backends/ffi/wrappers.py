"""A function of C as a function of Kestrel that does nothing but call it."""

from __future__ import annotations

from collections.abc import Mapping

from kestrel.check.shapes import STRING, bare, kind
from kestrel.ir.exprs import AnyExpr, Invoke, Local
from kestrel.ir.functions import AnyForeign, ForeignFn, Function, Parameter, Status
from kestrel.ir.types import AnyType, Foreign, OptionOf


def wrapper(fn: ForeignFn, foreign: Mapping[str, AnyForeign]) -> Function:
    given = [p for p in fn.params if p.ownership != "out"]
    plain = [p for p in given if p.default is None]
    names = {p.name for p in plain}
    args = tuple(_argument(p, names) for p in given)
    result = _result(fn, foreign)
    return Function(
        name=fn.name,
        doc=fn.doc,
        at=fn.at,
        params=tuple(Parameter(name=p.name, type=_taken(p.type), at=p.at) for p in plain),
        result=result,
        body=Invoke(fn.name, args, of=result, at=fn.at),
        public=True,
        effects=fn.effects,
        hot=fn.hot,
    )


def _argument(param: Parameter, names: set[str]) -> AnyExpr:
    if param.default is not None:
        return param.default
    return Local(param.name, of=_taken(param.type))


def _taken(type_: AnyType) -> AnyType:
    plain = bare(type_)
    if kind(plain) == "cstr":
        return STRING
    return OptionOf(_taken(plain.item)) if isinstance(plain, OptionOf) else plain


def _result(fn: ForeignFn, foreign: Mapping[str, AnyForeign]) -> AnyType:
    from kestrel.check.code.invoke import given_by

    found = bare(fn.result)
    status = foreign.get(found.name) if isinstance(found, Foreign) else None
    return given_by(fn, status if isinstance(status, Status) else None)
