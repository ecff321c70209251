"""The syntax tree of a `.ks` file.

There is one class for each rule of `grammar/kestrel.lark` that makes a node, and it has the rule's
name; rules in the plural make tuples. A node's fields are the rule's parts in the order in which
they are written, `None` where an optional part is absent. `start` and `end` are byte offsets into
the text of `File.source`, from the node's first token to its last.

Nothing is resolved here: a `Name` in an expression may be a variable, a field, a variant or a
mistake, and `Braces` may turn out to be a block, a record or a map. That is `kestrel.check`'s work.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from kestrel.text.source import Source, Span


class Node(msgspec.Struct, frozen=True, gc=False):
    """Base of all nodes. Trees have no cycles, so the garbage collector need not look at them."""

    start: int
    end: int


# ---------------------------------------------------------------- names, attributes, doc comments


class Name(Node, frozen=True):
    """A name where it stands; as an expression, a reference to what has that name."""

    text: str


class Path(Node, frozen=True):
    """`a.b.C`: at least one name."""

    items: tuple[Name, ...]

    @property
    def text(self) -> str:
        return ".".join(name.text for name in self.items)


class Attr(Node, frozen=True):
    """`@name` or `@name(args)`; `args` is empty in both `@name` and `@name()`."""

    name: Name
    args: tuple[Argument, ...]


class Attrs(msgspec.Struct, frozen=True, gc=False):
    """What stands before a declaration: its doc comment, without the `///`, and attributes."""

    doc: str = ""
    items: tuple[Attr, ...] = ()


# ---------------------------------------------------------------- file, modules, types


class File(Node, frozen=True):
    """A whole file. `comments` are the byte ranges of all comments that are not doc comments."""

    decls: tuple[Decl, ...]
    source: Source
    comments: tuple[tuple[int, int], ...]

    def span(self, node: Node) -> Span:
        return Span(self.source, node.start, node.end)


class Module(Node, frozen=True):
    attrs: Attrs
    path: Path


class Use(Node, frozen=True):
    """`use a.b` or `use a.b as c`."""

    attrs: Attrs
    path: Path
    alias: Name | None


class UseItems(Node, frozen=True):
    """`use a.b.{C, D as E}`."""

    attrs: Attrs
    path: Path
    imports: tuple[Import, ...]


class Import(Node, frozen=True):
    name: Name
    alias: Name | None


class SumType(Node, frozen=True):
    attrs: Attrs
    name: Name
    generics: tuple[Name, ...]
    variants: tuple[Variant, ...]


class Variant(Node, frozen=True):
    attrs: Attrs
    name: Name
    payload: TupleType | RecordType | None


class NewType(Node, frozen=True):
    """`type UserId = new u64 where …`."""

    attrs: Attrs
    name: Name
    generics: tuple[Name, ...]
    type: Type
    where: Expr | None


class Alias(Node, frozen=True):
    """`type alias Name = String where …`."""

    attrs: Attrs
    name: Name
    generics: tuple[Name, ...]
    type: Type
    where: Expr | None


class NamedType(Node, frozen=True):
    """`u16`, `edge.common.Tls`, `Map<K, V>`."""

    path: Path
    args: tuple[Type, ...]


class ListType(Node, frozen=True):
    item: Type


class TupleType(Node, frozen=True):
    """`(A, B)`; with one item, as a type, just parentheses."""

    items: tuple[Type, ...]


class RecordType(Node, frozen=True):
    fields: tuple[Field, ...]


class TypeField(Node, frozen=True):
    attrs: Attrs
    name: Name
    type: Type


class FnType(Node, frozen=True):
    params: tuple[Type, ...]
    result: Type


class LiteralType(Node, frozen=True):
    """`"a" | "b"`."""

    items: tuple[Text | Int | Neg, ...]


# ---------------------------------------------------------------- schemas and configs


class Schema(Node, frozen=True):
    attrs: Attrs
    open: bool
    name: Name
    generics: tuple[Name, ...]
    extends: Path | None
    members: tuple[SchemaMember, ...]


class Field(Node, frozen=True):
    attrs: Attrs
    name: Name
    type: Type
    default: Value | None
    where: Expr | None


class Compute(Node, frozen=True):
    attrs: Attrs
    name: Name
    type: Type
    value: Expr


class Requires(Node, frozen=True):
    """`requires name: condition else message at place`."""

    attrs: Attrs
    name: Name
    condition: Expr
    message: Text | Interpolation | None
    place: Path | None


class When(Node, frozen=True):
    attrs: Attrs
    condition: Expr
    sets: tuple[Set, ...]


class Set(Node, frozen=True):
    """`field.path = value` inside `when` and `migrate`."""

    place: Path
    value: Value


class Migrate(Node, frozen=True):
    attrs: Attrs
    direction: Literal["from", "to"]
    schema: Path
    sets: tuple[Set, ...]


class Retired(Node, frozen=True):
    attrs: Attrs
    name: Name


class Example(Node, frozen=True):
    """`rule` names the rule that an invalid example breaks."""

    attrs: Attrs
    validity: Literal["valid", "invalid"]
    title: Text
    rule: Name | None
    value: Expr


class Config(Node, frozen=True):
    attrs: Attrs
    name: Name
    type: Type | None
    value: Value


class Template(Node, frozen=True):
    attrs: Attrs
    name: Name
    params: tuple[Param | OutParam, ...]
    type: Type
    value: Expr


class EnvSecret(Node, frozen=True):
    """`env:NAME`."""

    name: Name


class FileSecret(Node, frozen=True):
    """`file:"/run/secrets/x"`."""

    path: Text


# ---------------------------------------------------------------- functions and the foreign


class Fn(Node, frozen=True):
    """`effects` is `None` where none are declared, `()` where `effect {}` is."""

    attrs: Attrs
    public: bool
    name: Name
    generics: tuple[Name, ...]
    params: tuple[Param | OutParam, ...]
    result: Type | None
    effects: tuple[Name, ...] | None
    body: Braces


class Param(Node, frozen=True):
    name: Name
    ownership: Literal["own", "borrow"] | None
    type: Type
    default: Expr | None


class OutParam(Node, frozen=True):
    """`out db: Db`; `on_error` where it is set also on the failing edge."""

    name: Name
    type: Type
    on_error: bool


class Extern(Node, frozen=True):
    """`extern "C" from "sqlite3" include <sqlite3.h> { … }`."""

    attrs: Attrs
    abi: Text
    library: Text
    header: Text | SystemHeader
    members: tuple[Handle | Status | Struct | ForeignFn, ...]


class SystemHeader(Node, frozen=True):
    """`<zlib.h>`; `text` is without the angle brackets."""

    text: str


class Handle(Node, frozen=True):
    """`always`: the release happens even if its status says otherwise."""

    attrs: Attrs
    name: Name
    foreign: Name
    owner: Name | None
    release: Name
    always: bool


class Status(Node, frozen=True):
    """`error_text` is the function that turns a code into text."""

    attrs: Attrs
    name: Name
    type: Type
    codes: tuple[StatusCode, ...]
    error_text: Name | None


class StatusCode(Node, frozen=True):
    attrs: Attrs
    name: Name
    value: Int | Neg


class Struct(Node, frozen=True):
    attrs: Attrs
    name: Name
    fields: tuple[TypeField, ...]


class ForeignFn(Node, frozen=True):
    attrs: Attrs
    safe: bool
    name: Name
    params: tuple[Param | OutParam, ...]
    result: Type | None
    effects: tuple[Name, ...] | None


class Boundary(Node, frozen=True):
    """`boundary rest Payments { … }`; `kind` is `rest`, `db`, `gpu`, …"""

    attrs: Attrs
    kind: Name
    name: Name
    members: tuple[Setting | ForeignFn, ...]


class Setting(Node, frozen=True):
    attrs: Attrs
    name: Name
    value: Value


class Bind(Node, frozen=True):
    """`bind config.path -> register.path`."""

    attrs: Attrs
    source: Path
    target: Path


# ---------------------------------------------------------------- braces and their items


class Braces(Node, frozen=True):
    """`{ … }`: a block, a record or a map; which one is said by the items and the type it meets."""

    items: tuple[Item, ...]


class Let(Node, frozen=True):
    pattern: Pattern
    type: Type | None
    value: Expr


class Var(Node, frozen=True):
    name: Name
    type: Type | None
    value: Expr


class Assign(Node, frozen=True):
    target: Expr
    value: Expr


class Entry(Node, frozen=True):
    """`key: value`.

    `key` is a `Name` or `Text`, a path of `Member`s (`listeners.edge.tls`), or `Paren` for a key
    that is computed.
    """

    key: Expr
    value: Value


class While(Node, frozen=True):
    condition: Expr
    body: Braces


class For(Node, frozen=True):
    pattern: Pattern
    values: Expr
    body: Braces


class Defer(Node, frozen=True):
    value: Expr


class IfThen(Node, frozen=True):
    """`if` without `else`: a statement."""

    condition: Expr
    then: Item


class Break(Node, frozen=True):
    pass


class Continue(Node, frozen=True):
    pass


# ---------------------------------------------------------------- expressions


class If(Node, frozen=True):
    condition: Expr
    then: Value
    otherwise: Value


class Lambda(Node, frozen=True):
    params: tuple[LambdaParam, ...]
    body: Expr


class LambdaParam(Node, frozen=True):
    pattern: Name | TuplePattern
    type: Type | None


class Return(Node, frozen=True):
    value: Expr | None


class Match(Node, frozen=True):
    subject: Expr
    arms: tuple[Arm, ...]


class Arm(Node, frozen=True):
    """`| p | q -> body`."""

    patterns: tuple[Pattern, ...]
    body: Value


class With(Node, frozen=True):
    """`base with { path: value }`; an item `- path` removes."""

    base: Expr
    changes: Braces


class Pipe(Node, frozen=True):
    """`left |> right`."""

    left: Expr
    right: Expr


class Binary(Node, frozen=True):
    """`left op right`; `op` is one of the grammar's `*_op` words."""

    left: Expr
    op: str
    right: Expr


