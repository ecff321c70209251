"""Names and what is reached through them: variables, fields, map keys, items, variants."""

from __future__ import annotations

from kestrel.check.code import invoke
from kestrel.check.literals import option_none, show_record
from kestrel.check.lowering import NOTHING, Lower, Typed
from kestrel.check.names import ENCLOSING, dotted, is_value, own_record, unknown
from kestrel.check.operators import key_text
from kestrel.check.scope import KIND_WORDS, Env, Symbol
from kestrel.check.shapes import INT, STRING, bare, has_error, kind, show
from kestrel.check.updates import by_key
from kestrel.check.variants import make_plain_variant, variant_named
from kestrel.check.world import FieldInfo, RecordInfo, SumInfo
from kestrel.ir.exprs import AnyExpr, Call, ConfigRef, Const, Field, Item, Lambda, Local, Op
from kestrel.ir.functions import Status
from kestrel.ir.types import (
    AnyType,
    BufferOf,
    Foreign,
    ListOf,
    MapOf,
    Named,
    OptionOf,
    Scalar,
    TupleOf,
)
from kestrel.syntax import ast
from kestrel.text.hints import did_you_mean

# ---------------------------------------------------------------- names


def name(lower: Lower, node: ast.Name, env: Env) -> Typed:
    at, text = env.module.at(node), node.text
    variable = env.names.get(text)
    if variable is not None:
        return Typed(Local(text, at=at), variable.type)
    if text == "self" and env.record:
        return Typed(Local("self", at=at), Named(env.record))
    if text in ENCLOSING and env.record:
        why = f"`{text}` is a record that is not wholly known here: write `{text}.field`"
        return lower.report("KS0132", node, env, name=text, why=why)
    if text == "None":
        return option_none(node, env)
    record = own_record(lower, env)
    if record is not None and text in record.fields:
        return _read(lower, Local("self", at=at), record, record.fields[text], node, env)
    symbol = env.module.names.get(text)
    if symbol is not None:
        return _symbol(lower, symbol, node, text, env)
    return unknown(lower, node, text, env)


def _symbol(lower: Lower, symbol: Symbol, node: ast.Node, text: str, env: Env) -> Typed:
    if symbol.kind == "config" and env.document:
        config = lower.find_config(symbol, node, env)
        return Typed(ConfigRef(symbol.name, at=env.module.at(node)), config)
    found = KIND_WORDS[symbol.kind]
    helps: tuple[str, ...] = ()
    if symbol.kind == "config":
        helps = ("what a schema says cannot depend on one of its configs",)
    return lower.report(
        "KS0106", node, env, name=text, found=found, expected="a value", helps=helps
    )


# ---------------------------------------------------------------- members


def member(lower: Lower, node: ast.Member, env: Env) -> Typed:
    path = dotted(node)
    if path is not None and not is_value(lower, path[0], env):
        if path[0].text not in ENCLOSING or not env.record:
            return _declared_path(lower, node, path, env)
        if len(path) == 2:
            return _enclosing(lower, path[0], path[1], env)
    if isinstance(node.value, ast.Name):
        variable = env.names.get(node.value.text)
        if variable is not None and variable.key is not None and node.name.text == "key":
            if has_error(variable.type):
                return NOTHING
            record = lower.world.record(bare(variable.type))
            if record is None or "key" not in record.fields:
                return _entry_key(node, node.value, variable.key, env)
    return field_of(lower, lower.infer(node.value, env), node.name, node, env)


def _entry_key(node: ast.Member, entry: ast.Name, key: AnyType, env: Env) -> Typed:
    """`l.key`, `l` being the value of a map's entry; keys are text, as in data."""
    base = Local(entry.text, at=env.module.at(entry))
    found = key if kind(key) == "text" else STRING
    return Typed(Op("entry.key", (base,), at=env.module.at(node)), found)


