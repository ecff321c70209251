"""How expressions are laid out.

What nests to the left (`a + b + c`, `a.b(c).d`, `a |> f |> g`) and prefixes are walked by loops;
the parser bounds how deep the rest can be.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence

from kestrel.syntax import ast
from kestrel.syntax.format.types import Types
from kestrel.text.layout import HARD, LINE, SOFT, Concat, Doc, concat, group, indent

LEVELS = {
    level: ops.split()
    for level, ops in enumerate(
        ("||", "&&", "== != <= >= < >", "+ -", "* / % band bor bxor shl shr")
    )
}
LEVEL = {op: level for level, ops in LEVELS.items() for op in ops}
LEADING = ("||", "&&")
"""Operators that begin a line; others end one, since not all of them can go on with an item."""

PREFIXES = (ast.Neg, ast.Not, ast.Return, ast.Lambda)
POSTFIXES = (ast.Member, ast.TupleItem, ast.Try, ast.Call, ast.Index, ast.Cast)
NUMBERS = (ast.Int, ast.Float)
STATEMENTS = (
    ast.Let, ast.Var, ast.Assign, ast.While, ast.For, ast.Defer, ast.IfThen, ast.Break, ast.Continue
)  # fmt: skip
CLINGING = (ast.Braces, ast.List, ast.Match, ast.Call, ast.With, ast.Lambda, ast.Unsafe, ast.Try)
"""What begins on the line of the `=` before it, although it goes on over several."""


class Exprs(Types):
    def expr(self, node: ast.Node) -> Doc:
        rule = EXPRS.get(type(node))
        return rule(self, node) if rule else self.tok()

    def value(self, node: ast.Node) -> Doc:
        """What stands behind `=`, `:` or `->`: on the same line or, indented, on the next."""
        if isinstance(node, CLINGING) or "\n" in self.peek():
            return concat(" ", self.expr(node))
        return group(indent(LINE, self.flush(node)))

    def flush(self, node: ast.Node) -> Doc:
        """An expression in lines that are indented already."""
        if isinstance(node, ast.Binary | ast.Pipe):
            return group(*self.chain(node))
        return self.expr(node)

    # ---- operators

    def operators(self, node: ast.Binary | ast.Pipe) -> Doc:
        first, *rest = self.chain(node)
        return group(first, indent(*rest))

    def chain(self, node: ast.Node) -> list[Doc]:
        """The operands of one level of precedence, each with its operator."""
        level = self.level(node)
        operands = []
        while isinstance(node, ast.Binary | ast.Pipe) and self.level(node) == level:
            operands.append(node.right)
            node = node.left
        parts: list[Doc] = [self.expr(node)]
        for operand in reversed(operands):
            leading = self.peek() in (*LEADING, "|>")
            parts += [LINE, self.tok(), " "] if leading else [" ", self.tok(), LINE]
            parts.append(self.expr(operand))
        return parts

    @staticmethod
    def level(node: ast.Node) -> int:
        return LEVEL[node.op] if isinstance(node, ast.Binary) else -1

    def word_operator(self, node: ast.In | ast.Matches) -> Doc:
        left, right = (
            (node.value, node.values) if isinstance(node, ast.In) else (node.value, node.pattern)
        )
        return group(self.expr(left), indent(LINE, self.tok(), " ", self.expr(right)))

    def is_variant(self, node: ast.Is) -> Doc:
        return concat(self.expr(node.value), " ", self.tok(), " ", self.path(node.variant))

    def range(self, node: ast.ClosedRange | ast.HalfRange) -> Doc:
        sums = isinstance(node.low, ast.Binary) or isinstance(node.high, ast.Binary)
        pad = " " if sums else ""
        return concat(self.expr(node.low), pad, self.tok(), pad, self.expr(node.high))

    def prefixed(self, node: ast.Node) -> Doc:
        parts: list[Doc] = []
        while isinstance(node, PREFIXES):
            if isinstance(node, ast.Lambda):
                parts += [self.lambda_params(node), " "]
                node = node.body
                continue
            parts.append(self.tok())
            if isinstance(node, ast.Return):
                if node.value is None:
                    return Concat(parts)
                parts.append(" ")
            node = node.value  # type: ignore[assignment]
        return Concat([*parts, self.expr(node)])

    def lambda_params(self, node: ast.Lambda) -> Doc:
        if not node.params:
            return self.tok()
        return self.listing(node.params, self.lambda_param, ",")

    def lambda_param(self, node: ast.LambdaParam) -> Doc:
        name = (
            self.pattern(node.pattern) if isinstance(node.pattern, ast.TuplePattern) else self.tok()
        )
        return concat(name, self.tok(), " ", self.type(node.type)) if node.type else name

    # ---- postfixes

    def postfixed(self, node: ast.Node) -> Doc:
        """`a.b(c)?.d`; from two method calls on, lines may be broken before dots."""
        links: list[ast.Node] = []
        while isinstance(node, POSTFIXES):
            links.append(node)
            node = node.callee if isinstance(node, ast.Call) else node.value
        links.reverse()
        pairs = itertools.pairwise(links)
        calls = sum(isinstance(a, ast.Member) and isinstance(b, ast.Call) for a, b in pairs)
        spaced = isinstance(node, NUMBERS)
        base = self.expr(node)
        parts: list[Doc] = []
        for number, link in enumerate(links):
            method = isinstance(link, ast.Member) and isinstance(
                links[min(number + 1, len(links) - 1)], ast.Call
            )
            if spaced and number == 0:
                parts.append(" ")
            elif calls > 1 and method:
                parts.append(SOFT)
            parts.append(self.postfix(link))
        return group(base, indent(*parts)) if calls > 1 else concat(base, *parts)

    def postfix(self, node: ast.Node) -> Doc:
        if isinstance(node, ast.Call):
            return self.arguments(node.args)
        if isinstance(node, ast.Index):
            return concat(self.tok(), self.expr(node.index), self.tok())
        if isinstance(node, ast.Cast):
            return concat(" ", self.tok(), " ", self.path(node.type))
        return self.tok() if isinstance(node, ast.Try) else concat(self.tok(), self.tok())

    def arguments(self, args: tuple[ast.Argument, ...]) -> Doc:
        """In parentheses. A last argument in brackets of its own clings to them."""
        if not self.clings(args):
            return self.listing(args, self.argument, ",")
        parts = [self.tok()]
        for arg in args[:-1]:
            parts += [self.argument(arg), self.tok(), " "]
        parts += [self.argument(args[-1]), *self.separator()]
        tail = self.tail(True, False)
        return Concat([*parts, *tail, *([HARD] if tail else []), self.tok()])

    def clings(self, args: tuple[ast.Argument, ...]) -> bool:
        """Not so if comments stand between the arguments."""
        if not args or not hugs(args[-1]) or not all(map(is_small, args[:-1])):
            return False
        end, commas = self.at + 1, len(args) - 1
        while commas:
            commas -= self.texts[end] == ","
            end += 1
        inside = range(self.at, end)
        return end not in self.before and not any(
            at in self.before or at in self.behind for at in inside
        )

    def argument(self, node: ast.Argument) -> Doc:
        if is_secret(node):
            return concat(self.tok(), self.tok(), self.tok())
        if isinstance(node, ast.NamedArg):
            return concat(self.tok(), self.tok(), self.value(node.value))
        return self.expr(node)

    # ---- brackets

    def paren(self, node: ast.Paren) -> Doc:
        opener = self.tok()
        inner = concat(*self.hoist(), self.flush(node.value), *self.tail(True, False))
        return group(opener, indent(SOFT, inner), SOFT, self.tok())

    def unit(self, node: ast.Unit) -> Doc:
        return concat(self.tok(), self.tok())

    def tuple(self, node: ast.Tuple) -> Doc:
        return self.listing(node.items, self.expr, ",")

    def list(self, node: ast.List) -> Doc:
        fill = all(isinstance(item, ast.Neg | ast.Int | ast.Float) for item in node.items)
        return self.listing(node.items, self.expr, ",", blanks=True, expanded=None, fill=fill)

    def braces(self, node: ast.Braces, removals: bool = False) -> Doc:
        statements = any(isinstance(item, STATEMENTS) for item in node.items)
        visit = self.change if removals else self.item
        between = ";" if statements else ","
        return self.listing(node.items, visit, between, pad=True, blanks=True, expanded=None)

    def with_(self, node: ast.Node) -> Doc:
        changes = []
        while isinstance(node, ast.With):
            changes.append(node.changes)
            node = node.base
        parts = [self.expr(node)]
        for braces in reversed(changes):
            parts += [" ", self.tok(), " ", self.braces(braces, removals=True)]
        return Concat(parts)

    def change(self, node: ast.Node) -> Doc:
        """An item of `with`; there a minus takes something out."""
        if isinstance(node, ast.Neg):
            return concat(self.tok(), " ", self.expr(node.value))
        return self.item(node)

    def unsafe(self, node: ast.Unsafe) -> Doc:
        return concat(self.toks(2), " ", self.braces(node.body))

    def secret(self, node: ast.EnvSecret | ast.FileSecret) -> Doc:
        return concat(self.tok(), self.tok(), self.tok())

    # ---- branches

    def if_(self, node: ast.Node) -> Doc:
        """`if … then … else …`, and the chain of such in its `else`, all on one line or none."""
        parts: list[Doc] = []
        while isinstance(node, ast.If | ast.IfThen):
            parts += [self.tok(), " ", self.expr(node.condition), " ", self.tok()]
            parts.append(self.branch(node.then))
            if isinstance(node, ast.IfThen):
                return group(*parts)
            parts += [" " if isinstance(node.then, ast.Braces) else LINE, self.tok()]
            node = node.otherwise
            if isinstance(node, ast.If):
                parts.append(" ")
        return group(*parts, self.branch(node))

    def branch(self, node: ast.Node) -> Doc:
        if isinstance(node, ast.Braces):
            return concat(" ", self.braces(node))
        return indent(LINE, self.item(node))

    def match(self, node: ast.Match) -> Doc:
        head = concat(self.tok(), " ", self.expr(node.subject), " ", self.tok())
        forced = self.at in self.breaks
        arms: list[Doc] = []
        for arm in node.arms:
            arms += [LINE, *self.hoist(), self.arm(arm)]
        return group(head, indent(*arms), forced=forced)

    def arm(self, node: ast.Arm) -> Doc:
        parts = [self.tok(), " ", self.pattern(node.patterns[0])]
        for pattern in node.patterns[1:]:
            parts += [" ", self.tok(), " ", self.pattern(pattern)]
        return Concat([*parts, " ", self.tok(), self.value(node.body)])

    # ---- items of braces

    def item(self, node: ast.Node) -> Doc:
        return ITEMS.get(type(node), Exprs.expr)(self, node)

    def let(self, node: ast.Let) -> Doc:
        head = concat(self.tok(), " ", self.pattern(node.pattern))
        return concat(head, self.typed(node.type), " ", self.tok(), self.value(node.value))

    def var(self, node: ast.Var) -> Doc:
        head = self.toks(2)
        return concat(head, self.typed(node.type), " ", self.tok(), self.value(node.value))

    def typed(self, node: ast.Type | None) -> Doc:
        return concat(self.tok(), " ", self.type(node)) if node else ""

    def assign(self, node: ast.Assign) -> Doc:
        return concat(self.expr(node.target), " ", self.tok(), self.value(node.value))

    def entry(self, node: ast.Entry) -> Doc:
        return concat(self.expr(node.key), self.tok(), self.value(node.value))

    def while_(self, node: ast.While) -> Doc:
        return concat(self.tok(), " ", self.expr(node.condition), " ", self.braces(node.body))

    def for_(self, node: ast.For) -> Doc:
        head = concat(self.tok(), " ", self.pattern(node.pattern), " ", self.tok(), " ")
        return concat(head, self.expr(node.values), " ", self.braces(node.body))

    def defer(self, node: ast.Defer) -> Doc:
        return concat(self.tok(), " ", self.expr(node.value))

    # ---- attributes

    def attrs(self, items: Sequence[ast.Attr]) -> Doc:
        """Each doc comment on a line of its own; an attribute, where a newline stands behind it."""
        left = list(reversed(items))
        parts: list[Doc] = []
        while True:
            comments = self.hoist() if parts else []
            if self.peek().startswith("///"):
                parts += [*comments, HARD, self.tok(), HARD]
            elif left:
                parts += [*comments, self.attr(left.pop())]
                parts.append(HARD if self.at in self.breaks else " ")
            else:
                return Concat([*parts, *comments]) if parts else ""

    def attr(self, node: ast.Attr) -> Doc:
        name = concat(self.tok(), self.tok())
        return concat(name, self.arguments(node.args)) if self.peek() == "(" else name


def hugs(node: ast.Node) -> bool:
    """Are its brackets enough, so that those of a call around it need no lines of their own?"""
    while True:
        if isinstance(node, ast.Lambda):
            node = node.body
        elif isinstance(node, ast.NamedArg):
            node = node.value
        elif isinstance(node, ast.Call) and len(node.args) == 1:
            node = node.args[0]
        else:
            return isinstance(node, ast.Braces | ast.List)


def is_secret(node: ast.Node) -> bool:
    """`Some(env:NAME)`: what only the types tell from a named argument."""
    if not isinstance(node, ast.NamedArg):
        return False
    kind = {"env": ast.Name, "file": ast.Text}.get(node.name.text)
    return kind is not None and isinstance(node.value, kind)


def is_small(node: ast.Node) -> bool:
    return (
        isinstance(node, ast.Name | ast.Text | ast.Int | ast.Member) and node.end - node.start < 30
    )


def table(
    rows: Iterable[tuple[Callable[..., Doc], tuple[type[ast.Node], ...]]],
) -> dict[type[ast.Node], Callable[..., Doc]]:
    return {node: rule for rule, nodes in rows for node in nodes}


EXPRS = table(
    (
        (Exprs.operators, (ast.Binary, ast.Pipe)),
        (Exprs.word_operator, (ast.In, ast.Matches)),
        (Exprs.is_variant, (ast.Is,)),
        (Exprs.range, (ast.ClosedRange, ast.HalfRange)),
        (Exprs.prefixed, PREFIXES),
        (Exprs.postfixed, POSTFIXES),
        (Exprs.paren, (ast.Paren,)),
        (Exprs.unit, (ast.Unit,)),
        (Exprs.tuple, (ast.Tuple,)),
        (Exprs.list, (ast.List,)),
        (Exprs.braces, (ast.Braces,)),
        (Exprs.with_, (ast.With,)),
        (Exprs.unsafe, (ast.Unsafe,)),
        (Exprs.secret, (ast.EnvSecret, ast.FileSecret)),
        (Exprs.if_, (ast.If,)),
        (Exprs.match, (ast.Match,)),
    )
)
"""All others are one token."""

ITEMS = table(
    (
        (Exprs.let, (ast.Let,)),
        (Exprs.var, (ast.Var,)),
        (Exprs.assign, (ast.Assign,)),
        (Exprs.entry, (ast.Entry,)),
        (Exprs.while_, (ast.While,)),
        (Exprs.for_, (ast.For,)),
        (Exprs.defer, (ast.Defer,)),
        (Exprs.if_, (ast.IfThen,)),
    )
)
