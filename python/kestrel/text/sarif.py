"""Remarks as SARIF 2.1.0 (OASIS), as code scanning services read it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from kestrel.text.diagnostic import Diagnostic
from kestrel.text.remarks import Remark, remarks
from kestrel.text.source import Span

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render_sarif(diagnostics: Iterable[Diagnostic], version: str) -> str:
    """One SARIF log with one run; ends with a newline."""
    return sarif_of(remarks(diagnostics), version)


def sarif_of(found: list[Remark], version: str) -> str:
    """The same of remarks."""
    driver = {"name": "kestrel", "version": version, "rules": _rules(found)}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(remark) for remark in found],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=1).decode() + "\n"


def _rules(found: list[Remark]) -> list[dict[str, Any]]:
    names = {remark.rule: remark.name for remark in found}
    return [
        {"id": rule, "name": names[rule], "shortDescription": {"text": names[rule]}}
        for rule in sorted(names)
    ]


def _result(remark: Remark) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": remark.rule,
        "level": remark.severity,
        "message": {"text": "\n".join((remark.message, *remark.helps))},
    }
    if remark.place is not None:
        result["locations"] = [{"physicalLocation": _location(remark.place, remark.span)}]
    if remark.identity:
        result["partialFingerprints"] = {"kestrel/v1": f"{remark.rule}:{remark.identity}"}
    if remark.properties:
        result["properties"] = dict(remark.properties)
    return result


def _location(file: str, span: Span | None) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": _uri(file)}}
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


def _uri(file: str) -> str:
    """A file's name as a URI reference (RFC 3986)."""
    from urllib.parse import quote  # deferred: a plain lint can do without

    path = quote(file.encode("utf-8", "surrogateescape"), safe="/!$&'()*+,;=@")
    return f"file://{path}" if file.startswith("/") else path
