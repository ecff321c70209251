"""Names: which are values, which are known, and what to say of those that are not."""

from __future__ import annotations

from collections.abc import Iterator

from kestrel.check.lowering import NOTHING, Lower, Typed
from kestrel.check.scope import Env, Variable
from kestrel.check.shapes import ERROR
from kestrel.check.world import RecordInfo
from kestrel.ir.types import Named
from kestrel.syntax import ast
from kestrel.text.hints import did_you_mean

ENCLOSING = ("outer", "root")

CONTEXTUAL = {
    "it": "it is the value in a refinement, and the element that failed in a rule's message",
    "self": "it is the record in what a schema says",
    "outer": "it is the enclosing record in what a schema says",
    "root": "it is the outermost record in what a schema says",
    "old": "it is the earlier value in `migrate`",
}
"""Names that mean something only in their places."""
RESERVED = frozenset({"it", "self", *ENCLOSING})
"""Of them, those that no value can be named by: what reads them may stand around it."""


def bind(lower: Lower, own: dict[str, Variable], node: ast.Node, env: Env) -> Env:
    """What `node` has around it, with the values that it names."""
    for name in sorted(RESERVED & own.keys()):
        lower.report("KS0149", node, env, name=name, why=CONTEXTUAL[name])
        own[name] = Variable(ERROR)
    return env.binding(own)


def own_record(lower: Lower, env: Env) -> RecordInfo | None:
    return lower.world.record(Named(env.record)) if env.record else None


def unknown(lower: Lower, node: ast.Node, text: str, env: Env) -> Typed:
    if env.module.lost(text):
        return NOTHING
    record = own_record(lower, env)
    if record is not None and record.place.module.lost(text):
        return NOTHING
    if text in CONTEXTUAL:
        return lower.report("KS0132", node, env, name=text, why=CONTEXTUAL[text])
    helps = did_you_mean(text, visible(lower, env))
    return lower.report("KS0101", node, env, what="name", name=text, helps=helps)


def visible(lower: Lower, env: Env) -> Iterator[str]:
    """All names that an expression may begin with."""
    yield from env.names
    yield from env.module.names
    record = own_record(lower, env)
    if record is not None:
        yield from record.fields
        yield from ("self", *ENCLOSING)


def dotted(node: ast.Node) -> tuple[ast.Name, ...] | None:
    """The names of `a.b.c`; `None` if the node is not only names."""
    if isinstance(node, ast.Name):
        return (node,)
    if isinstance(node, ast.Member):
        head = dotted(node.value)
        return None if head is None else (*head, node.name)
    return None


def is_value(lower: Lower, first: ast.Name, env: Env) -> bool:
    text = first.text
    if env.names.get(text) is not None or (text == "self" and env.record):
        return True
    record = own_record(lower, env)
    if record is not None and text in record.fields:
        return True
    symbol = env.module.names.get(text)
    return symbol is not None and symbol.kind == "config"
