"""Diagnostics as SARIF 2.1.0 (OASIS), as code scanning services read it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from kestrel.text.codes import CODES
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.source import Span

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render_sarif(diagnostics: Iterable[Diagnostic], version: str) -> str:
    """One SARIF log with one run; ends with a newline."""
    found = list(diagnostics)
    driver = {"name": "kestrel", "version": version, "rules": _rules(found)}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(d) for d in found],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=1).decode() + "\n"


def _rules(found: list[Diagnostic]) -> list[dict[str, Any]]:
    codes = sorted({d.code for d in found})
    return [{"id": code, "name": CODES[code].name} for code in codes]


def _result(diagnostic: Diagnostic) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "level": diagnostic.severity,
        "message": {"text": "\n".join((diagnostic.message, *diagnostic.helps))},
    }
    file = diagnostic.file if diagnostic.span is None else diagnostic.span.source.name
    if file is not None:
        result["locations"] = [{"physicalLocation": _location(file, diagnostic.span)}]
    if diagnostic.audit_id is not None:
        result["properties"] = {"audit_id": diagnostic.audit_id}
    return result


def _location(file: str, span: Span | None) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": file}}
    if span is not None:
        first, last = span.first, span.last
        location["region"] = {
            "startLine": first.line,
            "startColumn": first.column,
            "endLine": last.line,
            "endColumn": last.column,
            "byteOffset": span.start,
            "byteLength": span.end - span.start,
        }
    return location
