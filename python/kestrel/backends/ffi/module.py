"""The functions of a module as a header of C++, and as a Python module around it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from kestrel import _core
from kestrel.backends.ffi import checks
from kestrel.backends.ffi.bindings import bindings
from kestrel.backends.ffi.bodies import body
from kestrel.backends.ffi.emitter import Shared
from kestrel.backends.ffi.names import comment, cpp_text, plain, public
from kestrel.backends.ffi.places import Places
from kestrel.backends.ffi.types import CppTypes, short
from kestrel.ir.canon import meaning
from kestrel.ir.decls import Module
from kestrel.ir.exprs import Call
from kestrel.ir.functions import (
    AnyForeign,
    Code,
    ForeignFn,
    Function,
    Handle,
    Library,
    Status,
    Struct,
)
from kestrel.ir.types import Foreign
from kestrel.ir.walk import walk

FOLDER = Path(__file__).parents[2] / "codegen"


class Unit(NamedTuple):
    """What is to be made of a module: its name in Python, the file's name, and what it says."""

    name: str
    file: str
    module: Module
    version: str

    @property
    def code(self) -> Code:
        assert self.module.code is not None
        return self.module.code

    @property
    def space(self) -> str:
        return f"kestrel_{plain(self.name) or 'module'}"


class Made(NamedTuple):
    """What later files need of the translation unit."""

    files: dict[str, str]
    places: Places
    types: CppTypes
    exported: tuple[Function, ...]


def write_module(unit: Unit) -> Made:
    """The header, the Python module, and what both include."""
    types = CppTypes(unit.module.decls, unit.code.foreign)
    places = Places()
    functions = dict(sorted(unit.code.functions.items()))
    functions |= _wrappers(unit, functions)
    shared = Shared(types, places, functions, {}, recursive(functions))
    models = [_function(shared, fn) for fn in functions.values()]
    exported = tuple(_exported(unit, functions))
    values = _foreign(unit, types) | {
        "module": unit.name,
        "version": unit.version,
        "digest": digest(unit),
        "space": unit.space,
        "types": types.order,
        "functions": models,
        "aliases": [
            {"name": public(short(fn.name)), "function": shared.name(fn.name)} for fn in exported
        ],
        "automata": [_automaton(p, name) for p, name in shared.automata.items()],
    }
    bound = bindings(shared, exported)
    values["types"] = types.order  # bindings may name more
    header = f"{unit.name}_ffi.hpp"
    files = {
        header: render("module.hpp.j2", **values),
        f"{unit.name}_ffi.cpp": render(
            "module.cpp.j2",
            header=header,
            python=unit.name,
            version=unit.version,
            digest=values["digest"],
            space=unit.space,
            handles=values["handles"],
            **bound,
        ),
        "kestrel/ffi.hpp": support("ffi.hpp", unit.version),
        "kestrel/python.hpp": support("python.hpp", unit.version),
    }
    return Made(files, places, types, exported)


def digest(unit: Unit) -> str:
    """Of what the functions mean, not of where and how they are written."""
    return hashlib.sha256(meaning(unit.code)).hexdigest()[:16]


# ---------------------------------------------------------------- functions


def recursive(functions: Mapping[str, Function]) -> frozenset[str]:
    """Those that call themselves, directly or over others."""
    calls = {
        name: {node.fn for node in walk(fn.body) if isinstance(node, Call)}
        for name, fn in functions.items()
    }
    found: set[str] = set()
    for name in functions:
        pending, seen = list(calls[name]), set[str]()
        while pending:
            each = pending.pop()
            if each not in seen:
                seen.add(each)
                pending.extend(calls.get(each, ()))
        if name in seen:
            found.add(name)
    return frozenset(found)


def _exported(unit: Unit, functions: Mapping[str, Function]) -> Iterator[Function]:
    """What Python can call: `pub` functions of the module itself, and its `safe` functions of C."""
    own = f"{unit.module.name}." if unit.module.name else ""
    for name, function in functions.items():
        if function.public and name.startswith(own) and "." not in name[len(own) :]:
            yield function


