"""`extern` blocks: handles, statuses, structs and functions of C."""

from __future__ import annotations

from collections.abc import Iterator

from kestrel.check.code.contracts import check_contracts
from kestrel.check.lowering import Lower
from kestrel.check.scope import Body as BodyOf
from kestrel.check.scope import Env, Frame, ModuleScope, Names, Symbol, Variable
from kestrel.check.shapes import ERROR, UNIT, bare, kind, show
from kestrel.check.types import Types
from kestrel.check.world import Place, World
from kestrel.ir.effects import DECLARABLE, MAY, UNSAFE, closure, ordered
from kestrel.ir.exprs import AnyExpr
from kestrel.ir.functions import (
    AnyForeign,
    ForeignFn,
    Handle,
    Library,
    Member,
    Ownership,
    Parameter,
    Status,
    StatusCode,
    Struct,
)
from kestrel.ir.types import SCALARS, AnyType, Scalar
from kestrel.syntax import ast
from kestrel.text.hints import did_you_mean

EVERYTHING = ordered((*MAY, UNSAFE))
"""The effects of a function of C that does not say."""


class Externs:
    """Checks the `extern` blocks of all modules: first their types, then their functions."""

    def __init__(self, world: World, types: Types, lower: Lower) -> None:
        self.world = world
        self.types = types
        self.lower = lower
        self.libraries: list[Library] = []

    def declare(self, modules: list[ModuleScope]) -> None:
        """Types of C, before anything names them."""
        for module in modules:
            for block in _blocks(module):
                self._library(module, block)
                for node in block.members:
                    symbol = module.own.get(node.name.text)
                    if symbol is not None and symbol.node is node:
                        self._declare(symbol)

    def check(self, modules: list[ModuleScope]) -> None:
        """Functions, and what handles and statuses say of them."""
        for module in modules:
            for block in _blocks(module):
                for node in block.members:
                    symbol = module.own.get(node.name.text)
                    if symbol is not None and symbol.node is node:
                        self._check(symbol, block)
        check_contracts(self.world, modules)

    # ---------------------------------------------------------------- blocks and types

    def _library(self, module: ModuleScope, block: ast.Extern) -> None:
        if block.abi.value != "C":
            helps = ('only `extern "C"` is known',)
            span = module.span(block.abi)
            self.world.sink.report("KS0221", span, what=f"the ABI `{block.abi.value}`", helps=helps)
        header = block.header
        text = header.text if isinstance(header, ast.SystemHeader) else header.value
        for node, said, what in (
            (block.library, block.library.value, "library"),
            (header, text, "header"),
        ):
            if why := _unfit_path(said, what):
                self.world.sink.report("KS0222", module.span(node), what=what, text=said, why=why)
        self.libraries.append(
            Library(
                name=block.library.value,
                header=text,
                system=isinstance(header, ast.SystemHeader),
                at=module.at(block),
            )
        )

    def _declare(self, symbol: Symbol) -> None:
        made: AnyForeign
        module = symbol.module
        at = module.at(symbol.node)
        match symbol.node:
            case ast.Handle(
                attrs=attrs, foreign=foreign, owner=owner, release=release, always=always
            ):
                made = Handle(
                    name=symbol.name,
                    doc=attrs.doc,
                    at=at,
                    foreign=foreign.text,
                    release=module.full(release.text),
                    owner=module.full(owner.text) if owner is not None else "",
                    always=always,
                )
            case ast.Status() as node:
                made = self._status(symbol, node)
            case ast.Struct(attrs=attrs, name=name):
                made = Struct(name=symbol.name, doc=attrs.doc, at=at, foreign=name.text, fields=())
            case _:
                return
        self.world.foreign[symbol.name] = made

    def _status(self, symbol: Symbol, node: ast.Status) -> Status:
        module = symbol.module
        type_ = bare(self.types.plain(node.type, Place(module, symbol.name, code=True)))
        if kind(type_) not in ("int", "error"):
            span = module.span(node.type)
            self.world.sink.report("KS0110", span, expected="an integer type", found=show(type_))
            type_ = ERROR
        codes: dict[str, StatusCode] = {}
        for code in node.codes:
            value = _integer(code.value)
            if code.name.text in codes:
                self.world.sink.report("KS0137", module.span(code.name), name=code.name.text)
            self._fits(module, code.value, value, type_)
            codes[code.name.text] = StatusCode(name=code.name.text, value=value, doc=code.attrs.doc)
        text = node.error_text.text if node.error_text is not None else ""
        return Status(
            name=symbol.name,
            doc=node.attrs.doc,
            at=module.at(node),
            type=type_ if isinstance(type_, Scalar) and type_ != ERROR else Scalar("i32"),
            codes=tuple(codes.values()),
            text=text,
        )

    def _fits(self, module: ModuleScope, node: ast.Node, value: int, type_: AnyType) -> None:
        info = SCALARS.get(type_.name) if isinstance(type_, Scalar) else None
        if info is None or info.lo is None or info.hi is None or info.lo <= value <= info.hi:
            return
        span = module.span(node)
        self.world.sink.report("KS0111", span, value=span.text, type=show(type_))

    # ---------------------------------------------------------------- functions and structs

    def _check(self, symbol: Symbol, block: ast.Extern) -> None:
        match symbol.node:
            case ast.ForeignFn() as node:
                self.world.foreign[symbol.name] = self._function(symbol, node, block)
            case ast.Struct() as node:
                self._struct(symbol, node)
            case _:
                pass

    def _struct(self, symbol: Symbol, node: ast.Struct) -> None:
        place = Place(symbol.module, symbol.name, code=True)
        fields: dict[str, Member] = {}
        for field in node.fields:
            name = field.name.text
            if name in fields:
                span = symbol.module.span(field.name)
                self.world.sink.report("KS0102", span, what="the field", name=name)
            found = self.types.plain(field.type, place)
            self._passable(symbol.module, field.type, found, "a field of a struct")
            fields[name] = Member(name=name, type=found, at=symbol.module.at(field))
        made = self.world.foreign[symbol.name]
        assert isinstance(made, Struct)
        self.world.foreign[symbol.name] = Struct(
            name=made.name,
            doc=made.doc,
            at=made.at,
            foreign=made.foreign,
            fields=tuple(fields.values()),
        )

    def _function(self, symbol: Symbol, node: ast.ForeignFn, block: ast.Extern) -> ForeignFn:
        module = symbol.module
        place = Place(module, symbol.name, code=True)
        params = tuple(self._params(node, place))
        result = self.types.plain(node.result, place) if node.result is not None else UNIT
        if node.result is not None:
            self._passable(module, node.result, result, "a result")
        names = {attr.name.text for attr in node.attrs.items}
        made = ForeignFn(
            name=symbol.name,
            doc=node.attrs.doc,
            at=module.at(node),
            symbol=node.name.text,
            params=params,
            result=result,
            effects=self._effects(module, node),
            safe=node.safe,
            hot="hot" in names,
            ignore="ignore_status" in names,
            no_alloc="no_alloc" in names,
            library=block.library.value,
        )
        self._safe(module, node, made)
        return made

    def _params(self, node: ast.ForeignFn, place: Place) -> Iterator[Parameter]:
        seen: dict[str, Variable] = {}
        for param in node.params:
            name, module = param.name.text, place.module
            if name in seen:
                self.world.sink.report("KS0137", module.span(param.name), name=name)
            found = self.types.plain(param.type, place)
            out = isinstance(param, ast.OutParam)
            self._passable(module, param.type, found, "a parameter", out)
            seen[name] = Variable(found)
            default = None
            if isinstance(param, ast.Param) and param.default is not None:
                default = self._default(param.default, found, seen, name, place)
            yield Parameter(
                name=name,
                type=found,
                ownership=self.ownership(module, param, found),
                default=default,
                on_error=isinstance(param, ast.OutParam) and param.on_error,
                at=module.at(param),
            )

    def _default(
        self, node: ast.Expr, wanted: AnyType, seen: dict[str, Variable], name: str, place: Place
    ) -> AnyExpr:
        """It may name the parameters before it: `len: u32 = len(buf)`."""
        before = {n: v for n, v in seen.items() if n != name}
        code = Frame(BodyOf(place.owner, UNIT, {}), lambda_=True)
        env = Env(place.module, Names(before), code=code)
        with self.lower.whole():
            return self.lower.value(node, wanted, env)

    def ownership(
        self, module: ModuleScope, param: ast.Param | ast.OutParam, found: AnyType
    ) -> Ownership:
        """A handle is taken or lent, and it is said which; nothing else is."""
        if isinstance(param, ast.OutParam):
            return "out"
        said = param.ownership
        is_handle = self.world.handle(bare(found)) is not None
        if is_handle and said is None:
            name = show(found)
            helps = (
                f"`{param.name.text}: borrow {name}` lends it, `{param.name.text}: own {name}` "
                "gives it away",
            )
            span = module.span(param)
            self.world.sink.report("KS0223", span, name=param.name.text, helps=helps)
            return "borrow"
        if said is not None and not is_handle and kind(found) != "error":
            span = module.span(param)
            self.world.sink.report("KS0224", span, word=said, type=show(found))
            return ""
        return said or ""

    def _passable(
        self, module: ModuleScope, node: ast.Node, found: AnyType, where: str, out: bool = False
    ) -> None:
        """Can C be given this, or give it?"""
        plain = bare(found)
        is_result = where == "a result"
        fine = kind(plain) in ("error", "bool", "int", "float", "foreign", "pointer", "cstr")
        fine = fine or (kind(plain) == "unit" and is_result)
        fine = fine or (where == "a parameter" and not out and kind(plain) in ("buffer", "fn"))
        fine = fine or (kind(plain) == "option" and kind(plain.item) in ("cstr", "pointer"))  # type: ignore[union-attr]
        fine = fine or (kind(plain) == "option" and is_result and kind(plain.item) == "foreign")  # type: ignore[union-attr]
        if out and kind(plain) in ("cstr", "fn"):
            fine = False
        if not fine:
            helps = _passing_cures(plain)
            span = module.span(node)
            self.world.sink.report("KS0225", span, type=show(found), where=where, helps=helps)

    def _effects(self, module: ModuleScope, node: ast.ForeignFn) -> tuple[str, ...]:
        if node.effects is None:
            base: frozenset[str] = frozenset(EVERYTHING)
        else:
            base = closure(self.declared(module, node.effects))
        needs = {"ffi"} if node.safe else {"ffi", UNSAFE}
        return ordered(base - ({UNSAFE} if node.safe else set()) | needs)

    def declared(self, module: ModuleScope, names: tuple[ast.Name, ...]) -> Iterator[str]:
        """The tags that an `effect { … }` names."""
        for name in names:
            if name.text in DECLARABLE:
                yield name.text
                continue
            helps = did_you_mean(name.text, DECLARABLE)
            if name.text == UNSAFE:
                helps = ("it is no effect to declare: `unsafe` blocks meet it",)
            span = module.span(name)
            self.world.sink.report("KS0101", span, what="effect", name=name.text, helps=helps)

    def _safe(self, module: ModuleScope, node: ast.ForeignFn, made: ForeignFn) -> None:
        """`safe` is for scalars and buffers: with anything else, C can be led astray."""
        if not made.safe:
            return
        for param, said in zip(made.params, node.params, strict=True):
            plain = bare(param.type)
            if kind(plain) not in ("bool", "int", "float", "buffer", "cstr", "error"):
                what = f"`{param.name}: {show(plain)}`"
                self.world.sink.report("KS0226", module.span(said), what=what)
            elif param.ownership == "out" and kind(plain) in ("buffer", "cstr"):
                self.world.sink.report("KS0226", module.span(said), what=f"`out {param.name}`")
        if kind(made.result) in ("pointer", "fn") and node.result is not None:
            what = f"the result `{show(made.result)}`"
            self.world.sink.report("KS0226", module.span(node.result), what=what)


