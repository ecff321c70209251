"""Names and what is reached through them: variables, fields, map keys, items, variants."""

from __future__ import annotations

from collections.abc import Iterator

from kestrel.check.literals import option_none, show_record
from kestrel.check.lowering import NOTHING, Lower, Typed
from kestrel.check.operators import key_text, type_place
from kestrel.check.scope import KIND_WORDS, Env, Symbol
from kestrel.check.shapes import BOOL, INT, STRING, bare, has_error, kind, show
from kestrel.check.world import FieldInfo, RecordInfo, SumInfo
from kestrel.ir.exprs import AnyExpr, ConfigRef, Field, Is, Item, Local, MakeVariant, Op
from kestrel.ir.types import AnyType, ListOf, MapOf, Named, OptionOf, TupleOf
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
    if path is not None and not _is_value(lower, path[0], env):
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
                return _entry_key(lower, node, node.value, variable.key, record, env)
    return field_of(lower, lower.infer(node.value, env), node.name, node, env)


def _entry_key(
    lower: Lower, node: ast.Member, entry: ast.Name, key: AnyType, record: RecordInfo | None,
    env: Env,
) -> Typed:  # fmt: skip
    """`l.key`, `l` being the value of a map's entry; keys are text, as in data."""
    if record is None:
        helps = ("the key of an entry is known where its value is a record: use `keys(m)`",)
        return lower.report("KS0101", node.name, env, what="field", name="key", helps=helps)
    base = Local(entry.text, at=env.module.at(entry))
    found = key if kind(key) == "text" else STRING
    return Typed(Op("entry.key", (base,), at=env.module.at(node)), found)


def dotted(node: ast.Node) -> tuple[ast.Name, ...] | None:
    """The names of `a.b.c`; `None` if the node is not only names."""
    if isinstance(node, ast.Name):
        return (node,)
    if isinstance(node, ast.Member):
        head = dotted(node.value)
        return None if head is None else (*head, node.name)
    return None


def _is_value(lower: Lower, first: ast.Name, env: Env) -> bool:
    text = first.text
    if env.names.get(text) is not None or (text == "self" and env.record):
        return True
    record = own_record(lower, env)
    if record is not None and text in record.fields:
        return True
    symbol = env.module.names.get(text)
    return symbol is not None and symbol.kind == "config"


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
    record = lower.world.record(plain)
    if record is not None and text in record.fields:
        return _read(lower, base.expr, record, record.fields[text], node, env)
    if record is not None and record.place.module.lost(text):
        return NOTHING
    fields = record.fields if record is not None else ()
    helps = did_you_mean(text, fields)
    if isinstance(plain, MapOf) and not helps:
        helps = (f'an entry of a map is read by its key: `["{text}"]`',)
    what = f"`{show_record(record)}`" if record is not None else f"`{show(plain)}`"
    return lower.report(
        "KS0101", wanted, env, what="field", name=text, helps=helps,
        caret=f"{what} has no such field",
    )  # fmt: skip


def _read(
    lower: Lower, base: AnyExpr, record: RecordInfo, field: FieldInfo, node: ast.Node, env: Env
) -> Typed:
    lower.reads.add((record.name, field.name))
    return Typed(Field(base, field.name, at=env.module.at(node)), field.plain)


def _enclosing(lower: Lower, first: ast.Name, wanted: ast.Name, env: Env) -> Typed:
    """`outer.field`, `root.field`: every record that may stand there must have such a field."""
    world, text = lower.world, first.text
    if wanted.text in ENCLOSING:
        why = "only one step outward can be taken: `outer.field`, or `root.field`"
        return lower.report("KS0132", wanted, env, name=wanted.text, why=why)
    holders = world.enclosers(env.record) if text == "outer" else world.roots(env.record)
    if not holders:
        if lower.world.loader.damaged:
            return NOTHING
        why = f"no record of this module holds a `{show(Named(env.record))}`"
        return lower.report("KS0132", first, env, name=text, why=why)
    found: list[FieldInfo] = []
    for holder in holders:
        field = holder.fields.get(wanted.text)
        if field is None:
            if holder.place.module.lost(wanted.text):
                return NOTHING
            helps = did_you_mean(wanted.text, holder.fields)
            caret = f"`{show_record(holder)}` has no such field"
            return lower.report(
                "KS0101", wanted, env, what="field", name=wanted.text, caret=caret, helps=helps
            )
        found.append(field)
        if holder.name != env.record:
            lower.reads.add((holder.name, field.name))
    types = {show(f.plain) for f in found}
    if len(types) > 1:
        why = f"`{wanted.text}` has several types: {', '.join(sorted(types))}"
        return lower.report("KS0132", first, env, name=text, why=why)
    at = (env.module.number, first.start, wanted.end)
    return Typed(Field(Local(text, at=env.module.at(first)), wanted.text, at=at), found[0].plain)


# ---------------------------------------------------------------- declared things: `Env.Prod`


