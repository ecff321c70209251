"""All files of a module of functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kestrel.backends.ffi.module import Unit, render, write_module
from kestrel.backends.ffi.stubs import Stubs
from kestrel.ir.exprs import At
from kestrel.text.source import Source

Files = dict[str, str]
"""By path below the folder that they are written to."""


def write_ffi(unit: Unit, sources: Mapping[str, Source]) -> Files:
    """C++, what imports it into Python, its types, and what CMake must know.

    `sources`: the module's files, by the names that it has for them.
    """
    made = write_module(unit)
    values = Stubs(made.types, made.exported).values()
    values |= {
        "module": unit.module.name or unit.name,
        "python": unit.name,
        "version": unit.version,
        "names": sorted(_names(values)),
        "places": [_place(unit, sources, at) for _, at in made.places.found],
        "containers": _has_containers(values),
        "enums": any(each["kind"] == "enum" for each in values["classes"]),
        "libraries": libraries(unit),
    }
    return {
        **made.files,
        f"{unit.name}.py": render("module.py.j2", **values),
        f"{unit.name}.pyi": render("module.pyi.j2", **values),
        f"{unit.name}.cmake": render("module.cmake.j2", **values),
    }


def libraries(unit: Unit) -> list[str]:
    """What a linker needs, each once, in the order of the `extern` blocks."""
    return list(dict.fromkeys(each.name for each in unit.code.libraries))


def _names(values: Mapping[str, Any]) -> list[str]:
    found = ["Panic", "set_audit_sink"]
    for group in ("functions", "errors", "handles", "classes"):
        found += [each["name"] for each in values[group]]
    return found


def _place(unit: Unit, sources: Mapping[str, Source], at: At | None) -> str:
    if at is None:
        return ""
    name = unit.module.sources[at[0]]
    position = sources[name].position(at[1])
    return f"{_base(name)}:{position.line}:{position.column}"


def _base(name: str) -> str:
    """A file's own name: generated files say nothing of folders."""
    return name.replace("\\", "/").rpartition("/")[2]


def _has_containers(values: Mapping[str, Any]) -> bool:
    return "Sequence" in repr(values) or "Mapping" in repr(values)