class Is(Node, frozen=True):
    value: Expr
    variant: Path


class In(Node, frozen=True):
    value: Expr
    values: Expr


class Matches(Node, frozen=True):
    value: Expr
    pattern: Expr


class ClosedRange(Node, frozen=True):
    """`low..=high`."""

    low: Expr
    high: Expr


class HalfRange(Node, frozen=True):
    """`low..high`: without `high`."""

    low: Expr
    high: Expr


class Neg(Node, frozen=True):
    """`-value`. Literals have no sign of their own: `-5s` is `Neg(Duration)`."""

    value: Expr


class Not(Node, frozen=True):
    value: Expr


class Cast(Node, frozen=True):
    value: Expr
    type: Path


class Member(Node, frozen=True):
    """`value.name`."""

    value: Expr
    name: Name


class TupleItem(Node, frozen=True):
    """`value.0`."""

    value: Expr
    index: int


class Try(Node, frozen=True):
    """`value?`."""

    value: Expr


class Call(Node, frozen=True):
    callee: Expr
    args: tuple[Argument, ...]


class NamedArg(Node, frozen=True):
    name: Name
    value: Expr


class Index(Node, frozen=True):
    """`value[index]`."""

    value: Expr
    index: Expr


class Paren(Node, frozen=True):
    value: Expr


