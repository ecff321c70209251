"""What the core finds wrong, as diagnostics that point into the file that was read."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any

from kestrel import _core
from kestrel.data.document import Document
from kestrel.text.diagnostic import Diagnostic, Label
from kestrel.text.source import Source, Span

HINT = "nearest"
"""The value of an issue that is a hint, not part of its message."""

MESSAGE = "message"
"""The value that is a rule's own message; a rule need not have one."""


def diagnose(
    issues: Iterable[_core.IssueTuple], document: Document, schema_sources: Sequence[Source] = ()
) -> list[Diagnostic]:
    """One diagnostic an issue, by their places; last those that have none.

    `schema_sources` are the files that `at` counts into.
    """
    found = [_diagnose(issue, document, schema_sources) for issue in issues]
    return sorted(found, key=lambda d: d.span.start if d.span else sys.maxsize)


def _diagnose(
    issue: _core.IssueTuple, document: Document, schema_sources: Sequence[Source]
) -> Diagnostic:
    code, found, pointer, begin, end, at = issue
    values: dict[str, Any] = dict(found)
    if found.get(MESSAGE):
        values[MESSAGE] = f": {found[MESSAGE]}"
    span, said = document.span(pointer, begin, end), _said_at(at, schema_sources)
    return Diagnostic.make(
        code,
        span or said,
        labels=[Label(said, "the schema says so here")] if span and said else (),
        notes=(f"at `{pointer}`",) if span is None and pointer else (),
        helps=(f"did you mean `{values[HINT]}`?",) if values.get(HINT) else (),
        **values,
    )


def _said_at(at: tuple[int, int, int] | None, sources: Sequence[Source]) -> Span | None:
    """The place in the IR's sources: the reason, or all there is to point at."""
    if at is None or at[0] >= len(sources):
        return None
    return Span(sources[at[0]], at[1], at[2])
