"""What the core finds wrong, as diagnostics that point into the file that was read."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any

from kestrel import _core
from kestrel.data.document import Document
from kestrel.text.diagnostic import Diagnostic, InvalidConfig, Label
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


def refusal(
    error: _core.Invalid, document: Document, schema_sources: Sequence[Source]
) -> InvalidConfig:
    """What the core says of a document that was read. Where secrets stand in it is hidden."""
    for place in error.hidden:
        document.hide(*place)
    return InvalidConfig(diagnose(error.issues, document, schema_sources))


def _diagnose(
    issue: _core.IssueTuple, document: Document, schema_sources: Sequence[Source]
) -> Diagnostic:
    code, found, pointer, begin, end, at, read, context, steered = issue
    values: dict[str, Any] = dict(found)
    if found.get(MESSAGE):
        values[MESSAGE] = f": {found[MESSAGE]}"
    said = _said_at(at, schema_sources)
    if code == "KS0501":
        span, beside = _blamed(document, pointer, (read, context), steered)
    else:
        span, beside = document.span(pointer, begin, end), []
    labels = list(beside)
    if span and said:
        labels.append(Label(said, "the schema says so here"))
    return Diagnostic.make(
        code,
        span or said,
        labels=labels,
        notes=(f"at `{pointer}`",) if span is None and pointer else (),
        helps=(f"did you mean `{values[HINT]}`?",) if values.get(HINT) else (),
        **values,
    )


def _blamed(
    document: Document, pointer: str, read: tuple[Sequence[str], Sequence[str]], steered: bool
) -> tuple[Span | None, list[Label]]:
    """The place to blame for a rule, and the other places of what it read: what it failed on, and
    what only said which part of it is to hold.

    The rule's own choice if that is written, else the last of the fields that it failed on: those
    before it could stand; else the last that it read at all. What is not written is to blame only
    where nothing is: then what encloses it.
    """
    found = [[s for each in paths if (s := document.written(each)) is not None] for paths in read]
    last = (max(spans, key=lambda span: span.start) for spans in found if spans)
    chosen = document.written(pointer) if steered else None
    span = chosen or next(last, None) or document.span(pointer)
    labels = {
        each: Label(each, text)
        for spans, text in zip(found, ("and this", "because of this"), strict=True)
        for each in spans
        if each != span
    }
    return span, sorted(labels.values(), key=lambda label: label.span.start)


def _said_at(at: tuple[int, int, int] | None, sources: Sequence[Source]) -> Span | None:
    """The place in the IR's sources: the reason, or all there is to point at."""
    if at is None or at[0] >= len(sources):
        return None
    return Span(sources[at[0]], at[1], at[2])
