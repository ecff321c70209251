"""How two configs differ, and making one from the other and the difference."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import msgspec

from kestrel import _core
from kestrel._core import ChangeSet, Snapshot
from kestrel.changes.errors import InvalidChange
from kestrel.data.document import NOTHING
from kestrel.data.files import is_ks, split_name
from kestrel.data.gitfiles import git_file, is_git
from kestrel.data.issues import diagnose
from kestrel.data.module import Module
from kestrel.data.plain import as_json, json_schema
from kestrel.data.schema import Schema
from kestrel.text.diagnostic import InvalidConfig

Input = Snapshot | Schema | str | Path | Any
"""A config: a snapshot, the path of a file (`FILE#NAME` of a `.ks` file, `git:REV:PATH` as it was
in a git revision), or plain values. As the new side also a schema: the old config, migrated."""


def compare(old: Input, new: Input, schema: Schema | None = None) -> ChangeSet:
    """The changes from the document of `old` to that of `new`; empty, and falsy, if there are none.

    `schema` reads whatever is not a snapshot. Without one, a file is read by the other side's
    schema, or both are compared as plain JSON. Configs of two schemas are compared under the new
    one if it accepts the old document, else as plain JSON.

    Raises:
        InvalidConfig: a side is malformed, or its schema does not accept it.
    """
    if isinstance(old, Snapshot) and isinstance(new, Snapshot) and old.schema is new.schema:
        return _core.compare(old, new)
    return _core.compare(*common(*snapshots(old, new, schema)))


def apply_diff(config: Snapshot, change_set: ChangeSet | Iterable[dict[str, Any]]) -> Snapshot:
    """A new snapshot: `config` with changes made. Takes a `ChangeSet`, a plan, or operations.

    Operations are RFC 6902's; of ours, `old` is held against what is there.

    Raises:
        InvalidChange: `config` is not what the changes begin from (KS0601), or has no such path.
        InvalidConfig: the result breaks the schema.
    """
    try:
        if isinstance(change_set, ChangeSet):
            return _core.apply_changes(under(config, change_set.a.schema), change_set)
        return _core.apply_patch(config, msgspec.json.encode(list(change_set)))
    except _core.Invalid as error:
        raise _rejected(error) from None


def snapshots(old: Input, new: Input, schema: Schema | None) -> tuple[Snapshot, Snapshot]:
    """Both sides, decoded: by the schema given, by the other side's, or by none."""
    for side in (new, old):
        if schema is None and isinstance(side, Snapshot):
            schema = side.schema
    base = _snapshot(old, schema)
    return base, new.migrate(base) if isinstance(new, Schema) else _snapshot(new, schema)


def common(old: Snapshot, new: Snapshot) -> tuple[Snapshot, Snapshot]:
    """Both under one schema: the new one if it accepts the old document as it is written, else
    plain JSON."""
    try:
        read_anew = under(old, new.schema)
    except InvalidConfig:
        return as_json(old), as_json(new)
    if read_anew.digest != old.digest:  # it means the same, and spells it differently
        return as_json(old), as_json(new)
    return read_anew, new


def _snapshot(side: Input, schema: Schema | None) -> Snapshot:
    if isinstance(side, Snapshot):
        return side
    if isinstance(side, str | Path):
        return _of_file(str(side), schema)
    return (schema or json_schema()).decode(side)


def _of_file(argument: str, schema: Schema | None) -> Snapshot:
    with git_file(argument) if is_git(argument) else nullcontext(argument) as given:
        path, name = split_name(given)
        if is_ks(path):
            return Module.load(path).config(name)
        return (schema or json_schema()).load(path)


def under(config: Snapshot, schema: Schema) -> Snapshot:
    """The same document, read by this very schema object. Raises InvalidConfig if it refuses it."""
    if config.schema is schema:
        return config
    return _core.keyed_as(schema.decode(config.to_json()), config)


def _rejected(error: _core.Invalid) -> InvalidChange | InvalidConfig:
    found = diagnose(error.issues, NOTHING)
    is_change = found[0].domain == "change"
    return InvalidChange(found) if is_change else InvalidConfig(found)
