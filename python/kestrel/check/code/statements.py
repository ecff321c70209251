"""Blocks of functions: names, assignments, loops, `defer`, `unsafe`.

A block has a scope of its own, and its value is its last expression's. What is no last expression
must have the value Unit, or none at all: a value that nobody uses is a mistake.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from kestrel.check.binding import plain_name, take_apart
from kestrel.check.lowering import Lower, Typed
from kestrel.check.methods import receiver
from kestrel.check.names import bind, dotted
from kestrel.check.operators import type_place
from kestrel.check.refused import refuse
from kestrel.check.scope import Env, Variable
from kestrel.check.shapes import (
    BOOL,
    ERROR,
    INT,
    NEVER,
    UNIT,
    bare,
    has_error,
    has_unknown,
    kind,
    parts,
    show,
)
from kestrel.ir.exprs import (
    AnyExpr,
    Assign,
    Block,
    Break,
    Const,
    Continue,
    Defer,
    Define,
    Edit,
    ForEach,
    If,
    Local,
    Step,
    Unsafe,
    Update,
    While,
)
from kestrel.ir.types import AnyType, Scalar
from kestrel.ir.walk import children
from kestrel.syntax import ast

SIZED = Scalar("i64")
"""What a variable is that is given a whole number and no type."""


def block(lower: Lower, node: ast.Braces, wanted: AnyType | None, env: Env) -> Typed:
    """A block's items; the last gives the value, of type `wanted` if that is known."""
    made: list[AnyExpr] = []
    env = env.binding({})
    last: Typed = Typed(Const("Unit", at=env.module.at(node)), UNIT)
    ended: ast.Node | None = None
    for position, item in enumerate(node.items):
        if ended is not None:
            lower.report("KS0206", item, env, after=env.module.span(ended).text.split("\n")[0])
            break
        is_last = position == len(node.items) - 1
        if type(item) in STATEMENTS:
            last, env = STATEMENTS[type(item)](lower, item, made, env)
        elif is_last:
            last = _value(lower, item, wanted, env)
            made.append(last.expr)
        else:
            last = _discarded(lower, item, env)
            made.append(last.expr)
        if last.type == NEVER:
            ended = item
    found = last.type
    if node.items and type(node.items[-1]) in STATEMENTS and wanted is not None:
        lower.coerce(Typed(last.expr, found), wanted, node.items[-1], env)
    return Typed(Block(tuple(made), of=bare(found), at=env.module.at(node)), found)


def _value(lower: Lower, item: ast.Item, wanted: AnyType | None, env: Env) -> Typed:
    if wanted is None or kind(wanted) == "unit":
        found = lower.infer(item, env)
        if wanted is None or kind(found.type) in ("unit", "never", "error"):
            return found
        return _unused(lower, item, found, env)
    made = lower.value(item, wanted, env)
    return Typed(made, NEVER if made.of == NEVER else wanted)


def _discarded(lower: Lower, item: ast.Item, env: Env) -> Typed:
    found = lower.infer(item, env)
    if kind(found.type) in ("unit", "never", "error"):
        return found
    if lower.world.status(bare(found.type)) is not None:
        return found  # its errors were passed on before
    return _unused(lower, item, found, env)


def _unused(lower: Lower, item: ast.Node, found: Typed, env: Env) -> Typed:
    helps: tuple[str, ...] = ("bind it, `let _ = …`, if it does not matter",)
    if kind(found.type) == "result":
        helps = ("put `?` behind it to pass its error on, or `match` it",)
    lower.report("KS0202", item, env, type=show(found.type), helps=helps)
    return Typed(found.expr, UNIT)


# ---------------------------------------------------------------- names

Made = list[AnyExpr]
Done = tuple[Typed, Env]
"""What a statement is, and what stands around those after it."""


def _done(node: ast.Node, env: Env, type_: AnyType = UNIT) -> Done:
    return Typed(Const("Unit", of=UNIT, at=env.module.at(node)), type_), env