def field_of(lower: Lower, base: Typed, wanted: ast.Name, node: ast.Node, env: Env) -> Typed:
    plain, text = bare(base.type), wanted.text
    if has_error(plain):
        return NOTHING
    if kind(plain) == "secret":
        return lower.report("KS0114", node, env)
    if isinstance(plain, OptionOf):
        name_ = env.module.span(node).text.rsplit(".", 1)[0]
        use = f"its field `{text}` cannot be read"
        return lower.report("KS0113", node, env, name=name_, use=use)
    if isinstance(plain, Foreign):
        return foreign_field(lower, base, wanted, node, env)
    record = lower.world.record(plain)
    if record is None:
        caret = f"`{show(plain)}` has no such field"
        cure = f'an entry of a map is read by its key: `["{text}"]`'
        helps = (cure,) if isinstance(plain, MapOf) else ()
        return lower.report(
            "KS0101", wanted, env, what="field", name=text, caret=caret, helps=helps
        )
    if text not in record.fields:
        return _no_field(lower, record, wanted, env)
    return _read(lower, base.expr, record, record.fields[text], node, env)


def foreign_field(lower: Lower, base: Typed, wanted: ast.Name, node: ast.Node, env: Env) -> Typed:
    """A member of a struct of C, or what a status says: its number `value`, its `text`."""
    plain = bare(base.type)
    known: dict[str, AnyType] = {}
    if (status := lower.world.status(plain)) is not None:
        known = {"value": status.type, "text": STRING}
    elif (struct := lower.world.struct(plain)) is not None:
        known = {field.name: field.type for field in struct.fields}
    if wanted.text in known:
        found = known[wanted.text]
        return Typed(Field(base.expr, wanted.text, at=env.module.at(node)), found)
    helps = did_you_mean(wanted.text, known)
    caret = f"`{show(plain)}` has no such field"
    return lower.report(
        "KS0101", wanted, env, what="field", name=wanted.text, caret=caret, helps=helps
    )


def _read(
    lower: Lower, base: AnyExpr, record: RecordInfo, field: FieldInfo, node: ast.Node, env: Env
) -> Typed:
    lower.reads.add((record.name, field.name))
    reader = lower.reader(record, field) if env.partial else None
    if reader is not None:
        return Typed(Call(reader, (base,), at=env.module.at(node)), field.plain)
    return Typed(Field(base, field.name, at=env.module.at(node)), field.plain)


def _enclosing(lower: Lower, first: ast.Name, wanted: ast.Name, env: Env) -> Typed:
    """`outer.field`, `root.field`: every record that may stand there must have such a field."""
    holders = _holders(lower, first, wanted, env)
    found: list[FieldInfo] = []
    for holder in holders:
        field = holder.fields.get(wanted.text)
        if field is None:
            return _no_field(lower, holder, wanted, env)
        found.append(field)
        if holder.name != env.record:
            lower.reads.add((holder.name, field.name))
    types = sorted({show(f.plain) for f in found})
    if len(types) > 1:
        why = f"`{wanted.text}` has several types: {', '.join(types)}"
        return lower.report("KS0132", first, env, name=first.text, why=why)
    if not found:
        return NOTHING
    at = (env.module.number, first.start, wanted.end)
    base = Local(first.text, at=env.module.at(first))
    return Typed(Field(base, wanted.text, at=at), found[0].plain)


def _holders(lower: Lower, first: ast.Name, wanted: ast.Name, env: Env) -> list[RecordInfo]:
    """The records that `outer` or `root` may be; none, and a diagnostic, if that is unknown."""
    if wanted.text in ENCLOSING:
        why = "only one step outward can be taken: `outer.field`, or `root.field`"
        lower.report("KS0132", wanted, env, name=wanted.text, why=why)
        return []
    world = lower.world
    found = world.enclosers(env.record) if first.text == "outer" else world.roots(env.record)
    if not found and not world.loader.damaged:
        why = f"no record of this module holds a `{show(Named(env.record))}`"
        lower.report("KS0132", first, env, name=first.text, why=why)
    return found


