"""Declarations of the IR."""

from __future__ import annotations

from typing import Literal

import msgspec

from kestrel.ir.decl import Decl
from kestrel.ir.exprs import AnyExpr, At
from kestrel.ir.functions import Code
from kestrel.ir.types import AnyType

FORMAT = 1
"""Version of the IR's canonical form; part of every digest."""

ReloadClass = Literal["hot", "restart", "never"]


class Field(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A field of a record, or of a variant's payload.

    Refinements are in the type (`Refined`), on an option inside it. `default` may read sibling
    fields, `self`, `outer` and `root`. Attributes: `data_name` is the name in data files
    (`@as`), `units` how durations and sizes are written there (`@units`, words parted by ", "),
    `deprecated_since` a day (ISO 8601).
    """

    name: str
    type: AnyType
    default: AnyExpr | None = None
    reload: ReloadClass = "hot"
    danger: str | None = None
    renamed_from: tuple[str, ...] = ()
    deprecated: str | None = None
    deprecated_since: str = ""
    data_name: str = ""
    units: str = ""
    not_null: bool = False
    ignore_case: bool = False
    flatten: bool = False
    doc: str = ""
    at: At | None = None


class Compute(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A derived member: read like a field, never written."""

    name: str
    type: AnyType
    value: AnyExpr
    doc: str = ""
    at: At | None = None


class Rule(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """`requires name: cond else message at place`. `message` is an expression of type text."""

    name: str
    cond: AnyExpr
    message: AnyExpr | None = None
    place: tuple[str, ...] = ()
    at: At | None = None


class Default(msgspec.Struct, frozen=True):
    """`field.path = value` inside `when`."""

    path: tuple[str, ...]
    value: AnyExpr


class When(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Defaults under a condition; an explicit value wins, of two that apply the later does."""

    cond: AnyExpr
    sets: tuple[Default, ...]
    at: At | None = None


class Migration(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """`migrate from schema { … }`: makes a document of one schema from one of another.

    `schema` is the other one's full name. `from`: its documents become the record's; `to`: the
    other way round. `carried` are fields, of the result and of the old document, that are taken
    over as they were written; `sets` are made from `old`, the effective value, and win over them.
    """

    direction: Literal["from", "to"]
    schema: str
    carried: tuple[tuple[str, str], ...] = ()
    sets: tuple[Default, ...] = ()
    at: At | None = None


class Record(Decl, frozen=True, tag="record"):
    """A schema, a record type, or a variant's named payload. Closed unless `open`."""

    fields: tuple[Field, ...]
    computes: tuple[Compute, ...] = ()
    rules: tuple[Rule, ...] = ()
    whens: tuple[When, ...] = ()
    migrations: tuple[Migration, ...] = ()
    schema: bool = False
    open: bool = False
    extends: str = ""
    retired: tuple[str, ...] = ()
    version: tuple[int, ...] = ()
    case: str = ""
    """How field names are spelt in data (`@case`): "", snake, kebab, camel, pascal, upper."""


class Variant(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A variant: no payload, positional `items`, or named `fields`."""

    name: str
    items: tuple[AnyType, ...] = ()
    fields: tuple[Field, ...] = ()
    data_name: str = ""
    doc: str = ""


class Sum(Decl, frozen=True, tag="sum"):
    """A sum type. In data: a payload-free variant by its name, another as a one-key map.

    `tag` names the member that holds the variant's name instead (`@tag`); `untagged` tells the
    variants by their shape; `ignore_case` compares names in data without case.
    """

    variants: tuple[Variant, ...]
    tag: str = ""
    untagged: bool = False
    ignore_case: bool = False
    case: str = ""


class Newtype(Decl, frozen=True, tag="newtype"):
    base: AnyType


class Param(msgspec.Struct, frozen=True, omit_defaults=True):
    name: str
    type: AnyType
    default: AnyExpr | None = None


class Fn(Decl, frozen=True, tag="fn"):
    """A pure, total function that rules may call, or a `template` that makes a document.

    A template's parameters have refinements and defaults: programs call it with data.
    """

    params: tuple[Param, ...]
    result: AnyType
    body: AnyExpr
    template: bool = False


class Config(Decl, frozen=True, tag="config"):
    """A named config: `type` is the schema, `value` makes the document."""

    type: AnyType
    value: AnyExpr


AnyDecl = Record | Sum | Newtype | Fn | Config


class Bundle(msgspec.Struct, frozen=True):
    """Everything that one root type needs, closed under reference: what the core compiles.

    Declarations are sorted by name. The state file keeps bundles; a schema's digest is over one.
    """

    root: AnyType
    decls: tuple[AnyDecl, ...]
    format: int = FORMAT


class Example(msgspec.Struct, frozen=True):
    """`example valid "title" = …` of a schema; its value is the config named `config`."""

    schema: str
    valid: bool
    title: str
    config: str
    rule: str = ""
    """The rule that an invalid example breaks, if it names one: the schema's name, dot, its own."""
    at: At | None = None


class Module(msgspec.Struct, frozen=True):
    """A checked module. `decls` are its own and, under their full names, all that it uses."""

    name: str
    decls: dict[str, AnyDecl]
    sources: tuple[str, ...]
    """Display names of the files that `At` counts into."""
    examples: tuple[Example, ...] = ()
    aliases: dict[str, AnyType] = {}
    """Full types of the aliases without parameters, by their full names: a file may be one."""
    code: Code | None = None
    """Functions and what they call, if the module was checked with them."""
