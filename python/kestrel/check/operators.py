"""Operators: from what is written between two operands to one row of the table of operations."""

from __future__ import annotations

from typing import Literal, NamedTuple

from kestrel.check.literals import literal_number, texts
from kestrel.check.lowering import NOTHING, Lower, Typed, converted, typed
from kestrel.check.regexes import check_pattern
from kestrel.check.scope import Env
from kestrel.check.shapes import (
    BOOL,
    FLOAT,
    INT,
    NUMBERS,
    STRING,
    Kind,
    accepts,
    bare,
    has_error,
    join,
    kind,
    show,
)
from kestrel.check.world import Place
from kestrel.ir.exprs import AnyExpr, At, Const, Field, Lambda, Let, Local, Op
from kestrel.ir.types import AnyType, ListOf, MapOf, Scalar, SetOf
from kestrel.syntax import ast


class Row(NamedTuple):
    """`result` is a type, or which operand's type the result has."""

    op: str
    result: AnyType | Literal["left", "right"]


ARITHMETIC: dict[tuple[str, Kind, Kind], Row] = {
    ("+", "int", "int"): Row("int.add", INT),
    ("-", "int", "int"): Row("int.sub", INT),
    ("*", "int", "int"): Row("int.mul", INT),
    ("/", "int", "int"): Row("int.div", INT),
    ("%", "int", "int"): Row("int.rem", INT),
    ("band", "int", "int"): Row("int.and", INT),
    ("bor", "int", "int"): Row("int.or", INT),
    ("bxor", "int", "int"): Row("int.xor", INT),
    ("shl", "int", "int"): Row("int.shl", INT),
    ("shr", "int", "int"): Row("int.shr", INT),
    ("+", "float", "float"): Row("float.add", FLOAT),
    ("-", "float", "float"): Row("float.sub", FLOAT),
    ("*", "float", "float"): Row("float.mul", FLOAT),
    ("/", "float", "float"): Row("float.div", FLOAT),
    ("+", "duration", "duration"): Row("int.add", "left"),
    ("-", "duration", "duration"): Row("int.sub", "left"),
    ("%", "duration", "duration"): Row("int.rem", "left"),
    ("/", "duration", "duration"): Row("int.div", INT),
    ("*", "duration", "int"): Row("int.mul", "left"),
    ("*", "int", "duration"): Row("int.mul", "right"),
    ("/", "duration", "int"): Row("int.div", "left"),
    ("+", "size", "size"): Row("int.add", "left"),
    ("-", "size", "size"): Row("int.sub", "left"),
    ("%", "size", "size"): Row("int.rem", "left"),
    ("/", "size", "size"): Row("int.div", INT),
    ("*", "size", "int"): Row("int.mul", "left"),
    ("*", "int", "size"): Row("int.mul", "right"),
    ("/", "size", "int"): Row("int.div", "left"),
    ("+", "text", "text"): Row("text.concat", STRING),
    ("+", "bytes", "bytes"): Row("bytes.concat", "left"),
    ("+", "list", "list"): Row("list.concat", "left"),
}

ORDER = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
ORDERED: dict[Kind, str] = {
    "int": "int",
    "duration": "int",
    "size": "int",
    "float": "float",
    "text": "text",
}
EQUALITY = {"==": "any.eq", "!=": "any.ne"}
LOGIC = {"&&": "bool.and", "||": "bool.or"}

CASTS: dict[tuple[Kind, Kind], str] = {
    ("int", "int"): "",
    ("int", "float"): "int.to_float",
    ("float", "int"): "float.to_int",
    ("float", "float"): "",
    ("text", "text"): "",
    ("literals", "text"): "",
    ("size", "int"): "",
    ("int", "size"): "",
    ("duration", "duration"): "",
    ("size", "size"): "",
    ("bool", "bool"): "",
}
"""(from, to) → operation; "" where the value stays as it is."""


