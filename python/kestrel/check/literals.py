"""Literals, records, maps, lists and variants: expressions that make values."""

from __future__ import annotations

from collections.abc import Iterable

from kestrel.check.lowering import NOTHING, Lower, Typed
from kestrel.check.scope import Env
from kestrel.check.shapes import (
    BOOL,
    ERROR,
    FLOAT,
    INT,
    STRING,
    UNIT,
    bare,
    join,
    kind,
    show,
)
from kestrel.check.world import FieldInfo, RecordInfo
from kestrel.ir.exprs import (
    AnyExpr,
    Const,
    MakeList,
    MakeMap,
    MakeRecord,
    MakeVariant,
    Op,
    SecretRef,
)
from kestrel.ir.types import (
    SCALARS,
    AnyType,
    ListOf,
    Literals,
    MapOf,
    OptionOf,
    Scalar,
    SecretOf,
    SetOf,
    TupleOf,
)
from kestrel.syntax import ast
from kestrel.text.hints import did_you_mean

# ---------------------------------------------------------------- inferred


def infer_int(lower: Lower, node: ast.Int, env: Env) -> Typed:
    return Typed(Const("Int", node.value, at=env.module.at(node)), INT)


def infer_float(lower: Lower, node: ast.Float, env: Env) -> Typed:
    return Typed(Const("f64", node.value, at=env.module.at(node)), FLOAT)


def infer_bool(lower: Lower, node: ast.Bool, env: Env) -> Typed:
    return Typed(Const("Bool", node.value, at=env.module.at(node)), BOOL)


def infer_text(lower: Lower, node: ast.Text, env: Env) -> Typed:
    return Typed(Const("String", node.value, at=env.module.at(node)), STRING)


def infer_duration(lower: Lower, node: ast.Duration, env: Env) -> Typed:
    made = value_number(lower, node, Scalar("Duration"), env)
    return Typed(made or NOTHING.expr, Scalar("Duration"))


def infer_size(lower: Lower, node: ast.Size, env: Env) -> Typed:
    made = value_number(lower, node, Scalar("Size"), env)
    return Typed(made or NOTHING.expr, Scalar("Size"))


def infer_unit(lower: Lower, node: ast.Unit, env: Env) -> Typed:
    return Typed(Const("Unit", at=env.module.at(node)), UNIT)


def infer_paren(lower: Lower, node: ast.Paren, env: Env) -> Typed:
    return lower.infer(node.value, env)


def infer_secret(lower: Lower, node: ast.EnvSecret | ast.FileSecret, env: Env) -> Typed:
    text = f"env:{node.name.text}" if isinstance(node, ast.EnvSecret) else f"file:{node.path.value}"
    return Typed(SecretRef(text, at=env.module.at(node)), SecretOf(ERROR))


def infer_interpolation(lower: Lower, node: ast.Interpolation, env: Env) -> Typed:
    parts = [_shown(lower, item, env) for item in node.items]
    made = parts[0]
    for part in parts[1:]:
        made = Op("text.concat", (made, part))
    return Typed(_at(made, node, env), STRING)


def _shown(lower: Lower, item: str | ast.Expr, env: Env) -> AnyExpr:
    if isinstance(item, str):
        return Const("String", item)
    found = lower.infer(item, env)
    if kind(found.type) == "secret":
        lower.report("KS0114", item, env)
    if kind(found.type) in ("text", "literals"):
        return found.expr
    return Op("any.show", (found.expr,), at=env.module.at(item))


def _at(made: AnyExpr, node: ast.Node, env: Env) -> AnyExpr:
    return Op(made.op, made.args, at=env.module.at(node)) if isinstance(made, Op) else made


def infer_list(lower: Lower, node: ast.List, env: Env) -> Typed:
    items = [lower.infer(item, env) for item in node.items]
    found: AnyType = ERROR
    for item, source in zip(items, node.items, strict=True):
        joined = join(found, item.type)
        if joined is None:
            lower.mismatch(source, found, item.type, env)
        else:
            found = bare(joined)
    return Typed(MakeList(tuple(i.expr for i in items), at=env.module.at(node)), ListOf(found))