def _declared_path(lower: Lower, node: ast.Node, path: tuple[ast.Name, ...], env: Env) -> Typed:
    found = variant_named(lower, path, env)
    if isinstance(found, SumInfo):
        return make_plain_variant(lower, found, path[-1], node, env)
    texts = tuple(n.text for n in path)
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


def value_member(lower: Lower, node: ast.Member, wanted: AnyType, env: Env) -> AnyExpr | None:
    """`Level.Debug` where a `Level` is due: the type need not be brought in by `use`."""
    path = dotted(node)
    if path is None or lower.world.sum(bare(wanted)) is None or _is_value(lower, path[0], env):
        return None
    found = variant_named(lower, path, env, wanted)
    if not isinstance(found, SumInfo):
        return None
    made = make_plain_variant(lower, found, path[-1], node, env)
    return lower.coerce(made, wanted, node, env)


def variant_named(
    lower: Lower, path: tuple[ast.Name, ...], env: Env, wanted: AnyType | None = None
) -> SumInfo | bool | None:
    """The sum whose variant a path names: `Env.Prod` → Env. `True`: it is a sum, but reported."""
    if len(path) < 2:
        return None
    symbol = lower.world.lookup(env.module, tuple(n.text for n in path[:-1]))
    due = lower.world.sum(bare(wanted)) if wanted is not None else None
    if symbol is None and due is not None and path[-2].text == show(Named(due.name)):
        return due
    if symbol is None or symbol.kind not in ("sum", "alias"):
        return None
    if due is not None and due.node is symbol.node:
        return due
    head = path[-2]
    written = ast.NamedType(
        path[0].start, head.end, ast.Path(path[0].start, head.end, path[:-1]), ()
    )
    resolved = lower.types.plain(written, type_place(env))
    info = lower.world.sum(bare(resolved))
    return info if info is not None else (True if has_error(resolved) else None)


def make_plain_variant(
    lower: Lower, info: SumInfo, name_: ast.Name, node: ast.Node, env: Env
) -> Typed:
    variant = info.variants.get(name_.text)
    if variant is None:
        if info.place.module.lost(name_.text):
            return NOTHING
        return unknown_variant(lower, info, name_, env)
    if variant.items or variant.fields is not None:
        return lower.report(
            "KS0115", node, env, name=env.module.span(node).text,
            expected="a payload", found="none is",
        )  # fmt: skip
    return Typed(MakeVariant(info.name, variant.name, at=env.module.at(node)), Named(info.name))


def unknown_variant(lower: Lower, info: SumInfo, name_: ast.Name, env: Env) -> Typed:
    helps = did_you_mean(name_.text, info.variants)
    caret = f"`{show(Named(info.name))}` has no such variant"
    return lower.report(
        "KS0101", name_, env, what="variant", name=name_.text, caret=caret, helps=helps
    )


def is_variant(lower: Lower, node: ast.Is, env: Env) -> Typed:
    found = lower.infer(node.value, env)
    made = Typed(Is(found.expr, node.variant.items[-1].text, at=env.module.at(node)), BOOL)
    return made if variant_of(lower, found.type, node.variant, env) else Typed(NOTHING.expr, BOOL)


def variant_of(lower: Lower, subject: AnyType, path: ast.Path, env: Env) -> str | None:
    """The variant of `subject` that a path names, or `None` and a diagnostic."""
    last = path.items[-1]
    plain = bare(subject)
    if has_error(plain):
        return None
    if isinstance(plain, OptionOf):
        if len(path.items) == 1 and last.text in ("Some", "None"):
            return last.text
        lower.report(
            "KS0101", last, env, what="variant", name=path.text,
            caret="an option is `Some` or `None`",
        )  # fmt: skip
        return None
    info = lower.world.sum(plain)
    if info is None:
        lower.report("KS0110", path, env, expected=show(plain), found=f"variant {path.text}")
        return None
    if len(path.items) > 1:
        named = variant_named(lower, path.items, env, plain)
        if isinstance(named, SumInfo) and named.name != info.name:
            lower.report("KS0110", path, env, expected=show(plain), found=show(Named(named.name)))
            return None
        if named is None:
            unknown(lower, path.items[0], path.items[0].text, env)
            return None
    if last.text in info.variants:
        return last.text
    if not info.place.module.lost(last.text):
        unknown_variant(lower, info, last, env)
    return None


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
        case ListOf(item):
            position = lower.value(node.index, INT, env)
            return Typed(Op("list.at", (found.expr, position), at=at), item)
        case MapOf(key, value):
            place = key_text(lower, node.index, key, env)
            return Typed(Op("map.at", (found.expr, place), at=at), value)
    if has_error(plain):
        return NOTHING
    if isinstance(plain, OptionOf):
        name_ = env.module.span(node.value).text
        return lower.report("KS0113", node, env, name=name_, use="it cannot be indexed")
    return lower.report("KS0112", node, env, op="[…]", operands=f"`{show(plain)}`")