def _blocks(module: ModuleScope) -> Iterator[ast.Extern]:
    for node in module.file.decls:
        if isinstance(node, ast.Extern):
            yield node


def _integer(node: ast.Int | ast.Neg) -> int:
    if isinstance(node, ast.Neg):
        return -_integer(node.value)  # type: ignore[arg-type]
    return node.value


def _unfit_path(text: str, what: str) -> str:
    """Why a library or a header cannot be called so; empty if it can."""
    if not text:
        return "it is empty"
    if what == "library" and text.startswith("-"):
        return "a compiler would take it for an option"
    bad = next(
        (c for c in text if not (c.isalnum() or c in "._+-" or (c == "/" and what == "header"))), ""
    )
    if bad or not text.isascii():
        return f"{bad!r} cannot stand in it" if bad else "only ASCII can stand in it"
    return "it leads out of its folder" if ".." in text.split("/") else ""


def _passing_cures(found: AnyType) -> tuple[str, ...]:
    cures = {
        "text": "text goes to C as `CStr`",
        "list": "items go to C as `Buffer<…>`",
        "bytes": "bytes go to C as `Buffer<u8>`",
        "named": "a struct of C is declared in the block: `struct Name { … }`",
        "result": "what C says of its success is a `status`",
    }
    cure = cures.get(kind(found))
    return (cure,) if cure else ()
