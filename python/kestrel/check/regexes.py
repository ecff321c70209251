"""Patterns after `matches`: the core compiles them, so a wrong one is found where it is written."""

from __future__ import annotations

from kestrel import _core
from kestrel.check.scope import ModuleScope
from kestrel.check.sink import Sink
from kestrel.syntax import ast
from kestrel.text.source import Span


def check_pattern(node: ast.Text, module: ModuleScope, sink: Sink) -> None:
    """KS0120 or KS0121, at the column that the core names."""
    try:
        _core.Pattern(node.value)
    except _core.Invalid as invalid:
        code, values, *_ = invalid.issues[0]
        sink.report(code, _place(module.span(node), values.get("column", "")), **values)


def _place(span: Span, column: str) -> Span:
    """The character that is wrong, in a raw text; the whole text where escapes hide it."""
    if not column.isdigit() or not span.text.startswith('r"'):
        return span
    before = span.text[2 : 1 + int(column)]
    start = span.start + 2 + len(before.encode())
    return Span(span.source, start, start + 1) if start < span.end - 1 else span
