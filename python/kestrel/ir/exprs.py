"""Expressions of the IR: what rules, defaults, `when`, `compute`, configs and pure functions say.

Names are resolved and every operation is monomorphic: `op` is a row of the core's table of
operations (`cpp/include/kestrel/ops.def`, in Python `kestrel._core.OPERATIONS`). `at` is the place
in the source (byte offsets into the file numbered `at[0]` of the module's sources); it is left out
of digests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from kestrel.ir.types import AnyType

At = tuple[int, int, int]


class Expr(msgspec.Struct, frozen=True, tag_field="kind", omit_defaults=True, kw_only=True):
    """Base of all expressions."""

    at: At | None = None


class Const(Expr, frozen=True, tag="const"):
    """A literal. `type` is a scalar's name; Duration is nanoseconds, Size bytes, Bytes hex text."""

    type: str
    value: bool | int | float | str | None = None


class Local(Expr, frozen=True, tag="local"):
    """A name in scope: a parameter, a `let`, or `it`, `self`, `outer`, `root`, `old`."""

    name: str


class Field(Expr, frozen=True, tag="field"):
    """`base.name` of a record; `otherwise` stands for what a document leaves out."""

    base: AnyExpr
    name: str
    otherwise: AnyExpr | None = None


class Item(Expr, frozen=True, tag="item"):
    """`base.0` of a tuple."""

    base: AnyExpr
    index: int


class Op(Expr, frozen=True, tag="op"):
    """A row of the table of operations applied to `args`, evaluated left to right."""

    op: str
    args: tuple[AnyExpr, ...]


class If(Expr, frozen=True, tag="if"):
    cond: AnyExpr
    then: AnyExpr
    other: AnyExpr


class Let(Expr, frozen=True, tag="let"):
    name: str
    value: AnyExpr
    body: AnyExpr


class Lambda(Expr, frozen=True, tag="lambda"):
    """Only as an argument of an operation such as `list.all`, or of a function."""

    params: tuple[str, ...]
    body: AnyExpr


class Call(Expr, frozen=True, tag="call"):
    """A declared pure function by its full name."""

    fn: str
    args: tuple[AnyExpr, ...]


class Is(Expr, frozen=True, tag="is"):
    """Is the sum (or option: `Some`, `None`) `base` this variant?"""

    base: AnyExpr
    variant: str


class Match(Expr, frozen=True, tag="match"):
    subject: AnyExpr
    arms: tuple[Arm, ...]


class Arm(msgspec.Struct, frozen=True):
    pattern: AnyPattern
    body: AnyExpr


class MakeRecord(Expr, frozen=True, tag="record"):
    """A document of a record: only the members that were written."""

    members: tuple[tuple[str, AnyExpr], ...]


class MakeMap(Expr, frozen=True, tag="map"):
    entries: tuple[tuple[AnyExpr, AnyExpr], ...]


class MakeList(Expr, frozen=True, tag="list"):
    """A list, set or tuple; which one is said by the type that it meets."""

    items: tuple[AnyExpr, ...]


class MakeVariant(Expr, frozen=True, tag="variant"):
    """A variant of the sum `type`, or `Some`/`None` with an empty `type`."""

    type: str
    variant: str
    args: tuple[AnyExpr, ...] = ()


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """One step of a path: a field's or member's name, or a computed key.

    `by` is the member of a list's items that has the value `key`; without it, `key` is a map's key
    or a position.
    """

    name: str = ""
    key: AnyExpr | None = None
    by: str = ""


class Edit(msgspec.Struct, frozen=True, omit_defaults=True):
    """`path: value` inside `with { … }`; without a value `- path`, which removes."""

    path: tuple[Step, ...]
    value: AnyExpr | None = None


class Update(Expr, frozen=True, tag="update"):
    """`base with { edits }`, in order; what a key leads to is made where it is missing."""

    base: AnyExpr
    edits: tuple[Edit, ...]


class Merge(Expr, frozen=True, tag="merge"):
    """`over` laid over `base`, two documents of `type`: records by member, maps by entry, lists
    with a key by item; of any other value, and where both have one, `over`'s."""

    base: AnyExpr
    over: AnyExpr
    type: AnyType


class ConfigRef(Expr, frozen=True, tag="config"):
    """The document of another config."""

    name: str


class SecretRef(Expr, frozen=True, tag="secret"):
    """`env:NAME` or `file:"/path"`, carried as text and never resolved here."""

    text: str


AnyExpr = (
    Const
    | Local
    | Field
    | Item
    | Op
    | If
    | Let
    | Lambda
    | Call
    | Is
    | Match
    | MakeRecord
    | MakeMap
    | MakeList
    | MakeVariant
    | Update
    | ConfigRef
    | SecretRef
    | Merge
)


class Pattern(msgspec.Struct, frozen=True, tag_field="kind", omit_defaults=True):
    """Base of the patterns of `match`."""


class Wild(Pattern, frozen=True, tag="wild"):
    pass


class Bind(Pattern, frozen=True, tag="bind"):
    name: str


class Equals(Pattern, frozen=True, tag="equals"):
    value: Const


class Within(Pattern, frozen=True, tag="within"):
    """`lo..=hi`, both included."""

    lo: Const
    hi: Const


class OfVariant(Pattern, frozen=True, tag="variant"):
    variant: str
    items: tuple[AnyPattern, ...] = ()


class OfTuple(Pattern, frozen=True, tag="tuple"):
    items: tuple[AnyPattern, ...]


class OfRecord(Pattern, frozen=True, tag="record"):
    names: tuple[str, ...]


AnyPattern = Wild | Bind | Equals | Within | OfVariant | OfTuple | OfRecord
