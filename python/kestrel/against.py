"""Linting files as changes: each diagnostic gets the audit id of the change that is being made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from kestrel import compiler, inputs
from kestrel.changes.plan import plan
from kestrel.data.gitfiles import at_revision, check_revision, is_git
from kestrel.data.schema import Schema
from kestrel.text.diagnostic import Diagnostic, KestrelError


def lint_against(files: Iterable[str], schema: str | None, base: str) -> Iterator[Diagnostic]:
    """As `compiler.lint`, against a state, or `git:REV` for the same files in a revision.

    A file whose config is not valid, or not the only one, makes no change that could be named, and
    neither does one that the revision does not have, or has otherwise: their diagnostics have no
    audit id.

    Raises:
        KestrelError: the base itself cannot be had.
    """
    read = None if schema is None else compiler.find_schema(schema)
    if is_git(base):
        check_revision(base)
    else:
        inputs.read_state(base)
    for file in files:
        audit_id = _audit_id(file, read, base)
        for diagnostic in compiler.lint([file], schema):
            yield msgspec.structs.replace(diagnostic, audit_id=audit_id)


def _audit_id(file: str, schema: Schema | None, base: str) -> str | None:
    try:
        target = inputs.read_end(file, schema).config
        before = at_revision(base, file) if is_git(base) else base
        return plan(inputs.read_end(before, target.schema).config, target).audit_id
    except KestrelError:
        return None
