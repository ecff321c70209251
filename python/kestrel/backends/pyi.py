"""The Python types of a schema's snapshots, as a stub (`.pyi`).

A stub says what views are like (docs/runtime.md): records and variants with named payloads have
attributes, lists are sequences, maps mappings, a sum without payloads is its variant's name. The
classes in it exist for type checkers alone: `kestrel` has no such classes at run time.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable

from kestrel.importers.naming import capital, unique
from kestrel.ir.decls import AnyDecl, Bundle, Field, Newtype, Record, Sum, Variant
from kestrel.ir.names import by_name, short
from kestrel.ir.types import (
    SCALARS,
    AnyType,
    ListOf,
    Literals,
    MapOf,
    Named,
    OptionOf,
    Refined,
    Scalar,
    SecretOf,
    SetOf,
    TupleOf,
)

PYTHON = {
    "unit": "None",
    "bool": "bool",
    "int": "int",
    "float": "float",
    "text": "str",
    "bytes": "bytes",
    "duration": "Duration",
    "size": "int",
    "json": "Any",
}
"""What a scalar's storage is in Python."""

SNAPSHOT = (
    "@builtins.property\ndef schema(self) -> Schema: ...",
    "@builtins.property\ndef digest(self) -> builtins.str: ...",
    "def to_json(self) -> builtins.bytes: ...",
    "def effective_json(self) -> builtins.bytes: ...",
    "def redacted_json(self) -> builtins.bytes: ...",
    "def redacted_effective_json(self) -> builtins.bytes: ...",
    "def __enter__(self) -> Self: ...",
    "def __exit__(self, *exception: object) -> None: ...",
)
"""What a whole config has besides. For checkers it is no `Snapshot`, which has any attribute."""

RESERVED = frozenset(
    ("schema", "digest", "to_json", "effective_json", "redacted_json", "redacted_effective_json")
)
"""Names of a snapshot itself: a field that is called so is had by `snapshot["name"]`."""

BUILTINS = frozenset(("bool", "int", "float", "str", "bytes", "tuple", "frozenset"))
SHADOWED = re.compile(rf"(?<![\w.'])({'|'.join(sorted(BUILTINS))})\b(?!')")
"""What a field of the same name hides within its class."""

HEAD = '''\
# Made by `kestrel-gen pyi`. Not to be edited.
"""Types of {name}: `cast({root}, …)` what a schema's `load` or a runtime's `read` gives."""

import builtins
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self, overload

from kestrel import Duration, Schema, Secret
'''


def stub(bundle: Bundle) -> str:
    """The text of the stub of a bundle's root, a record."""
    writer = Writer(bundle)
    assert isinstance(bundle.root, Named)
    root = writer.name(writer.decls[bundle.root.name])
    body = "\n\n".join(writer.classes)
    return f"{HEAD.format(name=short(bundle.root.name), root=root)}\n{body}\n"


