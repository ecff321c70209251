"""What rules, and the functions that they use, are without: they are total, and have no effects."""

from __future__ import annotations

from kestrel.check.lowering import Lower, Typed
from kestrel.check.scope import Env
from kestrel.syntax import ast

REFUSED: dict[type[ast.Node], str] = {
    ast.Var: "`var`",
    ast.Assign: "`:=`",
    ast.While: "`while`",
    ast.For: "`for`",
    ast.Defer: "`defer`",
    ast.Break: "`break`",
    ast.Continue: "`continue`",
    ast.Return: "`return`",
    ast.Try: "`?`",
    ast.Unsafe: "`unsafe`",
    ast.IfThen: "`if` without `else`",
}

CURES: dict[type[ast.Node], str] = {
    ast.While: "use `map`, `filter`, `sum` and their like",
    ast.For: "use `map`, `filter`, `sum` and their like",
    ast.Var: "use `let`, and a new name for a new value",
    ast.IfThen: "give both branches a value: `if … then … else …`",
    ast.Try: "use `match`, or `.or(…)`",
    ast.Return: "let the last expression of the block be the value",
}


def refuse(lower: Lower, node: ast.Node, env: Env) -> Typed:
    cure = CURES.get(type(node))
    helps = (cure,) if cure else ()
    return lower.report("KS0130", node, env, what=REFUSED[type(node)], helps=helps)
