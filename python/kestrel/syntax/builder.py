"""How each rule of the grammar becomes a node."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from kestrel.syntax import ast, literals
from kestrel.syntax.literals import LiteralError
from kestrel.syntax.outcome import Maker, Mode
from kestrel.syntax.spelling import check_name
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.source import Source, Span

LISTS = """
    decls imports generics variants docs type_args types type_fields fields
    members sets effects params
    externs codes boundary_members args attr_args arms patterns lambda_params subpatterns
    field_patterns
"""
"""Rules that make tuples."""

NO_ATTRS = ast.Attrs()


def snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


def nodes(module: ModuleType) -> frozenset[type[ast.Node]]:
    """The classes of nodes that a module has."""
    found = (each for each in vars(module).values() if isinstance(each, type))
    return frozenset(each for each in found if issubclass(each, ast.Node) and each is not ast.Node)


NODES = nodes(ast)


def mode(node: type[ast.Node]) -> Mode:
    """A class whose only field is `items` takes all children of its rule, however many."""
    return Mode.VARIADIC if node.__struct_fields__ == ("start", "end", "items") else Mode.FIXED


def plain(classes: Iterable[type[ast.Node]], lists: str) -> dict[str, Maker]:
    """Makers of rules whose value needs no code; `lists` names those that make tuples."""
    return {
        **dict.fromkeys(lists.split(), (Mode.TUPLE, None)),
        **{snake(node.__name__): (mode(node), node) for node in classes},
    }


PLAIN: dict[str, Maker] = plain(NODES, LISTS) | {
    "yes": (Mode.CONSTANT, True),
    "no": (Mode.CONSTANT, False),
}


def attrs(start: int, end: int, children: tuple[str | ast.Attr, ...]) -> ast.Attrs:
    if not children:
        return NO_ATTRS
    docs = [child for child in children if isinstance(child, str)]
    return ast.Attrs(doc_text(docs), tuple(c for c in children if isinstance(c, ast.Attr)))


def doc_text(lines: Iterable[str]) -> str:
    """Doc comments as one text: without `///`, the blank after it, and carriage returns."""
    return "\n".join(line[3:].removeprefix(" ").rstrip() for line in lines)


def variant(
    start: int,
    end: int,
    docs: tuple[str, ...],
    inner: ast.Attrs,
    name: ast.Name,
    payload: ast.TupleType | ast.RecordType | None,
) -> ast.Variant:
    """A variant's doc comment may stand before its `|`, its attributes stand after."""
    doc = "\n".join(filter(None, (doc_text(docs), inner.doc)))
    return ast.Variant(start, end, ast.Attrs(doc, inner.items), name, payload)


def path_dot(start: int, end: int, names: tuple[ast.Name, ...]) -> ast.Path:
    return ast.Path(start, names[-1].end, names)


def return_unit(start: int, end: int) -> ast.Return:
    return ast.Return(start, end, None)


def true(start: int, end: int) -> ast.Bool:
    return ast.Bool(start, end, True)


def false(start: int, end: int) -> ast.Bool:
    return ast.Bool(start, end, False)


def tuple_item(start: int, end: int, value: ast.Expr, index: str) -> ast.TupleItem:
    return ast.TupleItem(start, end, value, literals.integer(index[:18]))


def system_header(start: int, end: int, text: str) -> ast.SystemHeader:
    return ast.SystemHeader(start, end, text[1:-1])


SPECIAL: dict[str, Maker] = {
    "attrs": (Mode.VARIADIC, attrs),
    "variant": (Mode.FIXED, variant),
    "path_dot": (Mode.VARIADIC, path_dot),
    "return_unit": (Mode.FIXED, return_unit),
    "true": (Mode.FIXED, true),
    "false": (Mode.FIXED, false),
    "tuple_item": (Mode.FIXED, tuple_item),
    "system_header": (Mode.FIXED, system_header),
}

SPECIALS = re.compile(r'[\\{"]')
"""What keeps a text literal from meaning what it says."""

ParseHole = Callable[[int, int], ast.Expr | None]