class Tuple(Node, frozen=True):
    items: tuple[Expr, ...]


class List(Node, frozen=True):
    items: tuple[Value, ...]


class Unsafe(Node, frozen=True):
    reason: Text
    body: Braces


# ---------------------------------------------------------------- literals, decoded


class Unit(Node, frozen=True):
    """`()`."""


class Bool(Node, frozen=True):
    value: bool


class Int(Node, frozen=True):
    """Not negative, of any size: whether it fits is a question of types."""

    value: int


class Float(Node, frozen=True):
    value: float


class Duration(Node, frozen=True):
    nanoseconds: int


class Size(Node, frozen=True):
    bytes: int


class Text(Node, frozen=True):
    value: str


class Interpolation(Node, frozen=True):
    """`"a{x}b"`: text and expressions in turn."""

    items: tuple[str | Expr, ...]


# ---------------------------------------------------------------- patterns


class PathPattern(Node, frozen=True):
    """`x`, `_`, `None`, `Some(p)`, `Env.Prod`; `args` is `None` without parentheses.

    A single name without a capital binds a variable.
    """

    path: Path
    args: tuple[Pattern, ...] | None


class VariantRecordPattern(Node, frozen=True):
    """`Circle { r }`."""

    path: Path
    fields: RecordPattern


class TuplePattern(Node, frozen=True):
    """`(p, q)`; with one item, just parentheses."""

    items: tuple[Pattern, ...]


class RecordPattern(Node, frozen=True):
    fields: tuple[FieldPattern, ...]


class FieldPattern(Node, frozen=True):
    """`name` or `name: pattern`."""

    name: Name
    pattern: Pattern | None


class LiteralPattern(Node, frozen=True):
    """`low`, or `low..=high`."""

    low: PatternLiteral
    high: PatternLiteral | None


# ---------------------------------------------------------------- closed sets

Decl = (
    Module
    | Use
    | UseItems
    | SumType
    | NewType
    | Alias
    | Schema
    | Config
    | Template
    | Fn
    | Extern
    | Boundary
    | Bind
)
Type = NamedType | ListType | TupleType | RecordType | FnType | LiteralType
SchemaMember = Field | Compute | Requires | When | Migrate | Retired | Example
Expr = (
    If
    | Lambda
    | Return
    | Match
    | With
    | Pipe
    | Binary
    | Is
    | In
    | Matches
    | ClosedRange
    | HalfRange
    | Neg
    | Not
    | Cast
    | Member
    | TupleItem
    | Try
    | Call
    | Index
    | Name
    | Int
    | Float
    | Duration
    | Size
    | Bool
    | Text
    | Interpolation
    | Unit
    | Paren
    | Tuple
    | List
    | Braces
    | Unsafe
)
Value = Expr | EnvSecret | FileSecret
Argument = Expr | NamedArg
Statement = Let | Var | Assign | Entry | While | For | Defer | IfThen | Break | Continue
Item = Statement | Expr
PatternLiteral = Int | Float | Duration | Size | Bool | Text | Neg
Pattern = PathPattern | VariantRecordPattern | TuplePattern | RecordPattern | LiteralPattern
