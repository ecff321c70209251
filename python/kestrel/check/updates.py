"""`base with { path: value, - path }`: edits of a config."""

from __future__ import annotations

from kestrel.check.literals import find_field, literal_number, map_key
from kestrel.check.lowering import NOTHING, Lower, Typed
from kestrel.check.scope import Env
from kestrel.check.shapes import ERROR, INT, bare, has_error, kind, payload, show
from kestrel.check.world import FieldInfo
from kestrel.ir.exprs import AnyExpr, Const, Edit, Step, Update
from kestrel.ir.types import AnyType, ListOf, MapOf, TupleOf
from kestrel.syntax import ast


def update(lower: Lower, node: ast.With, env: Env) -> Typed:
    base = lower.infer(node.base, env)
    return Typed(_changed(lower, base, node, env), base.type)


def value_update(lower: Lower, node: ast.With, wanted: AnyType, env: Env) -> AnyExpr:
    base = Typed(lower.value(node.base, wanted, env), bare(wanted))
    return _changed(lower, base, node, env)


def _changed(lower: Lower, base: Typed, node: ast.With, env: Env) -> AnyExpr:
    if has_error(base.type):
        return NOTHING.expr
    if lower.world.record(bare(base.type)) is None and kind(base.type) != "map":
        why = f"`with` changes records and maps, and this is `{show(base.type)}`"
        lower.report("KS0139", node.base, env, why=why)
        return NOTHING.expr
    edits: list[Edit] = []
    for item in node.changes.items:
        if isinstance(item, ast.Neg):
            edit = _removal(lower, base.type, item, env)
        else:
            edit = _edit(lower, base.type, item, env)
        edits.extend([edit] if edit is not None else [])
    return Update(base.expr, tuple(edits), at=env.module.at(node)) if edits else base.expr


def _edit(lower: Lower, base: AnyType, item: ast.Item, env: Env) -> Edit | None:
    if isinstance(item, ast.Name):
        item = ast.Entry(item.start, item.end, item, item)
    if not isinstance(item, ast.Entry):
        why = "an edit is written `path: value`, or `- path` to remove"
        lower.report("KS0139", item, env, why=why)
        return None
    path: list[Step] = []
    target = _walk(lower, base, item.key, path, env)
    value = lower.value(item.value, target, env)
    return Edit(tuple(path), value) if not has_error(target) else None


def _walk(lower: Lower, base: AnyType, node: ast.Node, path: list[Step], env: Env) -> AnyType:
    """Appends the steps of a path as it is written; gives the type of what it leads to."""
    match node:
        case ast.Member(value=inner, name=name):
            at = _walk(lower, base, inner, path, env)
            return _step(lower, at, name, path, env)
        case ast.Index(value=inner, index=index):
            at = _walk(lower, base, inner, path, env)
            return _computed(lower, at, index, path, env)
        case ast.Call(callee=inner, args=(key,)) if not isinstance(key, ast.NamedArg):
            at = _walk(lower, base, inner, path, env)
            return _computed(lower, at, key, path, env)
        case ast.TupleItem(value=inner, index=index):
            at = payload(_walk(lower, base, inner, path, env))
            if isinstance(at, TupleOf) and index < len(at.items):
                path.append(Step(key=Const("Int", index)))
                return at.items[index]
        case ast.Paren(value=inner):
            return _computed(lower, base, inner, path, env)
        case ast.Name() | ast.Text():
            return _step(lower, base, node, path, env)
    lower.report("KS0139", node, env, why="this is no path")
    return ERROR


def _step(
    lower: Lower, base: AnyType, node: ast.Name | ast.Text, path: list[Step], env: Env
) -> AnyType:
    plain = payload(base)
    text = node.text if isinstance(node, ast.Name) else node.value
    if has_error(plain):
        return ERROR
    record = lower.world.record(plain)
    if record is not None:
        field = find_field(lower, record, node, text, env)
        path.append(Step(text))
        return field.plain if field is not None else ERROR
    if isinstance(plain, MapOf):
        path.append(Step(key=map_key(lower, node, plain.key, env)))
        return plain.value
    why = f"`{text}` leads nowhere: there is nothing inside `{show(plain)}`"
    if isinstance(plain, ListOf):
        why = "an item of a list is reached by its position: `[0]`"
        if plain.key:
            why = f'an item of this list is reached by its `{plain.key[0]}`: `["{text}"]`'
    lower.report("KS0139", node, env, why=why)
    return ERROR


def _computed(lower: Lower, base: AnyType, node: ast.Expr, path: list[Step], env: Env) -> AnyType:
    plain = payload(base)
    match plain:
        case MapOf(key, value):
            path.append(Step(key=lower.value(node, key, env)))
            return value
        case ListOf(item):
            path.append(item_step(lower, plain, node, env))
            return item
    if not has_error(plain):
        why = f"only maps and lists have computed keys, and this is `{show(plain)}`"
        lower.report("KS0139", node, env, why=why)
    return ERROR


def item_step(lower: Lower, list_: ListOf, node: ast.Expr, env: Env) -> Step:
    """Which item of a list: the one with this key, where it is no number; else by position."""
    field = by_key(lower, list_, node)
    if field is None:
        return Step(key=lower.value(node, INT, env))
    return Step(key=lower.value(node, field.plain, env), by=field.name)


def by_key(lower: Lower, list_: ListOf, node: ast.Expr) -> FieldInfo | None:
    """The field whose value `node` is, where it does not say a position."""
    record = lower.world.record(bare(list_.item))
    field = record.fields.get(list_.key[0]) if record is not None and len(list_.key) == 1 else None
    if field is None or literal_number(node) is not None:
        return None
    return None if kind(lower.world.stored(field.plain)) == "int" else field


# ---------------------------------------------------------------- `- path`


def _removal(lower: Lower, base: AnyType, item: ast.Neg, env: Env) -> Edit | None:
    """An entry or an item goes; a field goes back to its default, or to absence."""
    path: list[Step] = []
    target = _walk(lower, base, item.value, path, env)
    if has_error(target) or not path:
        return None
    return Edit(tuple(path))