def _let(lower: Lower, node: ast.Let, made: Made, env: Env) -> Done:
    value = _given(lower, node.value, node.type, env)
    if value.type == NEVER:
        made.append(value.expr)
        return _done(node, env, NEVER)
    name = plain_name(node.pattern)
    own: dict[str, Variable] = {}
    parts_: list[tuple[str, AnyExpr]] = []
    if name is None:
        name = lower.fresh()
        take_apart(
            lower, node.pattern, Typed(Local(name, of=value.type), value.type), own, parts_, env
        )
    elif name != "_":
        own[name] = Variable(value.type)
    else:
        name = lower.fresh()
    made.append(Define(name, value.expr, of=UNIT, at=env.module.at(node)))
    for part, expr in parts_:
        type_ = own[part].type if part in own else None
        made.append(Define(part, _typed(expr, type_), of=UNIT, at=env.module.at(node)))
    return _done(node, bind(lower, own, node.pattern, env))


def _typed(expr: AnyExpr, type_: AnyType | None) -> AnyExpr:
    return expr if type_ is None or expr.of is not None else replace(expr, of=bare(type_))


def _given(lower: Lower, value: ast.Expr, type_: ast.Type | None, env: Env) -> Typed:
    """The value of a `let` or `var`, whose type is known by now."""
    if type_ is not None:
        wanted = lower.types.plain(type_, type_place(env))
        made = lower.value(value, wanted, env)
        return Typed(made, NEVER if made.of == NEVER else wanted)
    before = len(lower.sink.found)
    found = lower.infer(value, env)
    if has_unknown(found.type) and len(lower.sink.found) == before and not has_error(found.type):
        helps = (f"write its type: `let x: {show(found.type).replace('_', 'T')} = …`",)
        lower.report("KS0133", value, env, what="this value", helps=helps)
    return found


def _var(lower: Lower, node: ast.Var, made: Made, env: Env) -> Done:
    value = _given(lower, node.value, node.type, env)
    if bare(value.type) == INT:
        value = Typed(lower.coerce(value, SIZED, node.value, env), SIZED)
    if value.type == NEVER:
        made.append(value.expr)
        return _done(node, env, NEVER)
    made.append(Define(node.name.text, value.expr, mutable=True, of=UNIT, at=env.module.at(node)))
    own = {node.name.text: Variable(value.type, mutable=True)}
    return _done(node, bind(lower, own, node.name, env))


def _assign(lower: Lower, node: ast.Assign, made: Made, env: Env) -> Done:
    target = node.target
    name = dotted(target)
    if name is None:
        helps = ("only a `var`, or a field of one, can be given another value",)
        lower.report("KS0201", target, env, name=env.module.span(target).text, helps=helps)
        lower.infer(node.value, env)
        return _done(node, env)
    first = name[0]
    variable = env.names.get(first.text)
    if variable is None:
        found = lower.infer(first, env)
        if not has_error(found.type):
            lower.report("KS0201", first, env, name=first.text)
        lower.infer(node.value, env)
        return _done(node, env)
    if not variable.mutable:
        helps = (f"declare it with `var {first.text} = …`, or bind a new name with `let`",)
        lower.report("KS0201", first, env, name=first.text, helps=helps)
    found_type = lower.infer(target, env).type
    value = lower.value(node.value, found_type, env)
    made.append(_assigned(name, variable, value, node, env))
    return _done(node, env)


def _assigned(
    name: tuple[ast.Name, ...], variable: Variable, value: AnyExpr, node: ast.Node, env: Env
) -> AnyExpr:
    """`r.a.b := v` gives `r` a record that differs there."""
    at = env.module.at(node)
    if len(name) > 1:
        path = tuple(Step(part.text) for part in name[1:])
        base = Local(name[0].text, of=bare(variable.type))
        value = Update(base, (Edit(path, value),), of=bare(variable.type), at=at)
    return Assign(name[0].text, value, of=UNIT, at=at)


# ---------------------------------------------------------------- loops


def _while(lower: Lower, node: ast.While, made: Made, env: Env) -> Done:
    cond = lower.value(node.condition, BOOL, env)
    body = block(lower, node.body, UNIT, env.inside(loop=True))
    forever = isinstance(cond, Const) and cond.value is True and not _breaks(body.expr)
    of = NEVER if forever else UNIT
    made.append(While(cond, body.expr, of=of, at=env.module.at(node)))
    return _done(node, env, NEVER if forever else UNIT)


def _breaks(body: AnyExpr) -> bool:
    """Does a loop's body leave the loop by `break`?"""
    pending: list[Any] = [body]
    while pending:
        found = pending.pop()
        if isinstance(found, Break):
            return True
        if not isinstance(found, While | ForEach):
            pending.extend(children(found))
    return False