def binary(lower: Lower, node: ast.Binary, env: Env) -> Typed:
    if node.op in LOGIC:
        args = (lower.value(node.left, BOOL, env), lower.value(node.right, BOOL, env))
        return Typed(Op(LOGIC[node.op], args, at=env.module.at(node)), BOOL)
    left, right = operands(lower, node.left, node.right, env)
    if has_error(left.type) or has_error(right.type):
        return NOTHING
    if not readable(lower, ((node.left, left), (node.right, right)), env, node.op):
        return NOTHING
    at = env.module.at(node)
    if node.op in EQUALITY:
        if _comparable(left.type, right.type):
            return Typed(Op(EQUALITY[node.op], (left.expr, right.expr), at=at), BOOL)
        return _cannot(lower, node, left, right, env)
    if node.op in ORDER:
        prefix = _common_order(lower, left.type, right.type)
        if prefix is None:
            return _cannot(lower, node, left, right, env)
        return Typed(Op(f"{prefix}.{ORDER[node.op]}", (left.expr, right.expr), at=at), BOOL)
    return _arithmetic(lower, node, left, right, env)


def operands(lower: Lower, a: ast.Expr, b: ast.Expr, env: Env) -> tuple[Typed, Typed]:
    """Both sides; a literal takes the other side's type where it can."""
    if _is_literal(a) and not _is_literal(b):
        right = lower.infer(b, env)
        return literal_as(lower, a, right.type, env), right
    left = lower.infer(a, env)
    return left, literal_as(lower, b, left.type, env)


def _is_literal(node: ast.Expr) -> bool:
    if isinstance(node, ast.List):
        return all(_is_literal(item) for item in node.items if isinstance(item, ast.Expr))
    return literal_number(node) is not None or isinstance(node, ast.Text | ast.Bool)


def literal_as(lower: Lower, node: ast.Expr, other: AnyType, env: Env) -> Typed:
    """A literal read by the type beside it: `1` beside a float, a text beside a choice."""
    stored = lower.world.stored(bare(other))
    number = literal_number(node)
    suits = (
        (number is not None and kind(stored) in ("float", "size", "duration"))
        or (isinstance(node, ast.Text) and kind(stored) in ("text", "literals"))
        or (isinstance(node, ast.List) and kind(stored) in ("list", "set"))
    )
    if number is not None and number[1] == "float" and kind(stored) != "float":
        suits = False
    if number is not None and number[1] == "int" and kind(stored) == "duration":
        suits = False
    if suits:
        return Typed(lower.value(node, stored, env), bare(other))
    found = lower.infer(node, env)
    if lower.world.newtype(bare(other)) is not None and accepts(stored, found.type):
        return Typed(found.expr, bare(other))
    return found


def readable(lower: Lower, sides: tuple[tuple[ast.Node, Typed], ...], env: Env, op: str) -> bool:
    """Are all operands there and open? An option or a secret is reported."""
    fine = True
    both_options = all(kind(found.type) == "option" for _, found in sides)
    for node, found in sides:
        if kind(found.type) == "secret":
            lower.report("KS0114", node, env)
            fine = False
        elif kind(found.type) == "option" and not (both_options and op in EQUALITY):
            name = env.module.span(node).text
            lower.report("KS0113", node, env, name=name, use=f"`{op}` cannot be applied to it")
            fine = False
    return fine


def _comparable(a: AnyType, b: AnyType) -> bool:
    if kind(a) == kind(b) == "text":
        return True
    return join(a, b) is not None and kind(a) not in ("fn", "secret")


def _common_order(lower: Lower, a: AnyType, b: AnyType) -> str | None:
    if lower.world.newtype(bare(a)) is not None and a == b:
        a = b = lower.world.stored(bare(a))
    if kind(a) != kind(b):
        return None
    return ORDERED.get(kind(a))


