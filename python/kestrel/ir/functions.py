"""Functions, and the functions, types and codes of C that they are made with."""

from __future__ import annotations

from typing import Literal

import msgspec

from kestrel.ir.decl import Decl
from kestrel.ir.exprs import AnyExpr, At
from kestrel.ir.types import AnyType

Ownership = Literal["", "own", "borrow", "out"]
"""What becomes of a handle that is passed: taken, lent, or made by the function that is called."""


class Parameter(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """`default` may name the parameters before it. `on_error`: an `out` handle is there even if
    the function fails, and must be released then."""

    name: str
    type: AnyType
    ownership: Ownership = ""
    default: AnyExpr | None = None
    on_error: bool = False
    at: At | None = None


class Function(Decl, frozen=True, tag="function", kw_only=True):
    """A function of Kestrel, checked.

    `effects`: what it may do, closed (`kestrel.ir.effects`) and sorted; of one with `declared`
    effects it is what was declared. `boundary` is the kind of boundary that it must suit.
    """

    params: tuple[Parameter, ...]
    result: AnyType
    body: AnyExpr
    public: bool = False
    declared: tuple[str, ...] | None = None
    effects: tuple[str, ...] = ()
    boundary: str = ""
    forbids: tuple[str, ...] = ()
    hot: bool = False


class Handle(Decl, frozen=True, tag="handle", kw_only=True):
    """An owned pointer to `foreign`. `owner` is the handle that it must not outlive; `release`
    takes it; `always`: whatever status that gives, it has been released."""

    foreign: str
    release: str
    owner: str = ""
    always: bool = False


class StatusCode(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    name: str
    value: int
    doc: str = ""


class Status(Decl, frozen=True, tag="status", kw_only=True):
    """What a function of C says of itself: `codes` are those that are no errors. `text` is the
    function that gives a code's text."""

    type: AnyType
    codes: tuple[StatusCode, ...]
    text: str = ""


class Member(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    name: str
    type: AnyType
    at: At | None = None


class Struct(Decl, frozen=True, tag="struct", kw_only=True):
    """A struct of C, of which some members are known."""

    foreign: str
    fields: tuple[Member, ...]


class ForeignFn(Decl, frozen=True, tag="foreign", kw_only=True):
    """A function of C. `safe`: it can be called without `unsafe`. `result`: as C gives it;
    `ignore`: its status matters to nobody."""

    symbol: str
    params: tuple[Parameter, ...]
    result: AnyType
    effects: tuple[str, ...]
    safe: bool = False
    hot: bool = False
    ignore: bool = False
    no_alloc: bool = False
    library: str = ""


class Library(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An `extern` block: the library to link with, and the header that declares what is in it."""

    name: str
    header: str
    system: bool = False
    at: At | None = None


AnyForeign = Handle | Status | Struct | ForeignFn


class Code(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What a module and those that it uses say in functions, by full names."""

    functions: dict[str, Function] = {}
    foreign: dict[str, AnyForeign] = {}
    libraries: tuple[Library, ...] = ()
