"""How each rule of the register maps' grammar becomes a node."""

from __future__ import annotations

from kestrel.syntax import ast, literals, regmap
from kestrel.syntax.builder import SPECIALS, Builder, attrs, nodes, plain
from kestrel.syntax.literals import LiteralError
from kestrel.syntax.outcome import Maker, Mode

LISTS = """
    decls attr_args parameters items settings keys alias_list arguments options widths members
    traits details irq_kinds enum_values steps device_items wires edits inner_edits
"""
SHARED = (ast.Name, ast.Attr, ast.Text)
PLAIN = plain({*nodes(regmap), *SHARED}, LISTS)


class MapBuilder(Builder):
    def own_makers(self) -> dict[str, Maker]:
        own: dict[str, Maker] = {
            "file": (Mode.FIXED, self.map_file),
            "attrs": (Mode.VARIADIC, attrs),
            "int": (Mode.FIXED, self.number(ast.Int, literals.integer)),
            "text": (Mode.FIXED, self.text),
            "raw_name": (Mode.FIXED, self.raw_name),
        }
        if not self.source.data.isascii():
            own["name"] = (Mode.FIXED, self.name)
        return PLAIN | own

    def map_file(self, start: int, end: int, decls: tuple[regmap.Decl, ...]) -> regmap.MapFile:
        return regmap.MapFile(0, len(self.source.data), decls, self.source, ())

    def text(self, start: int, end: int, text: str) -> ast.Text:
        """There are no holes: vendors write braces as they like."""
        if text[0] == text[-1] == '"' and not SPECIALS.search(text, 1, len(text) - 1):
            return ast.Text(start, end, text[1:-1])
        block = text.startswith('"""')
        inside = literals.dedenter(text)(text[3:-3]).removeprefix("\n") if block else text[1:-1]
        return ast.Text(start, end, self.unescaped(start, inside))

    def raw_name(self, start: int, end: int, text: str) -> ast.Name:
        inside = text[1:-1].replace("\\`", "`") if "\\" in text else text[1:-1]
        return ast.Name(start, end, self.unescaped(start, inside))

    def unescaped(self, start: int, text: str) -> str:
        try:
            return literals.unescape(text, 1)
        except LiteralError as error:
            at = start + len(text[: error.at].encode())
            self.report("KS0012", (at, at + 1), reason=error.reason)
            return text