class Builder:
    """Makes the nodes of one source and collects what is wrong with its literals and names."""

    def __init__(self, source: Source, hidden: Iterable[int], parse_hole: ParseHole) -> None:
        """`hidden`: offsets at which the text itself is wrong, and has been reported."""
        self.source = source
        self.hidden = frozenset(hidden)
        self.parse_hole = parse_hole
        self.diagnostics: list[Diagnostic] = []
        self.unusual: list[ast.Name] = []
        """Names beyond ASCII with which nothing is wrong by themselves."""
        self.makers = self.own_makers()

    def own_makers(self) -> dict[str, Maker]:
        own: dict[str, Maker] = {
            "file": (Mode.FIXED, self.file),
            "int": (Mode.FIXED, self.number(ast.Int, literals.integer)),
            "float": (Mode.FIXED, self.number(ast.Float, literals.floating)),
            "duration": (Mode.FIXED, self.number(ast.Duration, literals.duration)),
            "size": (Mode.FIXED, self.number(ast.Size, literals.size)),
            "string": (Mode.FIXED, self.string),
            "text": (Mode.FIXED, self.text),
        }
        if not self.source.data.isascii():
            own["name"] = (Mode.FIXED, self.name)
        return PLAIN | SPECIAL | own

    def report(self, code: str, at: ast.Node | tuple[int, int], **values: Any) -> None:
        start, end = (at.start, at.end) if isinstance(at, ast.Node) else at
        span = Span(self.source, start, end)
        self.diagnostics.append(Diagnostic.make(code, span, **values))

    def file(self, start: int, end: int, decls: tuple[ast.Decl, ...]) -> ast.File:
        return ast.File(0, len(self.source.data), decls, self.source, ())

    # ---- numbers

    def number(self, node: Any, decode: Callable[[str], Any]) -> Callable[[int, int, str], Any]:
        def make(start: int, end: int, text: str) -> Any:
            try:
                return node(start, end, decode(text))
            except LiteralError as error:
                self.report("KS0011", (start, end), text=shorten(text), reason=error.reason)
                return node(start, end, decode("0" + UNITS.get(node, "")))

        return make

    # ---- text

    def text(self, start: int, end: int, text: str) -> ast.Text:
        """A literal that can have no holes."""
        node = self.string(start, end, text)
        if isinstance(node, ast.Text):
            return node
        self.report("KS0013", (start, end))
        return ast.Text(start, end, text)

    def string(self, start: int, end: int, text: str) -> ast.Text | ast.Interpolation:
        if text[0] == text[-1] == '"' and not SPECIALS.search(text, 1, len(text) - 1):
            return ast.Text(start, end, text[1:-1])
        try:
            items = self.items(start, text)
        except LiteralError as error:
            at = start + len(text[: error.at].encode())
            self.report("KS0012", (at, at + 1), reason=error.reason)
            items = [text]
        if all(isinstance(item, str) for item in items):
            return ast.Text(start, end, "".join(items))  # type: ignore[arg-type]
        return ast.Interpolation(start, end, tuple(items))

    def items(self, start: int, text: str) -> list[str | ast.Expr]:
        form = literals.shape(text)
        dedent = literals.dedenter(text) if form.block else str
        items: list[str | ast.Expr] = []
        for piece in literals.pieces(text):
            if piece.hole:
                items += self.hole(start, text, piece)
                continue
            part = text[piece.begin : piece.end]
            plain = part if form.raw else literals.unescape(dedent(part), piece.begin)
            if form.block and piece.begin == form.prefix:
                plain = plain.removeprefix("\n")
            if plain:
                items.append(plain)
        return items

    def hole(self, start: int, text: str, piece: literals.Piece) -> list[str | ast.Expr]:
        begin = start + len(text[: piece.begin].encode())
        end = start + len(text[: piece.end].encode())
        if not text[piece.begin : piece.end].strip():
            raise LiteralError("this hole is empty; a brace is written `\\{`", piece.begin - 1)
        expr = self.parse_hole(begin, end)
        return [""] if expr is None else [expr]

    # ---- names, where the source is not ASCII

    def name(self, start: int, end: int, text: str) -> ast.Name:
        node = ast.Name(start, end, text)
        if not text.isascii() and self.hidden.isdisjoint(range(start, end)):
            self.check_name(node)
        return node

    def check_name(self, node: ast.Name) -> None:
        if wrong := check_name(self.source, node):
            self.diagnostics.append(wrong)
        else:
            self.unusual.append(node)


UNITS: dict[Any, str] = {ast.Duration: "s", ast.Size: "B"}


def shorten(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
