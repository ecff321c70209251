"""A schema by hand, with every kind of slot, and documents of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kestrel import _core
from kestrel.ir import canon
from kestrel.ir.decls import Bundle, Field, Record, Sum, Variant
from kestrel.ir.exprs import Const
from kestrel.ir.types import (
    AnyType,
    ListOf,
    MapOf,
    Named,
    OptionOf,
    Scalar,
    SecretOf,
    SetOf,
    TupleOf,
)


def scalar(name: str) -> Scalar:
    return Scalar(name)


def optional(*fields: tuple[str, AnyType]) -> tuple[Field, ...]:
    return tuple(Field(name=name, type=OptionOf(type_)) for name, type_ in fields)


TEXT, I64, JSON = scalar("String"), scalar("i64"), scalar("Json")
TLS, JOB, PEER, LEVEL = (Named(f"t.{name}") for name in ("Tls", "Job", "Peer", "Level"))

DECLS = (
    Record(
        name="t.Tls",
        fields=(
            Field(name="cert", type=TEXT),
            Field(name="port", type=scalar("u16"), default=Const(type="u16", value=443)),
            *optional(("key", SecretOf(TEXT))),
        ),
    ),
    Record(
        name="t.Job",
        fields=(
            Field(name="name", type=TEXT),
            *optional(
                ("every", scalar("Duration")), ("tags", ListOf(TEXT)), ("peer", PEER), ("tls", TLS)
            ),
        ),
    ),
    Sum(
        name="t.Peer",
        variants=(
            Variant(name="Off"),
            Variant(name="One", items=(I64,)),
            Variant(name="Two", items=(TEXT, scalar("u16"))),
            Variant(name="Many", fields=optional(("urls", ListOf(TEXT)), ("weight", I64))),
        ),
    ),
    Sum(name="t.Level", variants=(Variant(name="Low"), Variant(name="High", data_name="high-up"))),
    Record(
        name="t.Root",
        schema=True,
        fields=(
            Field(name="size", type=scalar("Size"), default=Const(type="Size", value=4096)),
            *optional(
                ("text", TEXT),
                ("flag", scalar("Bool")),
                ("big", scalar("u64")),
                ("real", scalar("f64")),
                ("level", LEVEL),
                ("wait", scalar("Duration")),
                ("blob", scalar("Bytes")),
                ("tls", TLS),
                ("map", MapOf(TEXT, TLS)),
                ("by_number", MapOf(scalar("i32"), OptionOf(TEXT))),
                ("by_level", MapOf(LEVEL, PEER)),
                ("jobs", ListOf(JOB, ("name",))),
                ("plain", ListOf(TLS)),
                ("numbers", ListOf(I64)),
                ("matrix", ListOf(ListOf(I64))),
                ("names", SetOf(TEXT)),
                ("pair", TupleOf((I64, OptionOf(TEXT)))),
                ("peers", ListOf(PEER)),
                ("any", JSON),
                ("secret", SecretOf(TEXT)),
            ),
            Field(name="hot", type=OptionOf(I64), reload="restart", danger="it burns"),
        ),
    ),
)


def schema_of(root: AnyType, *decls: Any) -> _core.Schema:
    bundle = Bundle(root=root, decls=tuple(sorted(decls, key=lambda decl: decl.name)))
    return _core.Schema(canon.encode(bundle))


@pytest.fixture(scope="session")
def schema() -> _core.Schema:
    return schema_of(Named("t.Root"), *DECLS)


@pytest.fixture(scope="session")
def make_schema() -> Any:
    return schema_of


@pytest.fixture(scope="session")
def decode(schema: _core.Schema) -> Any:
    return lambda document: schema.decode_json(json.dumps(document).encode())
