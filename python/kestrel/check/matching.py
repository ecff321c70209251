"""`match`: patterns against the type of what is matched."""

from __future__ import annotations

from collections.abc import Sequence

from kestrel.check.exhaustive import missing
from kestrel.check.literals import literal_number, value_number, value_text
from kestrel.check.lowering import NOTHING, Lower, Typed
from kestrel.check.names import bind
from kestrel.check.scope import Env, Variable
from kestrel.check.shapes import ERROR, bare, has_error, join, kind, show
from kestrel.check.variants import variant_of
from kestrel.ir.exprs import (
    AnyExpr,
    AnyPattern,
    Arm,
    Bind,
    Const,
    Equals,
    Match,
    OfRecord,
    OfTuple,
    OfVariant,
    Wild,
    Within,
)
from kestrel.ir.types import AnyType, Named, OptionOf, ResultOf, TupleOf
from kestrel.syntax import ast

Bound = dict[str, Variable]


def match(lower: Lower, node: ast.Match, env: Env) -> Typed:
    return _match(lower, node, None, env)


def value_match(lower: Lower, node: ast.Match, wanted: AnyType, env: Env) -> AnyExpr:
    return _match(lower, node, wanted, env).expr


def _match(lower: Lower, node: ast.Match, wanted: AnyType | None, env: Env) -> Typed:
    subject = lower.infer(node.subject, env)
    before = len(lower.sink.found)
    arms: list[Arm] = []
    result = wanted or ERROR
    for arm in node.arms:
        result = _arm(lower, arm, subject.type, wanted, result, arms, env)
    if has_error(subject.type):
        return Typed(NOTHING.expr, result)
    left = missing(lower.world, subject.type, [arm.pattern for arm in arms])
    if left is not None and len(lower.sink.found) == before:
        helps = (f"add an arm: `| {left} -> …`",)
        span = env.module.span(node.subject)
        lower.sink.report("KS0116", span, missing=f"`{left}`", helps=helps)
    return Typed(Match(subject.expr, tuple(arms), at=env.module.at(node)), result)


def _arm(
    lower: Lower,
    node: ast.Arm,
    subject: AnyType,
    wanted: AnyType | None,
    result: AnyType,
    arms: list[Arm],
    env: Env,
) -> AnyType:
    """Appends one arm for each alternative; gives the type of all arms so far."""
    names: set[str] | None = None
    for alternative in node.patterns:
        bound: Bound = {}
        pattern = _pattern(lower, alternative, subject, bound, env)
        if names is not None and names != set(bound):
            what = "an alternative that binds other names"
            lower.report("KS0130", alternative, env, what=what)
            continue
        inside = bind(lower, bound, alternative, env)
        if names is None:
            body = _body(lower, node.body, wanted, inside)
        else:
            with lower.sink.muted():
                body = _body(lower, node.body, wanted, inside)
        names = set(bound)
        joined = join(result, body.type)
        if joined is None:
            lower.mismatch(node.body, result, body.type, env)
        else:
            result = bare(joined) if wanted is None else wanted
        arms.append(Arm(pattern, body.expr))
    return result


def _body(lower: Lower, node: ast.Value, wanted: AnyType | None, env: Env) -> Typed:
    if wanted is None:
        return lower.infer(node, env)
    return Typed(lower.value(node, wanted, env), wanted)


def _pattern(
    lower: Lower, node: ast.Pattern, subject: AnyType, bound: Bound, env: Env
) -> AnyPattern:
    plain = bare(subject)
    match node:
        case ast.PathPattern(args=None) if _binds(node):
            return _bind(lower, node, plain, bound, env)
        case ast.PathPattern():
            return _variant(lower, node, plain, bound, env)
        case ast.VariantRecordPattern():
            return _variant_record(lower, node, plain, bound, env)
        case ast.TuplePattern(items=(one,)):
            return _pattern(lower, one, plain, bound, env)
        case ast.TuplePattern(items=items):
            types = plain.items if isinstance(plain, TupleOf) else ()
            if len(types) == len(items):
                return OfTuple(_parts(lower, items, types, bound, env))
            if not has_error(plain):
                lower.mismatch(node, plain, TupleOf((ERROR,) * len(items)), env)
            return _lost(lower, items, bound, env)
        case ast.RecordPattern():
            return _record(lower, node, plain, bound, env)
        case ast.LiteralPattern():
            return _literal(lower, node, plain, env)


