"""Functions of C++ as functions of Python: conversions, errors, the interpreter's lock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from kestrel.backends.ffi.emitter import Shared
from kestrel.backends.ffi.names import cpp_text, python_name
from kestrel.backends.ffi.types import CppTypes, StructDecl, SumDecl, short
from kestrel.backends.ffi.values import integer
from kestrel.check.shapes import bare, kind, show
from kestrel.ir.exprs import AnyExpr, Const, MakeVariant
from kestrel.ir.functions import Function, Handle, Parameter, Status
from kestrel.ir.types import AnyType, BufferOf, Foreign, OptionOf, ResultOf, TupleOf

RELEASING = frozenset({"io", "network", "db", "gpu"})
"""Effects of what may take long: others go on meanwhile, unless it needs the `runtime`."""


class ErrorModel(NamedTuple):
    name: str
    cpp: str
    doc: str
    lines: tuple[str, ...]


def bindings(shared: Shared, exported: tuple[Function, ...]) -> dict[str, Any]:
    """What the template of the Python module asks for."""
    types = shared.types
    fast = [fn for fn in exported if fn.hot and is_fast(fn)]
    slow = [fn for fn in exported if fn not in fast]
    bound = [_bound(shared, fn) for fn in slow]
    classes = [list(_class(types, decl)) for decl in types.order]
    return {
        "errors": list(_errors(types, exported)),
        "fast": [_fast(shared, fn) for fn in fast],
        "bound": bound,
        "classes": classes,
        "scopes": [
            {"type": f"Scope_{d.name}", "name": f"scope_{d.name}", "label": d.label}
            for d in types.order
            if isinstance(d, SumDecl) and not d.plain
        ],
        "abi": ", ".join(_abi(fn) for fn in exported),
    }


def releases(function: Function) -> bool:
    """Do other threads go on while it runs?"""
    effects = set(function.effects)
    return bool(effects & RELEASING) and "runtime" not in effects


def label(function: Function) -> str:
    return python_name(short(function.name))


def signature(function: Function) -> str:
    """Types and effects as they are compared when a module is imported."""
    params = ", ".join(
        f"{p.name}: {p.ownership}{' ' * bool(p.ownership)}{show(p.type)}" for p in function.params
    )
    effects = ", ".join(function.effects)
    result = show(function.result)
    return f"fn {short(function.name)}({params}) -> {result} effect {{{effects}}}"


def _written(param: Parameter) -> str:
    ownership = f"{param.ownership} " if param.ownership else ""
    return f"{param.name}: {ownership}{show(param.type)}"


def abi_hash(function: Function) -> int:
    """64 bits of what a caller relies on."""
    return int.from_bytes(hashlib.sha256(signature(function).encode()).digest()[:8], "big")


def _abi(function: Function) -> str:
    name = cpp_text(short(function.name))
    value = f"py::make_tuple(UINT64_C({abi_hash(function)}), {cpp_text(signature(function))})"
    return f"py::arg({name}) = {value}"


# ---------------------------------------------------------------- functions


def is_fast(function: Function) -> bool:
    """Can it be called without a detour? Scalars and buffers alone, and a scalar back."""
    scalars = ("bool", "int", "float")
    fine = all(
        kind(p.type) in scalars or kind(p.type) == "buffer" for p in function.params
    ) and not any(p.default is not None for p in function.params)
    return fine and kind(function.result) in (*scalars, "unit") and not releases(function)


def _fast(shared: Shared, function: Function) -> dict[str, Any]:
    params = [{"label": p.name, "cpp": shared.types.of(p.type)} for p in function.params]
    return {
        "name": shared.types.names.of("fast_", function.name),
        "label": label(function),
        "params": params,
        "function": shared.name(function.name),
        "given": ", ".join(f"a{n}.get()" for n in range(len(params))),
    }


def _bound(shared: Shared, function: Function) -> dict[str, Any]:
    types = shared.types
    params, given = [], []
    for number, param in enumerate(function.params):
        declared, passed = _param(types, param, f"a{number}")
        params.append(declared)
        given.append(passed)
    called = f"{shared.name(function.name)}({', '.join(given)})"
    lines = []
    if releases(function):
        lines.append("auto out = [&] {")
        lines.append("  const py::gil_scoped_release unlocked;")
        lines.append(f"  return {called};")
        lines.append("}();")
    else:
        lines.append(f"auto out = {called};")
    lines += _given(types, function)
    return {
        "label": label(function),
        "params": params,
        "returns": "",
        "lines": lines,
        "args": [_arg(types, p) for p in function.params],
    }


def _param(types: CppTypes, param: Parameter, name: str) -> tuple[str, str]:
    """How a lambda takes a parameter, and what it passes on."""
    cpp = types.of(param.type)
    plain = bare(param.type)
    if isinstance(plain, BufferOf):
        return f"const k::Borrowed<{types.of(plain.item)}>& {name}", f"{name}.get()"
    if types.moves(plain):
        held = f"std::shared_ptr<k::Held<{cpp}>> {name}"
        return held, f"{name}->take()" if param.ownership == "own" else f"{name}->get()"
    if kind(plain) in ("bool", "int", "float", "duration", "size"):
        return f"{cpp} {name}", name
    return f"const {cpp}& {name}", f"k::checked({name}, {cpp_text(param.name)})"


def _arg(types: CppTypes, param: Parameter) -> str:
    made = f"py::arg({cpp_text(python_name(param.name))})"
    if param.default is None:
        return made
    return f"{made} = {_default(types, param.default, param.type)}"


def _default(types: CppTypes, expr: AnyExpr, type_: AnyType) -> str:
    cpp = types.of(type_)
    if isinstance(expr, Const):
        value = expr.value
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return integer(value, cpp)
        if isinstance(value, float):
            return f"{value!r}"
        if isinstance(value, str):
            return cpp_text(value)
    if isinstance(expr, MakeVariant) and expr.type:
        _, variant, sum_ = types.variant(expr.type, expr.variant)
        if sum_.plain:
            return f"{sum_.name}::{variant.name}"
    return f"{cpp}{{}}"


def _given(types: CppTypes, function: Function) -> list[str]:
    name = cpp_text(short(function.name))
    if not types.moves(function.result):
        return [f"return k::given(std::move(out), {name});"]
    lines = [f"if (out.failed()) k::panic(out.fault, {name});"]
    value, type_ = "out.value", bare(function.result)
    if isinstance(type_, ResultOf):
        error = types.of(type_.err)
        lines.append(f"if (!{value}.is_ok) k::Raise<{error}>::raise({value}.error);")
        value, type_ = f"{value}.value", bare(type_.ok)
    lines.append(f"return {_object(types, function, value, type_)};")
    return lines


def _object(types: CppTypes, function: Function, value: str, type_: AnyType) -> str:
    """A value that holds handles, as an object of Python."""
    if isinstance(type_, OptionOf):
        inner = _object(types, function, f"(*{value})", bare(type_.item))
        return f"{value} ? py::object({inner}) : py::object(py::none())"
    if isinstance(type_, TupleOf):
        parts = [
            _object(types, function, f"std::get<{n}>({value})", bare(item))
            for n, item in enumerate(type_.items)
        ]
        return f"py::make_tuple({', '.join(parts)})"
    if not types.moves(type_):
        return f"py::cast(std::move({value}))"
    assert isinstance(type_, Foreign)
    handle = types.foreign[type_.name]
    assert isinstance(handle, Handle)
    cpp = types.of(type_)
    owner = _owner(function, handle)
    given = f"std::move({value}), {owner}, {cpp_text(short(handle.name))}"
    return f"py::cast(std::make_shared<k::Held<{cpp}>>({given}))"


def _owner(function: Function, handle: Handle) -> str:
    for number, param in enumerate(function.params):
        if bare(param.type) == Foreign(handle.owner) and param.ownership != "own":
            return f"a{number}"
    return "nullptr"


# ---------------------------------------------------------------- errors


def error_types(exported: tuple[Function, ...]) -> list[AnyType]:
    """What functions fail with, each once."""
    found: dict[AnyType, None] = {}
    for fn in exported:
        result = bare(fn.result)
        if isinstance(result, ResultOf):
            found.setdefault(bare(result.err), None)
    return list(found)


def error_name(type_: AnyType) -> str:
    name = "".join(c if c.isalnum() else "_" for c in show(type_)).strip("_")
    return name if name.endswith("Error") else f"{name}Error"


def _errors(types: CppTypes, exported: tuple[Function, ...]) -> Iterator[ErrorModel]:
    for type_ in error_types(exported):
        cpp = types.of(type_)
        name = error_name(type_)
        found = types.foreign.get(type_.name) if isinstance(type_, Foreign) else None
        if isinstance(found, Status):
            lines: tuple[str, ...] = (
                "py::object made = type(error.text());",
                'made.attr("code") = error.value;',
                'made.attr("text") = error.text();',
            )
        elif kind(type_) == "text":
            lines = ("py::object made = type(error);", 'made.attr("value") = error;')
        else:
            lines = (
                "py::object value = py::cast(error);",
                "py::object made = type(py::repr(value));",
                'made.attr("value") = value;',
            )
        yield ErrorModel(name, cpp, f"A function failed with `{show(type_)}`.", lines)


# ---------------------------------------------------------------- classes


def _class(types: CppTypes, decl: StructDecl | SumDecl) -> Iterator[str]:
    if isinstance(decl, StructDecl):
        yield from _struct(decl, "m", decl.label)
        return
    if decl.plain:
        yield f'py::native_enum<{decl.name}>(m, {cpp_text(decl.label)}, "enum.Enum")'
        for variant in decl.variants:
            yield f"    .value({cpp_text(python_name(variant.label))}, {decl.name}::{variant.name})"
        yield "    .finalize();"
        return
    scope = f"scope_{decl.name}"
    for variant in decl.variants:
        assert variant.payload is not None
        yield from _struct(variant.payload, scope, variant.label)


def _struct(decl: StructDecl, scope: str, name: str) -> Iterator[str]:
    text = cpp_text(name)
    yield f"py::class_<{decl.name}>({scope}, {text}, k::plain_type())"
    types = ", ".join(m.type for m in decl.members)
    given = ", ".join(f"{m.type} a{n}" for n, m in enumerate(decl.members))
    moved = ", ".join(f"std::move(a{n})" for n in range(len(decl.members)))
    args = "".join(f", py::arg({cpp_text(member_name(m.label))})" for m in decl.members)
    made = f"return {decl.name}{{{moved}}};"
    yield (
        f"    .def(py::init([]({given}) {{ {made} }}){args})" if types else "    .def(py::init<>())"
    )
    for member in decl.members:
        label_ = cpp_text(member_name(member.label))
        yield f"    .def_readonly({label_}, &{decl.name}::{member.name})"
    shown = ' + ", " + '.join(
        f'"{member_name(m.label)}=" + py::repr(py::cast(self.{m.name})).cast<std::string>()'
        for m in decl.members
    )
    body = f'std::string({text}) + "(" + {shown} + ")"' if shown else f'std::string({text}) + "()"'
    self = f"const {decl.name}& self"
    yield f'    .def("__repr__", []({self}) {{ static_cast<void>(self); return {body}; }})'
    same = f"py::isinstance<{decl.name}>(other) && self == other.cast<const {decl.name}&>()"
    yield f'    .def("__eq__", []({self}, const py::object& other) {{ return {same}; }});'


def member_name(label_: str) -> str:
    """Positional parts of a payload are `_0`, `_1`, …"""
    return python_name(label_)
