"""Data files as `.ks` configs, and JSON Schemas as `.ks` schemas, that a person would keep."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kestrel import _core, check
from kestrel._core import Snapshot
from kestrel.check.modules import project_root
from kestrel.data.document import Document
from kestrel.data.export import refuse_literals
from kestrel.data.issues import diagnose
from kestrel.data.ks import KsFile
from kestrel.data.module import Module
from kestrel.data.pointers import step
from kestrel.importers.json_schema import NotASchema, Remark, from_json_schema
from kestrel.importers.literals import is_name
from kestrel.importers.naming import capital
from kestrel.importers.values import Unsayable, Values
from kestrel.ir.names import by_name, short
from kestrel.syntax.format import format_source
from kestrel.text.diagnostic import Diagnostic, InvalidConfig, KestrelError
from kestrel.text.read import read_source
from kestrel.text.source import Source

MAX_REMARKS = 1000
"""Warnings about one JSON Schema; who has more reads no further."""


def as_kestrel(snapshot: Snapshot, name: str, schema: Module, target: Path) -> str:
    """The text of a file at `target` with the config `name`, whose document is `snapshot`'s.

    It brings the schema in from `schema`, so `target` has to be below the same root.

    Raises:
        InvalidConfig: KS0460 to KS0463, what stands in the way.
    """
    refuse_literals(snapshot)
    values = Values(by_name(snapshot.schema.bundle))
    try:
        body = values.write(snapshot.schema.bundle.root, json.loads(snapshot.to_json()))
    except Unsayable as error:
        raise _unsayable(error.path, error.why) from None
    head = _head(snapshot.schema.name, values.used, schema, target)
    text = f"{head}\n\nconfig {name}: {short(snapshot.schema.name)} = {body}\n"
    source = Source(str(target), format_source(Source(str(target), text.encode())).encode())
    _check_same(source, target, name, snapshot)
    return source.data.decode()


def _head(root_type: str, used: set[str], schema: Module, target: Path) -> str:
    """The `module` and `use` lines."""
    own = Path(schema.file.path).resolve()
    root = project_root(own, schema.name).resolve()
    if not target.resolve().is_relative_to(root):
        values: dict[str, Any] = {"path": str(target), "root": str(root)}
        raise InvalidConfig([Diagnostic.make("KS0463", file=str(target), **values)])
    parts = target.resolve().relative_to(root).with_suffix("").parts
    lines = [f"module {'.'.join(parts)}", ""] if all(map(is_name, parts)) else []
    modules: dict[str, list[str]] = {}
    for name in [root_type, *sorted(used - {root_type})]:
        modules.setdefault(name.rpartition(".")[0], []).append(short(name))
    first = ".".join(own.relative_to(root).with_suffix("").parts)
    modules = {first if m == schema.name else m: names for m, names in modules.items()}
    return "\n".join([*lines, *(f"use {m}.{{{', '.join(ns)}}}" for m, ns in modules.items())])


def _check_same(source: Source, target: Path, name: str, snapshot: Snapshot) -> None:
    """The file makes the very document that it was made of, or it is not written."""
    module, found = check.check_source(source, target)
    if module is None:
        raise _unsayable("/", f"{found[0].message} ({found[0].code})")
    try:
        again = Module(KsFile(str(target), module)).config(name)
    except KestrelError as error:
        raise _unsayable("/", error.diagnostics[0].message) from None
    if again.digest != snapshot.digest:
        written, read = json.loads(snapshot.to_json()), json.loads(again.to_json())
        raise _unsayable(_difference(written, read, ""), "it would not be the same any more")


def _difference(a: Any, b: Any, path: str) -> str:
    """The pointer of the first place where two documents differ."""
    if isinstance(a, dict) and isinstance(b, dict):
        for name in {**a, **b}:
            if name not in a or name not in b or a[name] != b[name]:
                return _difference(a.get(name), b.get(name), path + step(name))
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for index, (one, other) in enumerate(zip(a, b, strict=True)):
            if one != other:
                return _difference(one, other, f"{path}/{index}")
    return path or "/"


def _unsayable(path: str, why: str) -> InvalidConfig:
    return InvalidConfig([Diagnostic.make("KS0462", path=path or "/", why=why)])


def schema_from_json(path: str, name: str | None) -> tuple[str, list[Diagnostic]]:
    """The `.ks` text of the JSON Schema in a file, and warnings (KS0465) of what it cannot say.

    Raises:
        UnreadableFile: the file cannot be read.
        InvalidConfig: KS0410, it is no JSON; KS0464, it is no JSON Schema of objects.
    """
    source = read_source(path)
    try:
        form = _core.Doc.parse(source.data).to_python()
    except _core.Invalid as error:
        raise InvalidConfig(diagnose(error.issues, Document(source.data, [source]))) from None
    try:
        if not isinstance(form, dict):
            raise NotASchema("", "it is no object")
        made = from_json_schema(form, name or _title(form, path))
    except NotASchema as error:
        values: dict[str, Any] = {"path": error.args[0] or "/", "why": error.args[1]}
        raise InvalidConfig([Diagnostic.make("KS0464", file=path, **values)]) from None
    except (TypeError, ValueError, KeyError, AttributeError) as error:  # a keyword of a wrong kind
        values = {"path": "/", "why": f"a keyword has a value of a wrong kind ({error})"}
        raise InvalidConfig([Diagnostic.make("KS0464", file=path, **values)]) from None
    return format_source(Source(path, made.text.encode())), list(_left_out(source, made.remarks))


def _left_out(source: Source, remarks: list[Remark]) -> Iterator[Diagnostic]:
    document = Document(source.data, [source])
    for path, what in remarks[:MAX_REMARKS]:
        yield Diagnostic.make("KS0465", document.span(path.removesuffix("/")), path=path, what=what)
    if len(remarks) > MAX_REMARKS:
        more = len(remarks) - MAX_REMARKS
        yield Diagnostic.make("KS0465", path="/", what=f"{more} more things, which are not listed")


def _title(form: dict[str, Any], path: str) -> str:
    return capital(str(form.get("title", ""))) or capital(Path(path).name.split(".")[0]) or "Root"
