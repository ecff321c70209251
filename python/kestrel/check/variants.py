"""Variants: which one a path names, and making values of them."""

from __future__ import annotations

from kestrel.check.code import invoke
from kestrel.check.literals import make_record, show_record
from kestrel.check.lowering import NOTHING, Lower, Typed
from kestrel.check.names import dotted, is_value, unknown
from kestrel.check.operators import type_place
from kestrel.check.scope import Env
from kestrel.check.shapes import BOOL, bare, has_error, show
from kestrel.check.world import SumInfo, VariantInfo
from kestrel.ir.exprs import AnyExpr, Is, MakeRecord, MakeVariant
from kestrel.ir.types import AnyType, Named, OptionOf, ResultOf
from kestrel.syntax import ast
from kestrel.text.hints import did_you_mean


def value_member(lower: Lower, node: ast.Member, wanted: AnyType, env: Env) -> AnyExpr | None:
    """`Level.Debug` where a `Level` is due: the type need not be brought in by `use`."""
    path = dotted(node)
    if path is None or lower.world.sum(bare(wanted)) is None or is_value(lower, path[0], env):
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
        due = 1 if variant.fields is not None else len(variant.items)
        return lower.wrong_count(node, env, env.module.span(node).text, "value", due, 0)
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
    plain, last = bare(subject), path.items[-1]
    if has_error(plain):
        return None
    if isinstance(plain, OptionOf):
        if path.text in ("Some", "None"):
            return path.text
        caret = "an option is `Some` or `None`"
        lower.report("KS0101", last, env, what="variant", name=path.text, caret=caret)
        return None
    if isinstance(plain, ResultOf):
        if path.text in ("Ok", "Err"):
            return path.text
        caret = "a result is `Ok` or `Err`"
        lower.report("KS0101", last, env, what="variant", name=path.text, caret=caret)
        return None
    if (status := lower.world.status(plain)) is not None:
        found = invoke.code(lower, status, last, path, env)
        return None if has_error(found.type) else last.text
    info = lower.world.sum(plain)
    if info is None:
        lower.report("KS0110", path, env, expected=show(plain), found=f"variant {path.text}")
        return None
    if len(path.items) > 1 and not _is_of(lower, path, info, env):
        return None
    if last.text in info.variants:
        return last.text
    if not info.place.module.lost(last.text):
        unknown_variant(lower, info, last, env)
    return None


def _is_of(lower: Lower, path: ast.Path, info: SumInfo, env: Env) -> bool:
    """Does `Env.Prod` name a variant of the sum `info`?"""
    named = variant_named(lower, path.items, env, Named(info.name))
    if isinstance(named, SumInfo) and named.name != info.name:
        wanted, found = show(Named(info.name)), show(Named(named.name))
        lower.report("KS0110", path, env, expected=wanted, found=found)
        return False
    if named is None:
        unknown(lower, path.items[0], path.items[0].text, env)
    return named is not None


def infer_all(lower: Lower, args: tuple[ast.Argument, ...], env: Env) -> None:
    """Find what is wrong in arguments whose function is not known."""
    for arg in args:
        value = arg.value if isinstance(arg, ast.NamedArg) else arg
        if not isinstance(value, ast.Lambda):
            lower.infer(value, env)


def make_variant(
    lower: Lower,
    info: SumInfo,
    name: ast.Name,
    args: tuple[ast.Argument, ...],
    node: ast.Node,
    env: Env,
) -> Typed:
    variant = info.variants.get(name.text)
    if variant is None:
        infer_all(lower, args, env)
        return (
            NOTHING
            if info.place.module.lost(name.text)
            else unknown_variant(lower, info, name, env)
        )
    made = _payload(lower, variant, args, node, env)
    if made is None:
        return Typed(NOTHING.expr, Named(info.name))
    return Typed(
        MakeVariant(info.name, variant.name, made, at=env.module.at(node)), Named(info.name)
    )


def _payload(
    lower: Lower, variant: VariantInfo, args: tuple[ast.Argument, ...], node: ast.Node, env: Env
) -> tuple[AnyExpr, ...] | None:
    if variant.fields is not None:
        return _named_payload(lower, variant, args, node, env)
    plain = [arg for arg in args if not isinstance(arg, ast.NamedArg)]
    if len(plain) != len(variant.items) or len(plain) != len(args):
        lower.wrong_count(node, env, variant.name, "value", len(variant.items), len(args))
        return None
    pairs = zip(plain, variant.items, strict=True)
    return tuple(lower.value(arg, item, env) for arg, item in pairs)


def _named_payload(
    lower: Lower, variant: VariantInfo, args: tuple[ast.Argument, ...], node: ast.Node, env: Env
) -> tuple[AnyExpr, ...] | None:
    """`Circle({ r: 1.0 })` or `Circle(r: 1.0)`."""
    assert variant.fields is not None
    if len(args) == 1 and isinstance(args[0], ast.Braces):
        return (make_record(lower, variant.fields, args[0], env),)
    named = [arg for arg in args if isinstance(arg, ast.NamedArg)]
    if len(named) != len(args):
        expected = f"the fields of `{show_record(variant.fields)}`"
        lower.report("KS0115", node, env, name=variant.name, expected=expected, found="values are")
        return None
    entries = tuple(ast.Entry(a.start, a.end, a.name, a.value) for a in named)
    made = make_record(lower, variant.fields, ast.Braces(node.start, node.end, entries), env)
    assert isinstance(made, MakeRecord)
    return (made,)
