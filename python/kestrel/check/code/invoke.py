"""Calls of C, and `audit.log`."""

from __future__ import annotations

from kestrel.check.lowering import NOTHING, FnInfo, Lower, ParamInfo, Typed
from kestrel.check.scope import Env, Symbol
from kestrel.check.shapes import STRING, UNIT, bare, has_error, kind, show
from kestrel.check.world import World
from kestrel.ir.exprs import AnyExpr, Code, Invoke, Log
from kestrel.ir.functions import ForeignFn, Status
from kestrel.ir.types import AnyType, Foreign, OptionOf, ResultOf, TupleOf
from kestrel.syntax import ast

AUDIT = ("audit", "log")


def given(world: World, fn: ForeignFn) -> AnyType:
    """What a call of C gives in Kestrel: its result, and what it puts into its `out` parameters;
    where the result is a status, `Err` of any code that is not one of the status's own."""
    return given_by(fn, world.status(bare(fn.result)))


def given_by(fn: ForeignFn, status: Status | None) -> AnyType:
    """The same, `status` being that of its result."""
    outs = [_value(p.type) for p in fn.params if p.ownership == "out"]
    result = bare(fn.result)
    if status is None:
        plain = _value(result)
        return _together([plain, *outs] if kind(plain) != "unit" else outs)
    if len(status.codes) > 1 and not outs:
        return ResultOf(result, result)
    return ResultOf(_together(outs), result)


def _value(type_: AnyType) -> AnyType:
    """C's text is a `String` here."""
    if kind(type_) == "cstr":
        return STRING
    plain = bare(type_)
    return OptionOf(_value(plain.item)) if isinstance(plain, OptionOf) else plain


def _together(types: list[AnyType]) -> AnyType:
    if not types:
        return UNIT
    return types[0] if len(types) == 1 else TupleOf(tuple(types))


def signature(lower: Lower, fn: ForeignFn, symbol: Symbol) -> FnInfo:
    """What is written at a call: all parameters but `out` ones."""
    node = symbol.node
    assert isinstance(node, ast.ForeignFn)
    written = {p.name.text: p for p in node.params}
    params: list[ParamInfo] = []
    for param in fn.params:
        if param.ownership != "out":
            said = written[param.name]
            default = said.default if isinstance(said, ast.Param) else None
            params.append(ParamInfo(param.name, _taken(param.type), default))
    return FnInfo(fn.name, tuple(params), given(lower.world, fn), symbol.module)


def _taken(type_: AnyType) -> AnyType:
    return _value(type_)


def call(lower: Lower, fn: ForeignFn, args: tuple[AnyExpr, ...], node: ast.Node, env: Env) -> Typed:
    """A call of C. What it needs of the blocks around it is a question of effects."""
    result = given(lower.world, fn)
    return Typed(Invoke(fn.name, args, of=result, at=env.module.at(node)), result)


# ---------------------------------------------------------------- codes


def code(lower: Lower, status: Status, name: ast.Name, node: ast.Node, env: Env) -> Typed:
    """`Code.row`: a code of a status."""
    names = [each.name for each in status.codes]
    if name.text not in names:
        from kestrel.text.hints import did_you_mean

        helps = did_you_mean(name.text, names)
        caret = f"`{show(Foreign(status.name))}` has no such code"
        return lower.report(
            "KS0101", name, env, what="code", name=name.text, caret=caret, helps=helps
        )
    type_ = Foreign(status.name)
    return Typed(Code(status.name, name.text, of=type_, at=env.module.at(node)), type_)


# ---------------------------------------------------------------- audit records


def is_log(path: tuple[ast.Name, ...] | None, env: Env) -> bool:
    if path is None or env.code is None or tuple(n.text for n in path) != AUDIT:
        return False
    return env.names.get("audit") is None and "audit" not in env.module.names


def log(lower: Lower, node: ast.Node, args: tuple[ast.Argument, ...], env: Env) -> Typed:
    """`audit.log("event", { name: value, … })`."""
    match args:
        case (ast.Text(value=event),):
            fields: tuple[ast.Item, ...] = ()
        case (ast.Text(value=event), ast.Braces(items=items)):
            fields = items
        case _:
            expected = "the event's name, and what is to be said of it: `{ path, size: n }`"
            return lower.report(
                "KS0115", node, env, name="audit.log", expected=expected, found="something else is"
            )
    made: dict[str, AnyExpr] = {}
    for item in fields:
        match item:
            case ast.Entry(key=ast.Name() | ast.Text() as key, value=value):
                name = key.text if isinstance(key, ast.Name) else key.value
            case ast.Name(text=name):
                value = key = item
            case _:
                lower.report("KS0110", item, env, expected="a field", found="something else")
                continue
        if name in made:
            lower.report("KS0137", key, env, name=name)
        made[name] = _loggable(lower, value, env)
    return Typed(Log(event, tuple(made.items()), of=UNIT, at=env.module.at(node)), UNIT)


LOGGABLE = frozenset({"bool", "int", "float", "text", "literals", "duration", "size", "error"})


def _loggable(lower: Lower, value: ast.Value, env: Env) -> AnyExpr:
    """Scalars and statuses are kept; of anything else it is not clear what would be."""
    found = lower.infer(value, env)
    plain = lower.world.stored(bare(found.type))
    if kind(plain) == "secret":
        lower.report("KS0114", value, env)
        return NOTHING.expr
    plain_sum = lower.world.sum(plain)
    fine = kind(plain) in LOGGABLE or lower.world.status(plain) is not None
    if not (fine or (plain_sum is not None and plain_sum.plain)) and not has_error(plain):
        helps = ('write it as text: `"{x}"`',)
        lower.report(
            "KS0110",
            value,
            env,
            expected="a number, a text or a Bool",
            found=show(found.type),
            helps=helps,
        )
    return found.expr
