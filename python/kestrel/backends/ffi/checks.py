"""A declaration of C held against the header: what must be true of it, and what is said if not.

The texts name the file and the declaration as it is written, so that a compiler's message leads to
the line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kestrel.backends.ffi.names import cpp_text
from kestrel.backends.ffi.types import CppTypes, short
from kestrel.check.shapes import bare, kind, show
from kestrel.ir.functions import ForeignFn, Handle, Parameter, Status, Struct
from kestrel.ir.types import AnyType, BufferOf, Foreign, OptionOf, PointerTo, Scalar


class Check(NamedTuple):
    test: str
    text: str


class SignatureModel(NamedTuple):
    name: str
    symbol: str
    checks: tuple[Check, ...]
    exact: str = ""
    """Its type, where C++ may have several functions of the name, as of `sin`."""


class MemberModel(NamedTuple):
    name: str
    tag: str
    text: str


class StructModel(NamedTuple):
    cpp: str
    text: str
    members: tuple[MemberModel, ...]


def signature(types: CppTypes, fn: ForeignFn, file: str, header: str) -> SignatureModel:
    name = types.names.of("c_", fn.name)
    if _is_overloaded(fn):
        taken = ", ".join(types.of(p.type) for p in fn.params)
        exact = f"{types.of(fn.result)} (*)({taken})"
        said = f"{file}: `{written(fn)}` is declared otherwise in {header}: it has another type"
        check = Check(f"is_{name}<{name}>", cpp_text(said))
        return SignatureModel(name, fn.symbol, (check,), exact)
    return SignatureModel(name, fn.symbol, tuple(_checks(types, fn, name, file, header)))


def _is_overloaded(fn: ForeignFn) -> bool:
    """Floating-point functions of C are overloaded in C++."""
    types = [fn.result, *(p.type for p in fn.params)]
    floats = [t for t in types if kind(t) == "float"]
    plain = all(t in (Scalar("i32"), Scalar("f32"), Scalar("f64")) for t in types)
    return bool(floats) and plain and all(p.ownership != "out" for p in fn.params)


def _checks(types: CppTypes, fn: ForeignFn, name: str, file: str, header: str) -> Iterator[Check]:
    said = f"{file}: `{written(fn)}` is declared otherwise in {header}: "
    count = len(fn.params)
    text = said + f"it does not take {count} argument{'s' * (count != 1)}, or is variadic"
    yield Check(f"k::takes<{name}, {count}>()", cpp_text(text))
    for position, param in enumerate(fn.params):
        declared = tag(types, param.type)
        if param.ownership == "out":
            declared = f"k::Into<{declared}>"
        text = said + f"parameter {position + 1}, `{param.name}`, has another type"
        yield Check(f"k::takes_at<{name}, {position}, {declared}>()", cpp_text(text))
    text = said + "its result has another type"
    result = "void" if kind(fn.result) == "unit" else tag(types, fn.result)
    yield Check(f"k::gives<{name}, {result}>()", cpp_text(text))


def struct(types: CppTypes, found: Struct, file: str, header: str) -> StructModel:
    said = f"{file}: struct {short(found.name)} is declared otherwise in {header}: "
    members = tuple(
        MemberModel(
            m.name,
            tag(types, m.type),
            cpp_text(said + f"member `{m.name}` has another type"),
        )
        for m in found.fields
    )
    return StructModel(f"::{found.foreign}", cpp_text(said + "it has no standard layout"), members)


def tag(types: CppTypes, type_: AnyType) -> str:
    """What `k::Fits` knows a declared type by."""
    plain = bare(type_)
    match plain:
        case OptionOf(item):
            return tag(types, item)
        case PointerTo(item):
            return f"k::Address<{types.raw(item)}>"
        case BufferOf(item):
            return f"k::Items<{types.of(item)}>"
        case Foreign(name):
            found = types.foreign[name]
            if isinstance(found, Handle):
                return f"k::Lent<::{found.foreign}>"
            if isinstance(found, Status):
                return types.of(found.type)
            return types.of(plain)
    return "k::CText" if kind(plain) == "cstr" else types.of(plain)


def written(fn: ForeignFn) -> str:
    """The declaration, as its author wrote it."""
    params = ", ".join(_param(p) for p in fn.params)
    result = "" if kind(fn.result) == "unit" else f" -> {show(fn.result)}"
    return f"fn {fn.symbol}({params}){result}"


def _param(param: Parameter) -> str:
    if param.ownership == "out":
        return f"out {param.name}: {show(param.type)}"
    own = f"{param.ownership} " if param.ownership else ""
    return f"{param.name}: {own}{show(param.type)}"