def _for(lower: Lower, node: ast.For, made: Made, env: Env) -> Done:
    values = lower.infer(node.values, env)
    item, key = _element(lower, values, node.values, env)
    name = plain_name(node.pattern)
    own: dict[str, Variable] = {}
    parts_: list[tuple[str, AnyExpr]] = []
    if name is None or name == "_":
        plain, name = name, lower.fresh()
        if plain is None:
            base = Typed(Local(name, of=item), item)
            take_apart(lower, node.pattern, base, own, parts_, env)
    else:
        own[name] = Variable(item, key)
    inside = bind(lower, own, node.pattern, env).inside(loop=True)
    body = block(lower, node.body, UNIT, inside)
    made_body = body.expr
    if parts_:
        defines = tuple(
            Define(part, _typed(expr, own[part].type if part in own else None), of=UNIT)
            for part, expr in parts_
        )
        made_body = Block((*defines, made_body), of=UNIT, at=made_body.at)
    made.append(ForEach(name, values.expr, made_body, of=UNIT, at=env.module.at(node)))
    return _done(node, env)


def _element(
    lower: Lower, values: Typed, node: ast.Node, env: Env
) -> tuple[AnyType, AnyType | None]:
    plain = lower.world.stored(bare(values.type))
    if kind(plain) == "buffer":
        return parts(plain)[0], None
    on = receiver(lower, values)
    if on is not None and ("list" in on.groups or "map" in on.groups):
        return bare(on.item), on.key
    if not has_error(plain):
        lower.report("KS0110", node, env, expected="a collection", found=show(plain))
    return ERROR, None


def _break(lower: Lower, node: ast.Break | ast.Continue, made: Made, env: Env) -> Done:
    word = "break" if isinstance(node, ast.Break) else "continue"
    assert env.code is not None
    if not env.code.loop:
        lower.report("KS0203", node, env, word=word)
    maker = Break if isinstance(node, ast.Break) else Continue
    made.append(maker(of=NEVER, at=env.module.at(node)))
    return _done(node, env, NEVER)


# ---------------------------------------------------------------- other statements


def _if_then(lower: Lower, node: ast.IfThen, made: Made, env: Env) -> Done:
    cond = lower.value(node.condition, BOOL, env)
    inner = ast.Braces(node.then.start, node.then.end, (node.then,))
    body = node.then if isinstance(node.then, ast.Braces) else inner
    then = block(lower, body, UNIT, env)
    nothing = Const("Unit", of=UNIT)
    made.append(If(cond, then.expr, nothing, of=UNIT, at=env.module.at(node)))
    return _done(node, env)


def _defer(lower: Lower, node: ast.Defer, made: Made, env: Env) -> Done:
    found = lower.infer(node.value, env.inside(defer=True, loop=False).frozen())
    if found.type == NEVER:
        lower.report("KS0205", node.value, env, what="this", place="a deferred expression")
    made.append(Defer(found.expr, of=UNIT, at=env.module.at(node)))
    return _done(node, env)


def _entry(lower: Lower, node: ast.Entry, made: Made, env: Env) -> Done:
    lower.report("KS0001", node, env, found="a member", expected="a statement")
    return _done(node, env)


def unsafe(lower: Lower, node: ast.Unsafe, env: Env) -> Typed:
    return _unsafe(lower, node, None, env)


def value_unsafe(lower: Lower, node: ast.Unsafe, wanted: AnyType, env: Env) -> AnyExpr | None:
    return None if env.code is None else _unsafe(lower, node, wanted, env).expr


def _unsafe(lower: Lower, node: ast.Unsafe, wanted: AnyType | None, env: Env) -> Typed:
    if env.code is None:
        return refuse(lower, node, env)
    reason = node.reason.value
    if not reason.strip():
        lower.report("KS0214", node.reason, env)
    body = block(lower, node.body, wanted, env)
    return Typed(Unsafe(reason, body.expr, of=bare(body.type), at=env.module.at(node)), body.type)


Statement = Callable[[Lower, Any, Made, Env], Done]

STATEMENTS: dict[type[ast.Node], Statement] = {
    ast.Let: _let,
    ast.Var: _var,
    ast.Assign: _assign,
    ast.While: _while,
    ast.For: _for,
    ast.Break: _break,
    ast.Continue: _break,
    ast.IfThen: _if_then,
    ast.Defer: _defer,
    ast.Entry: _entry,
}