def _arithmetic(lower: Lower, node: ast.Binary, left: Typed, right: Typed, env: Env) -> Typed:
    row = ARITHMETIC.get((node.op, kind(left.type), kind(right.type)))
    if (made := _collections(lower, node, left, right, env)) is not None:
        return made
    result = _arithmetic_type(row, left.type, right.type) if row is not None else None
    if row is None or result is None:
        return _cannot(lower, node, left, right, env)
    return Typed(Op(row.op, (left.expr, right.expr), at=env.module.at(node)), result)


def _collections(
    lower: Lower, node: ast.Binary, left: Typed, right: Typed, env: Env
) -> Typed | None:
    """Sets united, items taken out of lists and sets, an entry out of a map; else `None`."""
    kinds, at = (kind(left.type), kind(right.type)), env.module.at(node)
    joined = join(left.type, right.type)
    if node.op == "+" and kinds == ("set", "set") and joined is not None:
        both = Op("list.concat", (left.expr, right.expr), at=at)
        return Typed(Op("list.distinct", (both,), at=at), bare(joined))
    if node.op == "-" and kinds in (("set", "set"), ("list", "list")) and joined is not None:
        return Typed(_without_all(lower, left.expr, right.expr, at), bare(left.type))
    plain = bare(left.type)
    if node.op == "-" and isinstance(plain, MapOf):
        key = key_text(lower, node.right, plain.key, env)
        return Typed(Op("map.without", (left.expr, key), at=at), plain)
    return None


def _without_all(lower: Lower, items: AnyExpr, gone: AnyExpr, at: At) -> AnyExpr:
    """Each item of the first that is none of the second's."""
    names = lower.fresh(), lower.fresh()
    is_gone = Op("list.contains", (Local(names[0]), Local(names[1])), at=at)
    stays = Lambda((names[1],), Op("bool.not", (is_gone,), at=at))
    return Let(names[0], gone, Op("list.filter", (items, stays), at=at), at=at)


def _arithmetic_type(row: Row, left: AnyType, right: AnyType) -> AnyType | None:
    if row.op == "list.concat":
        joined = join(left, right)
        return bare(joined) if joined is not None else None
    if row.result == "left":
        return bare(left)
    return bare(right) if row.result == "right" else row.result


def _cannot(lower: Lower, node: ast.Binary, left: Typed, right: Typed, env: Env) -> Typed:
    return lower.report(
        "KS0112",
        node,
        env,
        op=node.op,
        operands=texts((left.type, right.type)),
        helps=_operator_cures(node, left.type, right.type),
    )


def _operator_cures(node: ast.Binary, a: AnyType, b: AnyType) -> tuple[str, ...]:
    kinds = {kind(a), kind(b)}
    if kinds == {"int", "float"}:
        return ("cast one side: `x as f64`, or `x as i64`, which truncates",)
    if kinds == {"duration", "int"}:
        return ("give the number a unit, such as `30s`",)
    if kind(a) == kind(b) == "named" and a == b and node.op in ORDER:
        return (f"values of `{show(a)}` have no order: compare them with `==` or `match`",)
    if "named" in kinds and kinds & NUMBERS:
        return ("cast the newtype to its base first: `x as u64`",)
    return ()


# ---------------------------------------------------------------- one operand


def negate(lower: Lower, node: ast.Neg, env: Env) -> Typed:
    number = literal_number(node)
    at = env.module.at(node)
    if number is not None:
        names = {"int": "Int", "float": "f64", "duration": "Duration", "size": "Size"}
        scalar = Scalar(names[number[1]])
        return Typed(
            lower.value(node, scalar, env)
            if number[1] == "size"
            else Const(scalar.name, number[0], at=at),
            scalar,
        )
    found = lower.infer(node.value, env)
    ops = {"int": "int.neg", "duration": "int.neg", "float": "float.neg"}
    if has_error(found.type) or not readable(lower, ((node.value, found),), env, "-"):
        return NOTHING
    op = ops.get(kind(found.type))
    if op is None:
        return lower.report("KS0112", node, env, op="-", operands=texts([found.type]))
    result = INT if kind(found.type) == "int" else bare(found.type)
    return Typed(Op(op, (found.expr,), at=at), result)