def _no_field(lower: Lower, record: RecordInfo, wanted: ast.Name, env: Env) -> Typed:
    if record.place.module.lost(wanted.text):
        return NOTHING
    helps = did_you_mean(wanted.text, record.fields)
    caret = f"`{show_record(record)}` has no such field"
    return lower.report(
        "KS0101", wanted, env, what="field", name=wanted.text, caret=caret, helps=helps
    )


# ---------------------------------------------------------------- declared things: `Env.Prod`


def _declared_path(lower: Lower, node: ast.Node, path: tuple[ast.Name, ...], env: Env) -> Typed:
    found = variant_named(lower, path, env)
    if isinstance(found, SumInfo):
        return make_plain_variant(lower, found, path[-1], node, env)
    texts = tuple(n.text for n in path)
    if len(path) > 1 and (status := _status(lower, texts[:-1], env)) is not None:
        return invoke.code(lower, status, path[-1], node, env)
    symbol = lower.world.lookup(env.module, texts)
    if symbol is not None:
        return _symbol(lower, symbol, node, ".".join(texts), env)
    if found is not None:
        return NOTHING
    first = env.module.names.get(texts[0])
    if first is None:
        return unknown(lower, path[0], texts[0], env)
    if first.kind == "module":
        if first.module.lost(texts[1]):
            return NOTHING
        helps = did_you_mean(texts[1], first.module.own)
        return lower.report("KS0101", path[1], env, what="name", name=texts[1], helps=helps)
    return _symbol(lower, first, path[0], texts[0], env)


def _status(lower: Lower, path: tuple[str, ...], env: Env) -> Status | None:
    """The status of C that a path names, in a function."""
    symbol = lower.world.lookup(env.module, path)
    if env.code is None or symbol is None or not isinstance(symbol.node, ast.Status):
        return None
    return lower.world.status(Foreign(symbol.name))


# ---------------------------------------------------------------- items


def tuple_item(lower: Lower, node: ast.TupleItem, env: Env) -> Typed:
    found = lower.infer(node.value, env)
    plain = bare(found.type)
    if isinstance(plain, TupleOf) and node.index < len(plain.items):
        item = Item(found.expr, node.index, at=env.module.at(node))
        return Typed(item, plain.items[node.index])
    if has_error(plain):
        return NOTHING
    what = f"item of `{show(plain)}`:"
    return lower.report("KS0101", node, env, what=what, name=str(node.index))


def index(lower: Lower, node: ast.Index, env: Env) -> Typed:
    found = lower.infer(node.value, env)
    plain, at = bare(found.type), env.module.at(node)
    match plain:
        case ListOf(item) if (field := by_key(lower, plain, node.index)) is not None:
            return Typed(_item_of_key(lower, found.expr, field, node, env), item)
        case ListOf(item):
            position = lower.value(node.index, INT, env)
            return Typed(Op("list.at", (found.expr, position), at=at), item)
        case BufferOf() | Scalar("Bytes") if env.code is not None:
            position = lower.value(node.index, INT, env)
            item = plain.item if isinstance(plain, BufferOf) else Scalar("u8")
            return Typed(Op("bytes.at", (found.expr, position), at=at), item)
        case MapOf(key, value):
            place = key_text(lower, node.index, key, env)
            return Typed(Op("map.at", (found.expr, place), at=at), value)
    if has_error(plain):
        return NOTHING
    if isinstance(plain, OptionOf):
        name_ = env.module.span(node.value).text
        return lower.report("KS0113", node, env, name=name_, use="it cannot be indexed")
    return lower.report("KS0112", node, env, op="[…]", operands=f"`{show(plain)}`")


def _item_of_key(
    lower: Lower, items: AnyExpr, field: FieldInfo, node: ast.Index, env: Env
) -> AnyExpr:
    """`xs["name"]` of a list with a key: the one item that has it, or a failure."""
    at, name = env.module.at(node), lower.fresh()
    key = lower.value(node.index, field.plain, env)
    same = Op("any.eq", (Field(Local(name), field.name), key), at=at)
    found = Op("list.filter", (items, Lambda((name,), same)), at=at)
    return Op("list.at", (found, Const("Int", 0)), at=at)
