"""`kestrel.merge`: configs from anywhere, laid over one another."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

from kestrel._core import Snapshot
from kestrel.changes.compare import Input
from kestrel.data.document import Document
from kestrel.data.files import is_ks, read_document, split_name
from kestrel.data.gitfiles import git_file, is_git
from kestrel.data.module import Module
from kestrel.data.schema import Precedence, Schema, as_document
from kestrel.text.diagnostic import Diagnostic, InvalidConfig


def merge(
    base: Input,
    overrides: Input | list[Input] | tuple[Input, ...],
    precedence: Precedence = "overrides",
    *,
    schema: Schema | None = None,
) -> Snapshot:
    """One config of several: `overrides` laid over `base`, a list of them in order.

    Each is a snapshot, the path of a file (`FILE#NAME` of a `.ks` file, `git:REV:PATH`), or plain
    values; none needs to be whole, but the result does. Records are merged member by member, maps
    entry by entry, lists with a key (`@key`) item by item, the base's items first. Any other value
    is one: where both sides have it, `precedence` says whose stands. `overrides`: the later one's;
    `base`: the earlier one's; `neither`: it is an error unless they are equal.

    `schema` is the base's own where that is a snapshot or of a `.ks` file.

    Raises:
        InvalidConfig: KS0443 they disagree, and neither has precedence; a part is malformed; or the
            schema does not accept the whole. Each diagnostic points into the file that it is about.
    """
    found = schema or _schema_of(base)
    if found is None:
        raise InvalidConfig([Diagnostic.make("KS0906", file=str(base))])
    several = overrides if isinstance(overrides, list | tuple) else [overrides]
    return found.merge(_part(base), [_part(over) for over in several], precedence)


def _schema_of(base: Input) -> Schema | None:
    if isinstance(base, Snapshot):
        known: Schema = base.schema
        return known
    if not isinstance(base, str | Path):
        return None
    with git_file(str(base)) if is_git(str(base)) else nullcontext(str(base)) as path:
        file, name = split_name(path)
        return Module.load(file).schema_of(name) if is_ks(file) else None


def _part(side: Input) -> Document | Snapshot:
    if isinstance(side, Snapshot):
        return side
    if not isinstance(side, str | Path):
        return as_document(side)
    with git_file(str(side)) if is_git(str(side)) else nullcontext(str(side)) as path:
        return read_document(*split_name(path))