def infer_tuple(lower: Lower, node: ast.Tuple, env: Env) -> Typed:
    items = [lower.infer(item, env) for item in node.items]
    made = MakeList(tuple(i.expr for i in items), at=env.module.at(node))
    return Typed(made, TupleOf(tuple(i.type for i in items)))


# ---------------------------------------------------------------- numbers and texts where due


def value_paren(lower: Lower, node: ast.Paren, wanted: AnyType, env: Env) -> AnyExpr:
    return lower.value(node.value, wanted, env)


def value_number(lower: Lower, node: ast.Node, wanted: AnyType, env: Env) -> AnyExpr | None:
    """A literal number, perhaps negative, checked against the range of the type that is due."""
    number = literal_number(node)
    stored = bare(lower.world.stored(bare(wanted)))
    if number is None or not isinstance(stored, Scalar):
        return None
    value, written = number
    due = kind(stored)
    if written == "int" and due == "float":
        return Const(stored.name, float(value), at=env.module.at(node))
    if written == "float" and due == "float":
        return Const(stored.name, value, at=env.module.at(node))
    if written != due and (written, due) != ("int", "size"):
        return None
    info = SCALARS[stored.name]
    if info.lo is not None and info.hi is not None and not info.lo <= value <= info.hi:
        span = env.module.span(node)
        caret = f"`{stored.name}` holds {info.lo} to {info.hi}"
        lower.sink.report("KS0111", span, value=span.text, type=show(bare(wanted)), caret=caret)
        return NOTHING.expr
    return Const(stored.name, value, at=env.module.at(node))


def literal_number(node: ast.Node) -> tuple[int | float, str] | None:
    """The value of a literal number and its kind."""
    match node:
        case ast.Int(value=value):
            return value, "int"
        case ast.Float(value=real):
            return real, "float"
        case ast.Duration(nanoseconds=value):
            return value, "duration"
        case ast.Size(bytes=value):
            return value, "size"
        case ast.Neg(value=inner) if (found := literal_number(inner)) is not None:
            return -found[0], found[1]
        case ast.Paren(value=inner):
            return literal_number(inner)
    return None


def value_text(lower: Lower, node: ast.Text, wanted: AnyType, env: Env) -> AnyExpr | None:
    stored = bare(lower.world.stored(bare(wanted)))
    at = env.module.at(node)
    if isinstance(stored, Literals):
        return _choice(lower, node, stored, env)
    if isinstance(stored, SecretOf):
        return lower.value(node, stored.item, env)
    if kind(stored) == "bytes":
        return _base64(lower, node, env)
    if isinstance(stored, Scalar) and kind(stored) in ("text", "json"):
        return Const("String" if stored.name == "Json" else stored.name, node.value, at=at)
    return None


def _base64(lower: Lower, node: ast.Text, env: Env) -> AnyExpr:
    """Bytes as data have them."""
    import base64  # deferred: few configs hold bytes

    try:
        value = base64.b64decode(node.value, validate=True)
    except ValueError:
        span, caret = env.module.span(node), "bytes are written as base64 text"
        lower.sink.report("KS0111", span, value=span.text, type="Bytes", caret=caret)
        return NOTHING.expr
    return Const("Bytes", value.hex(), at=env.module.at(node))


def _choice(lower: Lower, node: ast.Text, wanted: Literals, env: Env) -> AnyExpr:
    if node.value not in wanted.values:
        choices = ", ".join(f'`"{v}"`' for v in wanted.values)
        helps = did_you_mean(node.value, wanted.values)
        lower.report("KS0136", node, env, value=node.value, choices=choices, helps=helps)
    return Const("String", node.value, at=env.module.at(node))


