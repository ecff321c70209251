"""Walking over syntax trees, whatever their nodes."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kestrel.syntax import ast


def nodes(root: msgspec.Struct) -> Iterator[ast.Node]:
    """`root` and every node below it."""
    pending: list[object] = [root]
    while pending:
        found = pending.pop()
        if isinstance(found, tuple):
            pending.extend(found)
        elif isinstance(found, msgspec.Struct):
            if isinstance(found, ast.Node):
                yield found
            pending.extend(getattr(found, name) for name in found.__struct_fields__)
