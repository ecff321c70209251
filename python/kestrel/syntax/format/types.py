"""How types, patterns and paths are laid out."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence

from kestrel.syntax import ast
from kestrel.syntax.format.writer import Writer
from kestrel.text.layout import LINE, Concat, Doc, concat, group


class Types(Writer):
    def path(self, path: ast.Path) -> Doc:
        """Names with dots between them."""
        return Concat([self.tok() for _ in range(2 * len(path.items) - 1)])

    # ---- types

    def type(self, node: ast.Type) -> Doc:
        return TYPES[type(node)](self, node)

    def named_type(self, node: ast.NamedType) -> Doc:
        path = self.path(node.path)
        return concat(path, self.listing(node.args, self.type, ",")) if node.args else path

    def list_type(self, node: ast.ListType) -> Doc:
        return concat(self.tok(), self.type(node.item), self.tok())

    def tuple_type(self, node: ast.TupleType) -> Doc:
        return self.listing(node.items, self.type, ",")

    def record_type(self, node: ast.RecordType) -> Doc:
        return self.listing(node.fields, self.decl, ",", pad=True, blanks=True, expanded=None)

    @abstractmethod
    def decl(self, node: ast.Field) -> Doc:
        """A field with all that stands before and behind it; its default is an expression."""

    def fields(self, fields: Sequence[ast.TypeField]) -> Doc:
        return self.listing(fields, self.type_field, ",", pad=True, blanks=True, expanded=None)

    def type_field(self, node: ast.TypeField) -> Doc:
        return concat(
            self.attrs(node.attrs.items), self.tok(), self.tok(), " ", self.type(node.type)
        )

    def fn_type(self, node: ast.FnType) -> Doc:
        head = concat(self.tok(), self.listing(node.params, self.type, ","))
        return concat(head, " ", self.tok(), " ", self.type(node.result))

    def literal_type(self, node: ast.LiteralType) -> Doc:
        parts = [self.signed(node.items[0])]
        for item in node.items[1:]:
            parts.append(group(LINE, self.tok(), " ", self.signed(item)))
        return Concat(parts)

    def signed(self, node: ast.Node) -> Doc:
        """A literal, with or without a minus."""
        return concat(self.tok(), self.tok()) if isinstance(node, ast.Neg) else self.tok()

    def generics(self, names: Sequence[ast.Name]) -> Doc:
        return self.listing(names, lambda _: self.tok(), ",") if names else ""

    @abstractmethod
    def attrs(self, items: Sequence[ast.Attr]) -> Doc:
        """Doc comments and attributes of what follows; attributes' arguments are expressions."""

    # ---- patterns

    def pattern(self, node: ast.Pattern) -> Doc:
        return PATTERNS[type(node)](self, node)

    def path_pattern(self, node: ast.PathPattern) -> Doc:
        path = self.path(node.path)
        return (
            path if node.args is None else concat(path, self.listing(node.args, self.pattern, ","))
        )

    def variant_record_pattern(self, node: ast.VariantRecordPattern) -> Doc:
        return concat(self.path(node.path), " ", self.record_pattern(node.fields))

    def tuple_pattern(self, node: ast.TuplePattern) -> Doc:
        return self.listing(node.items, self.pattern, ",")

    def record_pattern(self, node: ast.RecordPattern) -> Doc:
        return self.listing(node.fields, self.field_pattern, ",", pad=True)

    def field_pattern(self, node: ast.FieldPattern) -> Doc:
        name = self.tok()
        return concat(name, self.tok(), " ", self.pattern(node.pattern)) if node.pattern else name

    def literal_pattern(self, node: ast.LiteralPattern) -> Doc:
        low = self.signed(node.low)
        return concat(low, self.tok(), self.signed(node.high)) if node.high else low


TYPES: dict[type[ast.Node], Callable[..., Doc]] = {
    ast.NamedType: Types.named_type,
    ast.ListType: Types.list_type,
    ast.TupleType: Types.tuple_type,
    ast.RecordType: Types.record_type,
    ast.FnType: Types.fn_type,
    ast.LiteralType: Types.literal_type,
}
PATTERNS: dict[type[ast.Node], Callable[..., Doc]] = {
    ast.PathPattern: Types.path_pattern,
    ast.VariantRecordPattern: Types.variant_record_pattern,
    ast.TuplePattern: Types.tuple_pattern,
    ast.RecordPattern: Types.record_pattern,
    ast.LiteralPattern: Types.literal_pattern,
}
