"""A data file as a `.ks` config that a person would keep."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kestrel import check
from kestrel._core import Snapshot
from kestrel.check.modules import project_root
from kestrel.data.export import refuse_literals
from kestrel.data.ks import KsFile
from kestrel.data.module import Module
from kestrel.data.pointers import step
from kestrel.importers.literals import is_name
from kestrel.importers.values import Unsayable, Values
from kestrel.ir.names import by_name, short
from kestrel.syntax.format import format_source
from kestrel.text.diagnostic import Diagnostic, InvalidConfig, KestrelError
from kestrel.text.source import Source


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