def value_interpolation(
    lower: Lower, node: ast.Interpolation, wanted: AnyType, env: Env
) -> AnyExpr | None:
    stored = lower.world.stored(bare(wanted))
    return lower.infer(node, env).expr if kind(stored) == "text" else None


def value_secret(
    lower: Lower, node: ast.EnvSecret | ast.FileSecret, wanted: AnyType, env: Env
) -> AnyExpr | None:
    if kind(wanted) == "option":
        return None
    if kind(lower.world.stored(bare(wanted))) != "secret":
        helps = ("only a field of type `Secret<…>` may hold a reference to a secret",)
        found = show(SecretOf(STRING))
        lower.report("KS0110", node, env, expected=show(wanted), found=found, helps=helps)
    return infer_secret(lower, node, env).expr


# ---------------------------------------------------------------- lists, records, maps where due


def value_list(lower: Lower, node: ast.List, wanted: AnyType, env: Env) -> AnyExpr | None:
    plain = bare(lower.world.stored(bare(wanted)))
    if kind(plain) == "json":
        item: AnyType = plain
    elif isinstance(plain, ListOf | SetOf):
        item = plain.item
    else:
        return None
    items = tuple(lower.value(i, item, env) for i in node.items)
    return MakeList(items, at=env.module.at(node))


def value_tuple(lower: Lower, node: ast.Tuple, wanted: AnyType, env: Env) -> AnyExpr | None:
    plain = bare(lower.world.stored(bare(wanted)))
    if not isinstance(plain, TupleOf) or len(plain.items) != len(node.items):
        return None
    pairs = zip(node.items, plain.items, strict=True)
    return MakeList(tuple(lower.value(n, t, env) for n, t in pairs), at=env.module.at(node))


def value_braces(lower: Lower, node: ast.Braces, wanted: AnyType, env: Env) -> AnyExpr | None:
    plain = bare(lower.world.stored(bare(wanted)))
    record = lower.world.record(plain)
    if not _is_literal(node, record):
        return None
    if record is not None:
        return make_record(lower, record, node, env)
    if isinstance(plain, MapOf):
        return _make_map(lower, plain, node, env)
    if kind(plain) == "json":
        return _make_map(lower, MapOf(STRING, plain), node, env)
    if isinstance(plain, OptionOf):
        found = f"Some({env.module.span(node).text})"
        helps = ("an option is written out: `Some({ … })`",) if len(found) > 40 else (found,)
        lower.report("KS0110", node, env, expected=show(wanted), found="{ … }", helps=helps)
    else:
        lower.report("KS0110", node, env, expected=show(wanted), found="{ … }")
    return NOTHING.expr


def _is_literal(node: ast.Braces, record: RecordInfo | None) -> bool:
    """Is it a record or a map, rather than a block? `{ port }` is a record if that is a field."""
    names = [item.text for item in node.items if isinstance(item, ast.Name)]
    if len(names) < len(node.items) or not names:
        return not node.items or any(isinstance(item, ast.Entry) for item in node.items)
    return len(names) > 1 or (record is not None and names[0] in record.fields)


def make_record(lower: Lower, record: RecordInfo, node: ast.Braces, env: Env) -> AnyExpr:
    members: list[tuple[str, AnyExpr]] = []
    seen: set[str] = set()
    for item in node.items:
        member = _member(lower, record, item, env)
        if member is None:
            continue
        field, name, value = member
        if field.name in seen:
            lower.report("KS0137", name, env, name=field.name)
            continue
        seen.add(field.name)
        members.append((field.name, lower.value(value, field.plain, env)))
    return MakeRecord(tuple(members), at=env.module.at(node))