def _wrappers(unit: Unit, functions: Mapping[str, Function]) -> dict[str, Function]:
    """A `safe` function of C as a function that does nothing but call it."""
    from kestrel.backends.ffi.wrappers import wrapper

    own = f"{unit.module.name}." if unit.module.name else ""
    found = {}
    for name, fn in sorted(unit.code.foreign.items()):
        mine = name.startswith(own) and "." not in name[len(own) :]
        if isinstance(fn, ForeignFn) and fn.safe and mine and name not in functions:
            found[name] = wrapper(fn, unit.code.foreign)
    return found


def _function(shared: Shared, function: Function) -> dict[str, Any]:
    params, lines = body(shared, function)
    return {
        "name": shared.name(function.name),
        "label": f"{function.name}: {', '.join(function.effects) or 'no effects'}",
        "result": shared.types.of(function.result),
        "params": params,
        "lines": lines,
    }


def _automaton(pattern: str, name: str) -> dict[str, Any]:
    classes, width, start, next_, accepting = _core.Pattern(pattern).automaton
    return {
        "name": name,
        "classes": list(classes),
        "width": width,
        "start": start,
        "next": list(next_),
        "accepting": list(accepting),
    }


# ---------------------------------------------------------------- C


def _foreign(unit: Unit, types: CppTypes) -> dict[str, Any]:
    used = dict(_used(unit.code))
    headers = {lib.header: lib for lib in unit.code.libraries}
    names = ", ".join(_include(lib) for lib in headers.values())
    fns = [fn for fn in used.values() if isinstance(fn, ForeignFn)]
    return {
        "includes": [_include(lib) for lib in headers.values()],
        "signatures": [checks.signature(types, fn, unit.file, names) for fn in fns],
        "structs": [
            checks.struct(types, s, unit.file, names)
            for s in used.values()
            if isinstance(s, Struct)
        ],
        "statuses": [_status(types, s) for s in used.values() if isinstance(s, Status)],
        "handles": [_handle(types, h, used) for h in used.values() if isinstance(h, Handle)],
    }


def _include(library: Library) -> str:
    return f"<{library.header}>" if library.system else f'"{library.header}"'


def _used(code: Code) -> Iterator[tuple[str, AnyForeign]]:
    yield from sorted(code.foreign.items())


def _status(types: CppTypes, status: Status) -> dict[str, Any]:
    text = "return k::show(value);"
    if status.text:
        text = f"return k::text(::{status.text}(value));"
    return {
        "name": types.of(Foreign(status.name)),
        "label": comment(f"status {short(status.name)}"),
        "type": types.of(status.type),
        "text": text,
    }


def _handle(types: CppTypes, handle: Handle, foreign: Mapping[str, AnyForeign]) -> dict[str, Any]:
    release = foreign[handle.release]
    assert isinstance(release, ForeignFn)
    name = types.of(Foreign(handle.name))
    args = ["raw" if p.ownership == "own" else _default(p.default) for p in release.params]
    return {
        "name": name,
        "label": short(handle.name),
        "raw": f"::{handle.foreign}",
        "release": types.names.of("R_", handle.name),
        "symbol": release.symbol,
        "args": ", ".join(args),
    }


def _default(expr: Any) -> str:
    value = getattr(expr, "value", None)
    return str(value) if isinstance(value, int) else "{}"


# ---------------------------------------------------------------- templates


@cache
def environment() -> Any:
    import jinja2  # deferred: only where something is made

    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER / "ffi"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    env.filters |= {"text": cpp_text, "comment": comment, "repr": repr}
    env.globals["struct"] = vars(env.get_template("struct.j2").module)["struct"]
    return env


def render(template: str, **values: Any) -> str:
    made: str = environment().get_template(template).render(**values)
    return made


def support(name: str, version: str) -> str:
    """A header that every module includes."""
    text = (FOLDER / "ffi" / name).read_text("utf-8")
    return text.replace("{{ version }}", version)