def _parts(
    lower: Lower,
    items: Sequence[ast.Pattern],
    types: Sequence[AnyType],
    bound: Bound,
    env: Env,
) -> tuple[AnyPattern, ...]:
    pairs = zip(items, types, strict=True)
    return tuple(_pattern(lower, p, t, bound, env) for p, t in pairs)


def _lost(lower: Lower, items: Sequence[ast.Pattern], bound: Bound, env: Env) -> AnyPattern:
    """What stands for a pattern that was reported: its names are bound, nothing is left out."""
    _parts(lower, items, (ERROR,) * len(items), bound, env)
    return Wild()


def _binds(node: ast.PathPattern) -> bool:
    return len(node.path.items) == 1 and not node.path.text[:1].isupper()


def _bind(
    lower: Lower, node: ast.PathPattern, plain: AnyType, bound: Bound, env: Env
) -> AnyPattern:
    name = node.path.text
    if name == "_":
        return Wild()
    if name in bound:
        lower.report("KS0137", node, env, name=name)
    bound[name] = Variable(plain)
    return Bind(name)


def _variant(
    lower: Lower, node: ast.PathPattern, plain: AnyType, bound: Bound, env: Env
) -> AnyPattern:
    name = variant_of(lower, plain, node.path, env)
    types = _payload(lower, plain, name)
    args = node.args or ()
    if name is None:
        return _lost(lower, args, bound, env)
    if node.args is None:
        return OfVariant(name, ())
    if len(types) != len(args):
        lower.wrong_count(node, env, name, "value", len(types), len(args))
        return _lost(lower, args, bound, env)
    return OfVariant(name, _parts(lower, args, types, bound, env))


def _payload(lower: Lower, plain: AnyType, name: str | None) -> tuple[AnyType, ...]:
    if isinstance(plain, OptionOf):
        return (plain.item,) if name == "Some" else ()
    if isinstance(plain, ResultOf):
        return {"Ok": (plain.ok,), "Err": (plain.err,)}.get(name or "", ())
    info = lower.world.sum(plain)
    variant = info.variants.get(name) if info is not None and name is not None else None
    if variant is None:
        return ()
    return (Named(variant.fields.name),) if variant.fields is not None else variant.items


def _variant_record(
    lower: Lower, node: ast.VariantRecordPattern, plain: AnyType, bound: Bound, env: Env
) -> AnyPattern:
    name = variant_of(lower, plain, node.path, env)
    types = _payload(lower, plain, name)
    inner = _record(lower, node.fields, types[0] if len(types) == 1 else ERROR, bound, env)
    if name is None:
        return Wild()
    if len(types) != 1:
        lower.wrong_count(node, env, name, "value", len(types), 1)
        return Wild()
    return OfVariant(name, (inner,))


def _record(
    lower: Lower, node: ast.RecordPattern, plain: AnyType, bound: Bound, env: Env
) -> AnyPattern:
    record = lower.world.record(plain)
    if record is None and not has_error(plain):
        lower.report("KS0110", node, env, expected=show(plain), found="{ … }")
    for field in node.fields:
        known = record.fields.get(field.name.text) if record is not None else None
        if record is not None and known is None:
            lower.report("KS0101", field, env, what="field", name=field.name.text)
        if field.pattern is not None:
            help_ = "bind the field by its name, and match it in the arm"
            lower.report(
                "KS0130",
                field.pattern,
                env,
                what="a pattern inside a record's pattern",
                helps=(help_,),
            )
        bound[field.name.text] = Variable(known.plain if known is not None else ERROR)
    return OfRecord(tuple(field.name.text for field in node.fields))


def _literal(lower: Lower, node: ast.LiteralPattern, plain: AnyType, env: Env) -> AnyPattern:
    low = _constant(lower, node.low, plain, env)
    high = _constant(lower, node.high, plain, env) if node.high is not None else None
    if low is None:
        return Wild()
    return Equals(low) if high is None else Within(low, high)


def _constant(lower: Lower, node: ast.PatternLiteral, plain: AnyType, env: Env) -> Const | None:
    if has_error(plain):
        return None
    made: AnyExpr | None = None
    if literal_number(node) is not None:
        made = value_number(lower, node, plain, env)
    elif isinstance(node, ast.Text):
        made = value_text(lower, node, plain, env)
    elif isinstance(node, ast.Bool) and kind(plain) == "bool":
        made = Const("Bool", node.value)
    if made is None:
        lower.mismatch(node, plain, lower.infer(node, env).type, env)
    return made if isinstance(made, Const) else None
