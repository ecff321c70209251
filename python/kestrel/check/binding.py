"""Patterns that cannot fail: names for values, the items of tuples, the fields of records."""

from __future__ import annotations

from kestrel.check.lowering import Lower, Typed
from kestrel.check.scope import Env, Variable
from kestrel.check.shapes import ERROR, bare, has_error
from kestrel.ir.exprs import AnyExpr, Field, Item, Local
from kestrel.ir.types import TupleOf
from kestrel.syntax import ast


def plain_name(pattern: ast.Pattern) -> str | None:
    if isinstance(pattern, ast.PathPattern) and pattern.args is None:
        return pattern.path.text if len(pattern.path.items) == 1 else None
    return None


def take_apart(
    lower: Lower,
    pattern: ast.Pattern,
    value: Typed,
    own: dict[str, Variable],
    parts: list[tuple[str, AnyExpr]],
    env: Env,
) -> None:
    """Names for the items of a tuple or the fields of a record."""
    plain = bare(value.type)
    match pattern:
        case ast.TuplePattern(items=items):
            types = plain.items if isinstance(plain, TupleOf) else ()
            if len(types) != len(items):
                if not has_error(plain):
                    lower.mismatch(pattern, TupleOf((ERROR,) * len(items)), plain, env)
                types = (ERROR,) * len(items)
            for i, item in enumerate(items):
                _take_part(lower, item, Typed(Item(value.expr, i), types[i]), own, parts, env)
        case ast.RecordPattern(fields=fields):
            record = lower.world.record(plain)
            for field in fields:
                known = record.fields.get(field.name.text) if record is not None else None
                if known is None and not has_error(plain):
                    lower.report("KS0101", field, env, what="field", name=field.name.text)
                part = Typed(Field(value.expr, field.name.text), known.plain if known else ERROR)
                inner = field.pattern or _name_pattern(field.name)
                _take_part(lower, inner, part, own, parts, env)
        case _:
            help_ = "use `match`, which says what happens otherwise"
            lower.report("KS0130", pattern, env, what="a pattern that can fail", helps=(help_,))


def _take_part(
    lower: Lower,
    pattern: ast.Pattern,
    value: Typed,
    own: dict[str, Variable],
    parts: list[tuple[str, AnyExpr]],
    env: Env,
) -> None:
    name = plain_name(pattern)
    if name is None:
        name = lower.fresh()
        parts.append((name, value.expr))
        take_apart(lower, pattern, Typed(Local(name), value.type), own, parts, env)
    elif name != "_":
        own[name] = Variable(value.type)
        parts.append((name, value.expr))


def _name_pattern(name: ast.Name) -> ast.Pattern:
    return ast.PathPattern(name.start, name.end, ast.Path(name.start, name.end, (name,)), None)