def logical_not(lower: Lower, node: ast.Not, env: Env) -> Typed:
    return Typed(
        Op("bool.not", (lower.value(node.value, BOOL, env),), at=env.module.at(node)), BOOL
    )


def cast(lower: Lower, node: ast.Cast, env: Env) -> Typed:
    found = lower.infer(node.value, env)
    place = type_place(env)
    written = ast.NamedType(node.type.start, node.type.end, node.type, ())
    wanted = lower.types.plain(written, place)
    if has_error(found.type) or has_error(wanted):
        return Typed(found.expr, wanted)
    if not readable(lower, ((node.value, found),), env, "as"):
        return Typed(NOTHING.expr, wanted)
    source, target = (lower.world.stored(bare(t)) for t in (found.type, wanted))
    op = CASTS.get((kind(source), kind(target)))
    if op is None:
        return lower.report(
            "KS0138",
            node,
            env,
            found=show(found.type),
            type=show(wanted),
            helps=_cast_cures(env.module.span(node.value).text, source, target),
        )
    made = Op(op, (found.expr,), at=env.module.at(node)) if op else found.expr
    if env.code is not None:
        natural = {"int.to_float": FLOAT, "float.to_int": INT}.get(op, found.type)
        made = converted(Typed(typed(made, natural), natural), wanted, env, node)
    return Typed(made, wanted)


def _cast_cures(text: str, source: AnyType, target: AnyType) -> tuple[str, ...]:
    if (kind(source), kind(target)) == ("duration", "int"):
        return (f"divide by the unit that you mean: `{text} / 1ms`",)
    if (kind(source), kind(target)) == ("int", "duration"):
        return (f"multiply by the unit that you mean: `{text} * 1ms`",)
    if kind(target) == "text":
        return (f'write it as text: `"{{{text}}}"`',)
    return ()


def type_place(env: Env) -> Place:
    """Where types in expressions are written."""
    return Place(env.module, env.record, env.types, env.record, code=env.code is not None)


# ---------------------------------------------------------------- `in` and `matches`


def contains(lower: Lower, node: ast.In, env: Env) -> Typed:
    if isinstance(node.values, ast.ClosedRange | ast.HalfRange):
        return _in_range(lower, node, node.values, env)
    found = lower.infer(node.values, env) if not _is_literal(node.values) else None
    at = env.module.at(node)
    if found is None:
        value = lower.infer(node.value, env)
        if not readable(lower, ((node.value, value),), env, "in"):
            return NOTHING
        wanted = ListOf(bare(value.type))
        values = literal_as(lower, node.values, wanted, env)
        if kind(values.type) == "list":
            return Typed(Op("list.contains", (values.expr, value.expr), at=at), BOOL)
        found = values
    return _in_collection(lower, node, found, env)


def _in_collection(lower: Lower, node: ast.In, found: Typed, env: Env) -> Typed:
    plain, at = bare(found.type), env.module.at(node)
    match plain:
        case ListOf(item) | SetOf(item):
            value = lower.value(node.value, item, env)
            return Typed(Op("list.contains", (found.expr, value), at=at), BOOL)
        case MapOf(key, _):
            value = key_text(lower, node.value, key, env)
            return Typed(Op("map.has", (found.expr, value), at=at), BOOL)
    if kind(plain) == "text":
        value = lower.value(node.value, STRING, env)
        return Typed(Op("text.contains", (found.expr, value), at=at), BOOL)
    lower.infer(node.value, env)
    if has_error(plain) or not readable(lower, ((node.values, found),), env, "in"):
        return NOTHING
    return lower.report(
        "KS0112",
        node.values,
        env,
        op="in",
        operands=texts([plain]),
        helps=("a range, a list, a set, a map or a text can stand after `in`",),
    )


