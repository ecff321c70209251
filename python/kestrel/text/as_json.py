"""Diagnostics for programs: plain dicts, as they stand in the JSON envelope."""

from __future__ import annotations

from typing import Any

from kestrel.text.diagnostic import Diagnostic, Fix
from kestrel.text.source import Source, Span


def diagnostic_to_dict(diagnostic: Diagnostic) -> dict[str, Any]:
    """One diagnostic. `helps`, `caret` and `labels` hold what the text form shows beside."""
    span = diagnostic.span
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "domain": diagnostic.domain,
        "message": diagnostic.message,
        "file": diagnostic.file if span is None else span.source.name,
        "span": None if span is None else span_to_dict(span),
        "caret": diagnostic.caret,
        "labels": [{**_place(label.span), "text": label.text} for label in diagnostic.labels],
        "notes": list(diagnostic.notes),
        "helps": list(diagnostic.helps),
        "fixes": [_fix(fix) for fix in diagnostic.fixes],
        "audit_id": diagnostic.audit_id,
    }


def span_to_dict(span: Span) -> dict[str, dict[str, int]]:
    """Both ends: lines and columns (code points) from 1, byte offsets from 0; the end exclusive."""
    return {"start": _end(span.source, span.start), "end": _end(span.source, span.end)}


def _end(source: Source, offset: int) -> dict[str, int]:
    at = source.position(offset)
    return {"line": at.line, "column": at.column, "offset": offset}


def _place(span: Span) -> dict[str, Any]:
    return {"file": span.source.name, "span": span_to_dict(span)}


def _fix(fix: Fix) -> dict[str, Any]:
    edits = [{**_place(edit.span), "text": edit.text} for edit in fix.edits]
    return {"message": fix.message, "edits": edits}
