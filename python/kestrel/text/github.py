"""Diagnostics as GitHub workflow commands, which become annotations of a pull request."""

from __future__ import annotations

from collections.abc import Iterable

from kestrel.text.diagnostic import Diagnostic

_KIND = {"error": "error", "warning": "warning", "note": "notice"}
_IN_TEXT = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_VALUE = _IN_TEXT | str.maketrans({":": "%3A", ",": "%2C"})


def render_github(diagnostics: Iterable[Diagnostic]) -> str:
    """One command a line, each ended by a newline."""
    return "".join(f"{_command(d)}\n" for d in diagnostics)


def _command(diagnostic: Diagnostic) -> str:
    text = "\n".join((diagnostic.message, *(f"help: {h}" for h in diagnostic.helps)))
    values = ",".join(f"{k}={v.translate(_IN_VALUE)}" for k, v in _values(diagnostic).items())
    return f"::{_KIND[diagnostic.severity]} {values}::{text.translate(_IN_TEXT)}"


def _values(diagnostic: Diagnostic) -> dict[str, str]:
    values = {"title": diagnostic.code}
    span = diagnostic.span
    if span is not None:
        first, last = span.first, span.last
        values |= {"file": span.source.name, "line": str(first.line), "col": str(first.column)}
        values |= {"endLine": str(last.line), "endColumn": str(last.column)}
    elif diagnostic.file is not None:
        values["file"] = diagnostic.file
    return values
