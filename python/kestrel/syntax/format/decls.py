"""How declarations are laid out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kestrel.syntax import ast
from kestrel.syntax.format.exprs import Exprs
from kestrel.text.layout import BLANK, HARD, LINE, Concat, Doc, concat, group, indent, solid

Declared = (
    ast.Decl
    | ast.SchemaMember
    | ast.Variant
    | ast.Handle
    | ast.Status
    | ast.StatusCode
    | ast.Struct
    | ast.ForeignFn
    | ast.Setting
)
"""What may have a doc comment and attributes."""


class Decls(Exprs):
    def file(self, decls: Sequence[ast.Decl]) -> Doc:
        parts: list[Doc] = []
        for number, decl in enumerate(decls):
            if number:
                parts.append(BLANK if self.blank_before() else HARD)
            parts += [*self.hoist(), self.decl(decl)]
        if decls:
            parts.append(BLANK if self.blank_before() and self.at in self.before else HARD)
        return Concat([*parts, *self.hoist()])

    def decl(self, node: Declared) -> Doc:
        """A declaration or member, its doc comment and attributes outside of its layout."""
        if isinstance(node, ast.Variant):
            return self.variant(node)
        attrs = self.attrs(node.attrs.items)
        body = DECLS[type(node)](self, node)
        return concat(attrs, body) if attrs else body

    # ---- modules

    def module(self, node: ast.Module | ast.Use) -> Doc:
        head = concat(self.tok(), " ", self.path(node.path))
        alias = isinstance(node, ast.Use) and node.alias
        return concat(head, " ", self.toks(2)) if alias else head

    def use_items(self, node: ast.UseItems) -> Doc:
        head = concat(self.tok(), " ", self.path(node.path), self.tok())
        return concat(head, self.listing(node.imports, self.imported, ","))

    def imported(self, node: ast.Import) -> Doc:
        return self.toks(3) if node.alias else self.tok()

    def bind(self, node: ast.Bind) -> Doc:
        source = concat(self.tok(), " ", self.path(node.source))
        return concat(source, " ", self.tok(), " ", self.path(node.target))

    # ---- types

    def sum_type(self, node: ast.SumType) -> Doc:
        head = concat(self.toks(2), self.generics(node.generics), " ", self.tok())
        forced = self.at in self.breaks
        variants: list[Doc] = []
        for variant in node.variants:
            variants += [LINE, *self.hoist(), self.variant(variant)]
        return group(head, indent(*variants), forced=forced)

    def variant(self, node: ast.Variant) -> Doc:
        docs = self.attrs(())
        head = concat(docs, self.tok(), " ", self.attrs(node.attrs.items), self.tok())
        if node.payload is None:
            return head
        pad = " " if isinstance(node.payload, ast.RecordType) else ""
        return concat(head, pad, self.type(node.payload))

    def new_type(self, node: ast.NewType) -> Doc:
        head = concat(self.toks(2), self.generics(node.generics), " ", self.toks(2), " ")
        return concat(head, self.type(node.type), self.where(node.where))

    def alias(self, node: ast.Alias) -> Doc:
        head = concat(self.toks(3), self.generics(node.generics), " ", self.tok())
        return concat(head, self.wide_type(node.type), self.where(node.where))

    def wide_type(self, node: ast.Type) -> Doc:
        """A type behind `=` or `:`; literals may begin on a line of their own."""
        if isinstance(node, ast.LiteralType):
            return group(indent(LINE, self.type(node)))
        return concat(" ", self.type(node))

    def where(self, node: ast.Expr | None) -> Doc:
        if node is None:
            return ""
        return group(indent(LINE, self.tok(), " ", self.expr(node)))

    # ---- schemas

    def schema(self, node: ast.Schema) -> Doc:
        head = concat(self.toks(3 if node.open else 2), self.generics(node.generics))
        if node.extends:
            head = concat(head, " ", self.tok(), " ", self.path(node.extends))
        return concat(head, " ", self.members(node.members))

    def members(self, members: Sequence[Declared], between: str = ";") -> Doc:
        return self.listing(members, self.decl, between, pad=True, blanks=True, expanded=None)

    def field(self, node: ast.Field) -> Doc:
        head = concat(self.tok(), self.tok(), self.wide_type(node.type))
        if node.default is not None:
            head = concat(head, " ", self.tok(), self.value(node.default))
        return concat(head, self.where(node.where))

    def compute(self, node: ast.Compute) -> Doc:
        head = concat(self.toks(2), self.tok(), " ", self.type(node.type))
        return concat(head, " ", self.tok(), self.value(node.value))

    def requires(self, node: ast.Requires) -> Doc:
        head = concat(self.toks(2), self.tok())
        match = isinstance(node.condition, ast.Match)
        condition = self.expr(node.condition) if match else self.flush(node.condition)
        parts = [head, group(indent(LINE, condition, columns=4))]
        forced = node.message is not None and self.at in self.breaks
        if node.message is not None:
            parts.append(indent(LINE, self.toks(2), columns=4))
        if node.place is not None:
            parts += [" ", self.tok(), " ", self.path(node.place)]  # no line begins with `at`
        return group(*parts, forced=forced)

    def when(self, node: ast.When) -> Doc:
        head = concat(self.tok(), " ", self.expr(node.condition), " ")
        return concat(head, self.sets(node.sets))

    def sets(self, sets: Sequence[ast.Set]) -> Doc:
        return self.listing(sets, self.set, ";", pad=True, blanks=True, expanded=None)

    def set(self, node: ast.Set) -> Doc:
        return concat(self.path(node.place), " ", self.tok(), self.value(node.value))

    def migrate(self, node: ast.Migrate) -> Doc:
        return concat(self.toks(2), " ", self.path(node.schema), " ", self.sets(node.sets))

    def retired(self, node: ast.Retired) -> Doc:
        return self.toks(2)

    def example(self, node: ast.Example) -> Doc:
        head = self.toks(3)
        if node.rule:
            head = concat(head, " ", self.tok(), self.tok(), self.tok())
        return concat(head, " ", self.tok(), self.value(node.value))

    # ---- configs

    def config(self, node: ast.Config) -> Doc:
        head = self.toks(2)
        return concat(head, self.typed(node.type), " ", self.tok(), self.value(node.value))

    def template(self, node: ast.Template) -> Doc:
        head = concat(self.toks(2), self.params(node.params), self.typed(node.type))
        return concat(head, " ", self.tok(), self.value(node.value))

    # ---- functions

    def fn(self, node: ast.Fn) -> Doc:
        head = concat(self.toks(3 if node.public else 2), self.generics(node.generics))
        return concat(head, self.signature(node), " ", self.braces(node.body))

    def foreign_fn(self, node: ast.ForeignFn) -> Doc:
        return concat(self.toks(3 if node.safe else 2), self.signature(node))

    def signature(self, node: ast.Fn | ast.ForeignFn) -> Doc:
        parts = [self.params(node.params)]
        if node.result is not None:
            parts += [" ", self.tok(), " ", solid(self.type(node.result))]
        if node.effects is not None:
            effects = concat(self.tok(), " ", self.listing(node.effects, self.name, ","))
            parts.append(group(indent(LINE, effects, columns=4)))
        return Concat(parts)

    def params(self, params: Sequence[ast.Param | ast.OutParam]) -> Doc:
        return self.listing(params, self.param, ",")

    def param(self, node: ast.Param | ast.OutParam) -> Doc:
        if isinstance(node, ast.OutParam):
            head = concat(self.toks(2), self.typed(node.type))
            return concat(head, " ", self.toks(3)) if node.on_error else head
        head = concat(self.tok(), self.tok(), " ")
        if node.ownership:
            head = concat(head, self.tok(), " ")
        head = concat(head, self.type(node.type))
        return concat(head, " ", self.tok(), self.value(node.default)) if node.default else head

    def name(self, node: ast.Name) -> Doc:
        return self.tok()

    # ---- the foreign

    def extern(self, node: ast.Extern) -> Doc:
        return concat(self.toks(6), " ", self.members(node.members))

    def handle(self, node: ast.Handle) -> Doc:
        return self.toks(7 + 2 * (node.owner is not None) + node.always)

    def status(self, node: ast.Status) -> Doc:
        head = concat(self.toks(2), self.typed(node.type), " ")
        codes = self.members(node.codes, ",")
        return concat(head, codes, " ", self.toks(3)) if node.error_text else concat(head, codes)

    def status_code(self, node: ast.StatusCode) -> Doc:
        return concat(self.toks(2), " ", self.signed(node.value))

    def struct(self, node: ast.Struct) -> Doc:
        return concat(self.toks(2), " ", self.fields(node.fields))

    def boundary(self, node: ast.Boundary) -> Doc:
        return concat(self.toks(3), " ", self.members(node.members))

    def setting(self, node: ast.Setting) -> Doc:
        return concat(self.tok(), self.tok(), self.value(node.value))


DECLS: dict[type[ast.Node], Callable[..., Doc]] = {
    ast.Module: Decls.module,
    ast.Use: Decls.module,
    ast.UseItems: Decls.use_items,
    ast.SumType: Decls.sum_type,
    ast.NewType: Decls.new_type,
    ast.Alias: Decls.alias,
    ast.Schema: Decls.schema,
    ast.Field: Decls.field,
    ast.Compute: Decls.compute,
    ast.Requires: Decls.requires,
    ast.When: Decls.when,
    ast.Migrate: Decls.migrate,
    ast.Retired: Decls.retired,
    ast.Example: Decls.example,
    ast.Config: Decls.config,
    ast.Template: Decls.template,
    ast.Fn: Decls.fn,
    ast.Extern: Decls.extern,
    ast.Handle: Decls.handle,
    ast.Status: Decls.status,
    ast.StatusCode: Decls.status_code,
    ast.Struct: Decls.struct,
    ast.ForeignFn: Decls.foreign_fn,
    ast.Boundary: Decls.boundary,
    ast.Setting: Decls.setting,
    ast.Bind: Decls.bind,
}