def key_text(lower: Lower, node: ast.Expr, key: AnyType, env: Env) -> AnyExpr:
    """A map's key as the operations take it: text, as data write it."""
    value = lower.value(node, key, env)
    stored = lower.world.stored(bare(key))
    return value if kind(stored) in ("text", "literals") else Op("any.show", (value,))


def _in_range(
    lower: Lower, node: ast.In, bounds: ast.ClosedRange | ast.HalfRange, env: Env
) -> Typed:
    value = lower.infer(node.value, env)
    low = literal_as(lower, bounds.low, value.type, env)
    high = literal_as(lower, bounds.high, value.type, env)
    sides = ((node.value, value), (bounds.low, low), (bounds.high, high))
    if any(has_error(s.type) for _, s in sides) or not readable(lower, sides, env, "in"):
        return NOTHING
    prefix = _common_order(lower, value.type, low.type)
    if prefix is None or prefix != _common_order(lower, value.type, high.type):
        wrong = high if prefix is not None else low
        operands_ = texts((value.type, wrong.type))
        cures = _operator_cures(
            ast.Binary(0, 0, node.value, "<", bounds.low), value.type, wrong.type
        )
        return lower.report("KS0112", node, env, op="in", operands=operands_, helps=cures)
    upper = "le" if isinstance(bounds, ast.ClosedRange) else "lt"
    return Typed(_between(lower, value.expr, prefix, low, high, upper, node, env), BOOL)


def _between(
    lower: Lower,
    value: AnyExpr,
    prefix: str,
    low: Typed,
    high: Typed,
    upper: str,
    node: ast.Node,
    env: Env,
) -> AnyExpr:
    """Both comparisons; the value is named first, unless it costs nothing to say it twice."""
    at = env.module.at(node)
    name = "" if _cheap(value) else lower.fresh()
    subject = Local(name) if name else value
    tests = (
        Op(f"{prefix}.ge", (subject, low.expr), at=at),
        Op(f"{prefix}.{upper}", (subject, high.expr), at=at),
    )
    both = Op("bool.and", tests, at=at)
    return Let(name, value, both, at=at) if name else both


_LENGTHS = frozenset({"text.len", "list.len", "map.len", "bytes.len"})


def _cheap(value: AnyExpr) -> bool:
    """A path, or the length of what one leads to: the core turns bounds on these into limits."""
    match value:
        case Local() | Const():
            return True
        case Field(base, _):
            return _cheap(base)
        case Op(op, (only,)) if op in _LENGTHS:
            return _cheap(only)
    return False


def matches(lower: Lower, node: ast.Matches, env: Env) -> Typed:
    value = lower.infer(node.value, env)
    if not isinstance(node.pattern, ast.Text):
        return lower.report("KS0122", node.pattern, env)
    if has_error(value.type) or not readable(lower, ((node.value, value),), env, "matches"):
        return NOTHING
    stored = lower.world.stored(bare(value.type))
    if kind(stored) not in ("text", "literals"):
        return lower.report("KS0112", node, env, op="matches", operands=texts([value.type]))
    check_pattern(node.pattern, env.module, lower.sink)
    pattern = Const("Regex", node.pattern.value, at=env.module.at(node.pattern))
    return Typed(Op("text.matches", (value.expr, pattern), at=env.module.at(node)), BOOL)


def half_range(lower: Lower, node: ast.HalfRange, env: Env) -> Typed:
    args = (lower.value(node.low, INT, env), lower.value(node.high, INT, env))
    return Typed(Op("list.range", args, at=env.module.at(node)), ListOf(INT))


def closed_range(lower: Lower, node: ast.ClosedRange, env: Env) -> Typed:
    high = Op("int.add", (lower.value(node.high, INT, env), Const("Int", 1)))
    args = (lower.value(node.low, INT, env), high)
    return Typed(Op("list.range", args, at=env.module.at(node)), ListOf(INT))
