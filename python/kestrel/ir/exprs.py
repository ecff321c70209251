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
    """Base of all expressions. `of` is the type of the value, which only functions need: what
    they become is compiled, while rules, defaults and configs are evaluated."""

    at: At | None = None
    of: AnyType | None = None


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


# ---------------------------------------------------------------- what only functions say


class Convert(Expr, frozen=True, tag="convert"):
    """`value` as the type `of`: integers must fit (else `range`), reals are rounded to it."""

    value: AnyExpr


class Block(Expr, frozen=True, tag="block"):
    """Items in order, in a scope of their own; its value is the last one's, which is Unit for
    statements. Deferred expressions run when it is left, in reverse order."""

    items: tuple[AnyExpr, ...]


class Define(Expr, frozen=True, tag="define"):
    """A name from here to the end of its block; `mutable` ones can be assigned to."""

    name: str
    value: AnyExpr
    mutable: bool = False


class Assign(Expr, frozen=True, tag="assign"):
    name: str
    value: AnyExpr


class While(Expr, frozen=True, tag="while"):
    cond: AnyExpr
    body: AnyExpr


class ForEach(Expr, frozen=True, tag="for"):
    """`body` with each item of a list, set or option, or each entry of a map, as `name`."""

    name: str
    values: AnyExpr
    body: AnyExpr


class Break(Expr, frozen=True, tag="break"):
    pass


class Continue(Expr, frozen=True, tag="continue"):
    pass


class Return(Expr, frozen=True, tag="return"):
    value: AnyExpr


class Try(Expr, frozen=True, tag="try"):
    """`value?`: what is in `Ok` or `Some`; else the function returns what there is instead."""

    value: AnyExpr


class Defer(Expr, frozen=True, tag="defer"):
    """`value` when the block is left, on every way out."""

    value: AnyExpr


class Unsafe(Expr, frozen=True, tag="unsafe"):
    reason: str
    body: AnyExpr


class Invoke(Expr, frozen=True, tag="invoke"):
    """A function of C by its full name, with what is given to it, `out` parameters left out."""

    fn: str
    args: tuple[AnyExpr, ...]


class Code(Expr, frozen=True, tag="code"):
    """A code of a status by its name."""

    status: str
    code: str


class Copy(Expr, frozen=True, tag="copy"):
    """The bytes at an address that C gave: `size` of them, copied."""

    address: AnyExpr
    size: AnyExpr


class Log(Expr, frozen=True, tag="log"):
    """`audit.log(event, { name: value, … })`: writes an audit record."""

    event: str
    fields: tuple[tuple[str, AnyExpr], ...] = ()


Statement = (
    Convert
    | Block
    | Define
    | Assign
    | While
    | ForEach
    | Break
    | Continue
    | Return
    | Try
    | Defer
    | Unsafe
    | Invoke
    | Code
    | Copy
    | Log
)
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
    | Statement
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