class Writer:
    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.decls = by_name(bundle)
        self.names = unique(
            ("Mapping", "Sequence", "Any", "Literal", "overload", "builtins", "Self")
        )
        self.names.taken |= {"Duration", "Schema", "Secret"}
        self.known: dict[str, str] = {}
        self.classes: list[str] = []

    def name(self, decl: AnyDecl) -> str:
        """The Python name of a declared type, declared when it is first met."""
        if decl.name not in self.known:
            self.known[decl.name] = name = self.names.take(capital(short(decl.name)))
            if isinstance(decl, Sum):
                self.sum(name, decl)
            else:
                assert isinstance(decl, Record)
                is_root = isinstance(self.bundle.root, Named) and self.bundle.root.name == decl.name
                self.record(name, decl, is_root)
        return self.known[decl.name]

    def type(self, type_: AnyType) -> str:
        match type_:
            case Refined(base=base):
                return self.type(base)
            case Scalar(name=name):
                return PYTHON[SCALARS[name].storage]
            case OptionOf(item=item):
                inner = self.type(item)
                return inner if inner in ("Any", "None") else f"{inner} | None"
            case ListOf(item=item):
                return f"Sequence[{self.type(item)}]"
            case SetOf(item=item):
                return f"frozenset[{self.type(item)}]"
            case MapOf(key=key, value=value):
                return f"Mapping[{self.type(key)}, {self.type(value)}]"
            case TupleOf(items=items):
                return f"tuple[{', '.join(map(self.type, items)) or '()'}]"
            case Literals(values=values):
                return f"Literal[{', '.join(map(repr, values))}]"
            case SecretOf():
                return "Secret"
            case Named(name=name):
                decl = self.decls[name]
                return self.type(decl.base) if isinstance(decl, Newtype) else self.name(decl)
        raise TypeError(f"a {type(type_).__name__} is no data")

    # ---- classes

    def record(self, name: str, record: Record, is_root: bool) -> None:
        place = len(self.classes)
        derived = [Field(name=c.name, type=c.type, doc=c.doc) for c in record.computes]
        members = [*record.fields, *derived]
        body = [*(SNAPSHOT if is_root else ()), *self.members(members, is_root)]
        self.classes.insert(place, declared(name, record.doc, body))

    def members(self, fields: Iterable[Field], is_root: bool = False) -> list[str]:
        """Attributes, and items by name; of a snapshot, its own names win over fields."""
        named = [(field, self.type(field.type)) for field in fields]
        if BUILTINS & {field.name for field, _ in named}:
            named = [(field, SHADOWED.sub(r"builtins.\1", kind)) for field, kind in named]
        lines: list[str] = []
        for field, kind in named:
            if (
                field.name.isidentifier()
                and not keyword.iskeyword(field.name)
                and not (is_root and field.name in RESERVED)
            ):
                lines += [
                    f"@builtins.property\ndef {field.name}(self) -> {kind}: {text(field.doc)}"
                ]
        return lines + items(named)

    def sum(self, name: str, sum_: Sum) -> None:
        """A union: a literal where there is no payload at all, else a class for each variant."""
        if not any(v.items or v.fields for v in sum_.variants):
            values = ", ".join(repr(v.name) for v in sum_.variants)
            self.classes.append(f"{name} = Literal[{values}]\n{text(sum_.doc, bare=True)}".rstrip())
            return
        place = len(self.classes)
        parts = [self.variant(name, variant) for variant in sum_.variants]
        doc = text(sum_.doc, bare=True)
        self.classes.insert(place, f"{name} = {' | '.join(parts)}\n{doc}".rstrip())

    def variant(self, of: str, variant: Variant) -> str:
        name = self.names.take(f"{of}_{variant.name}")
        place = len(self.classes)
        tag = f"@property\ndef tag(self) -> Literal[{variant.name!r}]: ..."
        body = [tag]
        if not variant.fields:
            body.append(f"def __len__(self) -> Literal[{len(variant.items)}]: ...")
        kinds = [self.type(item) for item in variant.items]
        numbered = [(str(index), kind) for index, kind in enumerate(kinds)]
        body += overloads(numbered, "int", " | ".join(dict.fromkeys(kinds)))
        body += self.members([f for f in variant.fields if f.name != "tag"])
        self.classes.insert(place, declared(name, variant.doc, body))
        return name


def items(named: list[tuple[Field, str]]) -> list[str]:
    """`record["field"]`."""
    return overloads([(repr(field.name), kind) for field, kind in named], "str", "")


def overloads(rows: list[tuple[str, str]], key: str, other: str) -> list[str]:
    head = "def __getitem__(self, key: "
    lines = [f"{head}Literal[{name}], /) -> {kind}: ..." for name, kind in rows]
    if other and rows:
        lines.append(f"{head}{key}, /) -> {other}: ...")
    return [f"@overload\n{line}" for line in lines] if len(lines) > 1 else lines


def declared(name: str, doc: str, body: list[str]) -> str:
    head = f"class {name}:"
    inside = [*([text(doc, bare=True)] if doc else []), *(body or (["..."] if not doc else []))]
    lines = [line for part in inside for line in part.split("\n")]
    return "\n".join([head, *(f"    {line}".rstrip() for line in lines)])


def text(doc: str, *, bare: bool = False) -> str:
    """A docstring; of a property, on the lines below its head."""
    if not doc:
        return "" if bare else "..."
    safe = doc.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    safe = safe + " " if safe.endswith('"') else safe
    return (
        f'"""{safe}"""'
        if bare
        else "\n" + "\n".join(f"    {line}" for line in f'"""{safe}"""'.split("\n"))
    )
