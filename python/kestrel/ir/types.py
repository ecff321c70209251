"""Types of the IR.

All IR nodes are frozen `msgspec.Struct`s with tagged unions: they serialise, compare and hash by
themselves. The canonical JSON of these structs (`kestrel.ir.canon`) is the one interface to the
C++ core (`cpp/include/kestrel/ir.hpp`) and what digests are taken over, so a changed name here is
a changed format.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from kestrel.ir import exprs
from kestrel.ir.exprs import AnyExpr


class ScalarInfo(NamedTuple):
    """What is known of a scalar type. `storage` is the slot kind of the core's rows."""

    storage: str
    lo: int | None = None
    hi: int | None = None


SCALARS: dict[str, ScalarInfo] = {
    "Unit": ScalarInfo("unit"),
    "Bool": ScalarInfo("bool"),
    "i8": ScalarInfo("int", -(2**7), 2**7 - 1),
    "i16": ScalarInfo("int", -(2**15), 2**15 - 1),
    "i32": ScalarInfo("int", -(2**31), 2**31 - 1),
    "i64": ScalarInfo("int", -(2**63), 2**63 - 1),
    "u8": ScalarInfo("int", 0, 2**8 - 1),
    "u16": ScalarInfo("int", 0, 2**16 - 1),
    "u32": ScalarInfo("int", 0, 2**32 - 1),
    "u64": ScalarInfo("int", 0, 2**64 - 1),
    "f32": ScalarInfo("float"),
    "f64": ScalarInfo("float"),
    "String": ScalarInfo("text"),
    "Path": ScalarInfo("text"),
    "Url": ScalarInfo("text"),
    "Uuid": ScalarInfo("text"),
    "Instant": ScalarInfo("text"),
    "Regex": ScalarInfo("text"),
    "Cidr": ScalarInfo("text"),
    "Bytes": ScalarInfo("bytes"),
    "Duration": ScalarInfo("duration", -(2**63), 2**63 - 1),
    "Size": ScalarInfo("size", 0, 2**64 - 1),
    "Json": ScalarInfo("json"),
    # Only inside expressions: a mathematical integer (128 bits), before it is stored in a field.
    "Int": ScalarInfo("int", -(2**127), 2**127 - 1),
    # Only in functions: text that C gets or gives, and what an expression has that gives no value.
    "CStr": ScalarInfo("cstr"),
    "Never": ScalarInfo("never"),
}
UNWRITTEN = frozenset({"Int", "Never"})
"""Scalars that nobody can write."""


class Type(msgspec.Struct, frozen=True, tag_field="kind", omit_defaults=True):
    """Base of all types."""


class Scalar(Type, frozen=True, tag="scalar"):
    """A built-in type; `name` is a key of `SCALARS`."""

    name: str


class Named(Type, frozen=True, tag="named"):
    """A declared record, sum or newtype by its full name, e.g. `edge.gateway.Listener`."""

    name: str


class OptionOf(Type, frozen=True, tag="option"):
    item: AnyType


class ListOf(Type, frozen=True, tag="list"):
    """A list. `key` names the fields of the item that identify it (`@key`), none: by position."""

    item: AnyType
    key: tuple[str, ...] = ()


class MapOf(Type, frozen=True, tag="map"):
    key: AnyType
    value: AnyType


class SetOf(Type, frozen=True, tag="set"):
    item: AnyType


class TupleOf(Type, frozen=True, tag="tuple"):
    items: tuple[AnyType, ...]


class Literals(Type, frozen=True, tag="literals"):
    """One of these texts: `"a" | "b"`."""

    values: tuple[str, ...]


class SecretOf(Type, frozen=True, tag="secret"):
    item: AnyType


class Refined(Type, frozen=True, tag="refined"):
    """`base where cond`, `it` being the value; `name` is the alias that says so, if one does."""

    base: AnyType
    where: AnyExpr
    name: str = ""


class FnOf(Type, frozen=True, tag="fn"):
    params: tuple[AnyType, ...]
    result: AnyType


class TypeVar(Type, frozen=True, tag="var"):
    name: str


class ResultOf(Type, frozen=True, tag="result"):
    """Only in functions: a value, or why there is none."""

    ok: AnyType
    err: AnyType


class Foreign(Type, frozen=True, tag="foreign"):
    """A handle, status, struct or opaque type of C, by its full name."""

    name: str


class PointerTo(Type, frozen=True, tag="pointer"):
    """An address that C gave. It can be passed on to C, and nothing else."""

    item: AnyType


class BufferOf(Type, frozen=True, tag="buffer"):
    """Items in memory that somebody else keeps, for the time of a call; never copied."""

    item: AnyType


AnyType = (
    Scalar
    | Named
    | OptionOf
    | ListOf
    | MapOf
    | SetOf
    | TupleOf
    | Literals
    | SecretOf
    | Refined
    | FnOf
    | TypeVar
    | ResultOf
    | Foreign
    | PointerTo
    | BufferOf
)

# Refinements hold expressions, and `Merge`, an expression, names a type: the knot is tied here.
vars(exprs)["AnyType"] = AnyType
