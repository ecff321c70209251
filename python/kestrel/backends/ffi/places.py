"""The places of a module that a failure can name: numbered, so that no line stands in C++.

A number is what generated code carries; the module's `.places.json` says where it is. So an edit
that moves lines, and changes nothing else, compiles nothing anew.
"""

from __future__ import annotations

from kestrel.ir.exprs import At


class Places:
    """Numbers from 1, in the order in which they are asked for."""

    def __init__(self) -> None:
        self.found: list[tuple[str, At | None]] = []
        self._numbers: dict[tuple[str, At | None], int] = {}

    def number(self, function: str, at: At | None) -> int:
        key = function, at
        if key not in self._numbers:
            self.found.append(key)
            self._numbers[key] = len(self.found)
        return self._numbers[key]
