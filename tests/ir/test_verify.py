"""The verifier finds what the checker must never make."""

from __future__ import annotations

import pytest

from kestrel.ir.decls import AnyDecl, Bundle, Field, Fn, Param, Record, Rule, Sum, Variant
from kestrel.ir.exprs import (
    AnyExpr,
    Arm,
    Bind,
    Call,
    Const,
    Lambda,
    Let,
    Local,
    MakeVariant,
    Match,
    Op,
)
from kestrel.ir.exprs import Field as FieldOf
from kestrel.ir.types import AnyType, ListOf, Named, Refined, Scalar, TypeVar
from kestrel.ir.verify import BadIr, arities, verify

OPERATIONS = arities(
    (
        ("int.gt", "Int Int -> Bool", ""),
        ("list.all", "[T] fn(T)->Bool -> Bool", ""),
        ("option.none", "-> [T]", ""),
    )
)
U8 = Scalar("u8")
ONE = Const("u8", 1)
SELF_XS = FieldOf(Local("self"), "xs")
SELF_A = FieldOf(Local("self"), "a")
TRUE = Const("Bool", True)


def record(*rules: AnyExpr, default: AnyExpr | None = None, type_: AnyType = U8) -> Bundle:
    fields = (Field(name="a", type=type_, default=default), Field(name="xs", type=ListOf(U8)))
    decls: list[AnyDecl] = [
        Record(name="R", fields=fields, rules=tuple(Rule(name="r", cond=c) for c in rules)),
        Sum(name="T", variants=(Variant(name="A", items=(U8,)), Variant(name="B"))),
        Fn(name="f", params=(Param("n", U8),), result=U8, body=Local("n")),
    ]
    return Bundle(Named("R"), tuple(sorted(decls, key=lambda d: d.name)))


def test_arities() -> None:
    assert OPERATIONS == {"int.gt": 2, "list.all": 2, "option.none": 0}


@pytest.mark.parametrize(
    "cond",
    [
        Op("int.gt", (SELF_A, ONE)),
        Op("list.all", (SELF_XS, Lambda(("x",), Op("int.gt", (Local("x"), ONE))))),
        Let("n", ONE, Op("int.gt", (Call("f", (Local("n"),)), ONE))),
        Match(SELF_A, (Arm(Bind("n"), Op("int.gt", (Local("n"), ONE))),)),
        Op("int.gt", (FieldOf(Local("outer"), "anything"), ONE)),
    ],
)  # fmt: skip
def test_sound(cond: AnyExpr) -> None:
    verify(record(cond), OPERATIONS)


@pytest.mark.parametrize(
    ("bundle", "message"),
    [
        (record(Op("int.lt", (SELF_A, ONE))), "no operation `int.lt`"),
        (record(Op("int.gt", (SELF_A,))), "takes 2 arguments, not 1"),
        (record(Op("int.gt", (Local("x"), ONE))), "`x` is not bound"),
        (record(Op("int.gt", (FieldOf(Local("self"), "b"), ONE))), "no field `b`"),
        (record(Call("g", ())), "`g` is no function"),
        (record(Call("f", ())), "`f` is no function of 0"),
        (record(MakeVariant("T", "C")), "no variant `C`"),
        (record(MakeVariant("T", "A")), "`A` with 0 values"),
        (record(MakeVariant("", "Some")), "`Some` is no option"),
        (record(Const("u9", 1)), "constant of type `u9`"),
        (record(type_=Named("Q")), "`Q` is no type"),
        (record(type_=TypeVar("X")), "type variable `X`"),
        (record(type_=Refined(U8, Local("that"))), "`that` is not bound"),
        (record(default=Local("it")), "`it` is not bound"),
        (Bundle(U8, record().decls[::-1]), "not sorted"),
    ],
)
def test_unsound(bundle: Bundle, message: str) -> None:
    with pytest.raises(BadIr, match=message):
        verify(bundle, OPERATIONS)
