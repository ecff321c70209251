"""The Python side of a module: a file that imports the compiled one, and its types.

The compiled module has the hash of each function's signature in it. The file beside it has those of
the sources, and refuses one that was built from others; it also knows the lines, which are not
compiled in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from kestrel.backends.ffi.bindings import (
    abi_hash,
    error_name,
    error_types,
    label,
    member_name,
    signature,
)
from kestrel.backends.ffi.names import python_name
from kestrel.backends.ffi.types import CppTypes, Member, StructDecl, SumDecl, short
from kestrel.check.shapes import bare, kind
from kestrel.ir.functions import Function, Handle, Parameter, Status
from kestrel.ir.types import (
    AnyType,
    Foreign,
    ListOf,
    MapOf,
    Named,
    OptionOf,
    ResultOf,
    SetOf,
    TupleOf,
)

SCALARS: dict[str, str] = {
    "unit": "None",
    "bool": "bool",
    "int": "int",
    "float": "float",
    "text": "str",
    "literals": "str",
    "duration": "int",
    "size": "int",
}


class Stubs(NamedTuple):
    """What the templates of the `.py` and the `.pyi` ask for."""

    types: CppTypes
    exported: tuple[Function, ...]

    def values(self) -> dict[str, Any]:
        return {
            "functions": [self._function(fn) for fn in self.exported],
            "errors": [self._error(t) for t in error_types(self.exported)],
            "handles": [
                {"name": short(h.name), "doc": _doc(h.doc)}
                for h in sorted(self.types.foreign.values(), key=lambda h: h.name)
                if isinstance(h, Handle)
            ],
            "classes": [self._class(d) for d in self.types.order],
            "abi": [(short(fn.name), abi_hash(fn), signature(fn)) for fn in self.exported],
        }

    # ---------------------------------------------------------------- functions

    def _function(self, function: Function) -> dict[str, Any]:
        result = bare(function.result)
        raises = error_name(bare(result.err)) if isinstance(result, ResultOf) else ""
        return {
            "name": label(function),
            "params": [self._param(p) for p in function.params],
            "result": self.given(result),
            "doc": _docstring(_doc(function.doc), raises),
        }

    def _param(self, param: Parameter) -> str:
        default = " = ..." if param.default is not None else ""
        return f"{python_name(param.name)}: {self.taken(param.type)}{default}"

    def given(self, type_: AnyType) -> str:
        """The type of what Python gets."""
        return self._type(type_, "list", "dict")

    def taken(self, type_: AnyType) -> str:
        """The type of what Python may give."""
        return self._type(type_, "Sequence", "Mapping")

    def _type(self, type_: AnyType, list_: str, dict_: str) -> str:
        plain = self.types.stored(bare(type_))
        match plain:
            case ResultOf(ok, _):
                return self._type(ok, list_, dict_)
            case OptionOf(item):
                return f"{self._type(item, list_, dict_)} | None"
            case ListOf(item) | SetOf(item):
                return f"{list_}[{self._type(item, list_, dict_)}]"
            case MapOf(_, value):
                return f"{dict_}[str, {self._type(value, list_, dict_)}]"
            case TupleOf(items):
                return f"tuple[{', '.join(self._type(i, list_, dict_) for i in items)}]"
            case Named(name):
                return self._named(name)
            case Foreign(name):
                found = self.types.foreign[name]
                return "int" if isinstance(found, Status) else short(name)
        if kind(plain) in ("bytes", "buffer"):
            return "bytes" if list_ == "list" else "bytes | bytearray | memoryview"
        return SCALARS.get(kind(plain), "object")

    def _named(self, name: str) -> str:
        found = self.types.sums.get(name)
        if found is None or found.plain:
            return short(name)
        return " | ".join(f"{short(name)}.{python_name(v.label)}" for v in found.variants)

    # ---------------------------------------------------------------- classes

    def _error(self, type_: AnyType) -> dict[str, Any]:
        found = self.types.foreign.get(type_.name) if isinstance(type_, Foreign) else None
        members = ["value: " + self.given(type_)]
        if isinstance(found, Status):
            members = ["code: int", "text: str"]
        return {"name": error_name(type_), "members": members}

    def _class(self, decl: StructDecl | SumDecl) -> dict[str, Any]:
        if isinstance(decl, StructDecl):
            return {"kind": "record", "name": decl.label, "members": list(self._members(decl))}
        if decl.plain:
            names = [python_name(v.label) for v in decl.variants]
            return {"kind": "enum", "name": decl.label, "names": names}
        variants = [
            {"name": python_name(v.label), "members": list(self._members(v.payload))}
            for v in decl.variants
            if v.payload is not None
        ]
        return {"kind": "sum", "name": decl.label, "variants": variants}

    def _members(self, decl: StructDecl) -> Iterator[dict[str, str]]:
        for member in decl.members:
            yield self._member(member)

    def _member(self, member: Member) -> dict[str, str]:
        return {
            "name": member_name(member.label),
            "given": self.given(member.kestrel),
            "taken": self.taken(member.kestrel),
        }


def _docstring(doc: str, raises: str) -> str:
    said = [*doc.splitlines(), *([""] if doc and raises else [])]
    said += [f"Raises {raises}."] if raises else []
    return "\n".join(f"    {line}".rstrip() if n else line for n, line in enumerate(said))


def _doc(text: str) -> str:
    """A docstring's text: no quotes that end it, no backslash that means something."""
    return text.strip().replace("\\", "\\\\").replace('"""', '\\"\\"\\"').rstrip('"')