def _member(
    lower: Lower, record: RecordInfo, item: ast.Item, env: Env
) -> tuple[FieldInfo, ast.Node, ast.Value] | None:
    match item:
        case ast.Entry(key=ast.Name() | ast.Text() as name, value=value):
            text = name.text if isinstance(name, ast.Name) else name.value
        case ast.Name() as name:
            text, value = name.text, name
        case _:
            help_ = "a member is written `name: value`"
            lower.report(
                "KS0110", item, env, expected="a member", found="something else", helps=(help_,)
            )
            return None
    field = find_field(lower, record, name, text, env)
    return None if field is None else (field, name, value)


def find_field(
    lower: Lower, record: RecordInfo, node: ast.Node, name: str, env: Env
) -> FieldInfo | None:
    """A field that can be written, or a diagnostic."""
    field = record.fields.get(name)
    if field is not None and not field.computed:
        return field
    if field is not None:
        helps: tuple[str, ...] = (f"`{name}` is computed, and cannot be written",)
    else:
        names = [f.name for f in record.fields.values() if not f.computed]
        helps = did_you_mean(name, names)
    if not record.place.module.lost(name):
        span = env.module.span(node)
        lower.sink.report(
            "KS0101",
            span,
            what="field",
            name=name,
            caret=f"`{show_record(record)}` has no such field",
            helps=helps,
        )
    return None


def show_record(record: RecordInfo) -> str:
    return record.name.rsplit(".", 1)[-1]


def _make_map(lower: Lower, wanted: MapOf, node: ast.Braces, env: Env) -> AnyExpr:
    entries: list[tuple[AnyExpr, AnyExpr]] = []
    seen: set[object] = set()
    for item in node.items:
        if not isinstance(item, ast.Entry):
            if not isinstance(item, ast.Name):
                help_ = "an entry is written `key: value`"
                lower.report(
                    "KS0110", item, env, expected="an entry", found="something else", helps=(help_,)
                )
                continue
            item = ast.Entry(item.start, item.end, item, item)
        key = map_key(lower, item.key, wanted.key, env)
        if isinstance(key, Const):
            if key.value in seen:
                lower.report("KS0137", item.key, env, name=str(key.value))
            seen.add(key.value)
        entries.append((key, lower.value(item.value, wanted.value, env)))
    return MakeMap(tuple(entries), at=env.module.at(node))


def map_key(lower: Lower, node: ast.Node, wanted: AnyType, env: Env) -> AnyExpr:
    """A key as data have it: a name stands for itself, `(expr)` is computed."""
    stored = lower.world.stored(bare(wanted))
    match node:
        case ast.Paren(value=inner):
            return lower.value(inner, wanted, env)
        case ast.Name(text=text) if (sum_ := lower.world.sum(stored)) is not None:
            if text in sum_.variants:
                return MakeVariant(sum_.name, text, at=env.module.at(node))
            helps = did_you_mean(text, sum_.variants)
            return lower.report("KS0101", node, env, what="variant", name=text, helps=helps).expr
        case ast.Name(text=text) if kind(stored) in ("text", "literals"):
            return lower.value(ast.Text(node.start, node.end, text), stored, env)
    return lower.value(node, stored, env)


def infer_braces_fields(lower: Lower, node: ast.Braces, env: Env) -> Typed:
    """A record or map where nothing says of which type it is."""
    for item in node.items:
        if isinstance(item, ast.Entry):
            lower.infer(item.value, env)
    helps = ("put it where a type is due: in a field, an argument, or `let x: T = { … }`",)
    return lower.report("KS0133", node, env, what="this record", helps=helps)


def option_none(node: ast.Node, env: Env) -> Typed:
    return Typed(MakeVariant("", "None", at=env.module.at(node)), OptionOf(ERROR))


def some(lower: Lower, node: ast.Node, arg: ast.Expr, env: Env) -> Typed:
    inner = lower.infer(arg, env)
    made = MakeVariant("", "Some", (inner.expr,), at=env.module.at(node))
    return Typed(made, OptionOf(bare(inner.type)))


def texts(types: Iterable[AnyType]) -> str:
    return " and ".join(f"`{show(t)}`" for t in types)
