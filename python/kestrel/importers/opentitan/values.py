"""Values of OpenTitan's Hjson: numbers in texts, bits, expressions of parameters."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from kestrel.importers.opentitan.markup import Document, Object
from kestrel.ir.access import Access
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.paragraphs import paragraphs

ACCESS: dict[str, Access] = {
    "none": Access("na"),
    "ro": Access("r"),
    "rc": Access("r", "rclr"),
    "rw": Access("rw"),
    "r0w1c": Access("w", None, "woclr"),
    "rw1s": Access("rw", None, "woset"),
    "rw1c": Access("rw", None, "woclr"),
    "rw0c": Access("rw", None, "wzc"),
    "wo": Access("w"),
}
"""OpenTitan's register tool, "Software access"."""
MUBI_TRUE = {4: 0x6, 8: 0x96, 12: 0x696, 16: 0x9696}
"""Values of multi-bit booleans by their widths; false is the complement."""
OPERATORS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
YES = (True, "true", "True", "1", 1)


class Values:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.found: list[Diagnostic] = []
        self.parameters: dict[str, int] = {}

    def wrong(self, each: Object, text: object, what: str) -> None:
        self._say("KR0016", each, text=str(text)[:80], what=what)

    def missing(self, each: Object, what: str, key: str) -> None:
        self._say("KR0017", each, what=what, key=key)

    def _say(self, code: str, each: Object, **values: Any) -> None:
        span = self.document.span(each)
        file = self.document.source.name
        made = Diagnostic.make(code, span, **values) if span else None
        self.found.append(made or Diagnostic.make(code, file=file, **values))

    def text(self, each: Object, key: str) -> str:
        """Paragraphs, one a line."""
        value = each.get(key)
        return "\n".join(paragraphs(value)) if isinstance(value, str) else ""

    def yes(self, each: Object, key: str, otherwise: bool = False) -> bool:
        return each[key] in YES if key in each else otherwise

    def number(self, each: Object, key: str, otherwise: int) -> int:
        if key not in each:
            return otherwise
        made = self.evaluated(each[key])
        if made is None:
            self.wrong(each, each[key], f"number for `{key}`")
        return otherwise if made is None else made

    def evaluated(self, value: Any) -> int | None:
        """A number, a parameter, or sums, differences and products of these."""
        if isinstance(value, int):
            return int(value)
        if not isinstance(value, str) or len(value) > 200:
            return None
        try:
            return self._of(ast.parse(value.strip(), mode="eval").body)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None

    def _of(self, node: ast.expr) -> int | None:
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, int) else None
        if isinstance(node, ast.Name):
            return self.parameters.get(node.id)
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            left, right = self._of(node.left), self._of(node.right)
            return None if left is None or right is None else OPERATORS[type(node.op)](left, right)
        return None

    def access(self, each: Object, otherwise: str) -> Access:
        given = each.get("swaccess", otherwise)
        if given not in ACCESS:
            self.wrong(each, given, "kind of software access")
        return ACCESS.get(given, Access())

    def bits(self, each: Object) -> tuple[int, int] | None:
        """The lowest bit, and how many."""
        given = each.get("bits")
        if given is None:
            self.missing(each, "field", "bits")
            return None
        high, _, low = str(given).partition(":")
        msb, lsb = self.evaluated(high), self.evaluated(low or high)
        if msb is None or lsb is None or not 0 <= lsb <= msb < 1024:
            self.wrong(each, given, "range of bits")
            return None
        return lsb, msb - lsb + 1

    def reset(self, each: Object, width: int) -> tuple[int | None, bool]:
        """What a field is after a reset, if that is known, and whether it is said."""
        if "resval" not in each:
            return 0, False
        given = each["resval"]
        if self.yes(each, "mubi") and width in MUBI_TRUE:
            true = MUBI_TRUE[width]
            named = {True: true, False: true ^ (1 << width) - 1}
            if str(given).lower() in ("true", "false"):
                return named[str(given).lower() == "true"], True
        if given in ("x", "X"):
            return None, True
        if isinstance(given, str) and given.lower() in ("true", "false"):
            return int(given.lower() == "true"), True
        made = self.evaluated(given)
        if made is None:
            self.wrong(each, given, "reset value")
        return made, True
