"""Remarks as GitHub workflow commands, which become annotations of a pull request."""

from __future__ import annotations

from collections.abc import Iterable

from kestrel.text.diagnostic import Diagnostic
from kestrel.text.remarks import Remark, remarks

_KIND = {"error": "error", "warning": "warning", "note": "notice"}
_IN_TEXT = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_VALUE = _IN_TEXT | str.maketrans({":": "%3A", ",": "%2C"})


def render_github(diagnostics: Iterable[Diagnostic]) -> str:
    """One command a line, each ended by a newline."""
    return github_of(remarks(diagnostics))


def github_of(found: Iterable[Remark]) -> str:
    """The same of remarks."""
    return "".join(f"{_command(remark)}\n" for remark in found)


def _command(remark: Remark) -> str:
    text = "\n".join((remark.message, *(f"help: {h}" for h in remark.helps)))
    values = ",".join(f"{k}={v.translate(_IN_VALUE)}" for k, v in _values(remark).items())
    return f"::{_KIND[remark.severity]} {values}::{text.translate(_IN_TEXT)}"


def _values(remark: Remark) -> dict[str, str]:
    values = {"title": remark.rule}
    span = remark.span
    if span is not None:
        first, last = span.first, span.last
        values |= {"file": span.source.name, "line": str(first.line), "col": str(first.column)}
        values |= {"endLine": str(last.line), "endColumn": str(last.column)}
    elif remark.file is not None:
        values["file"] = remark.file
    return values
