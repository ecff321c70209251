"""Operations on collections and texts: as `xs.all(f)`, as `all(xs, f)`, or after `|>`.

One table says, by what stands before the dot, which operation it is and what it takes.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from kestrel.check import merging
from kestrel.check.code import methods as code_methods
from kestrel.check.lambdas import function
from kestrel.check.lowering import NOTHING, Lower, Typed
from kestrel.check.operators import key_text
from kestrel.check.scope import Env, Variable
from kestrel.check.shapes import (
    BOOL,
    ERROR,
    INT,
    STRING,
    accepts,
    bare,
    has_error,
    kind,
    show,
)
from kestrel.ir.exprs import AnyExpr, Lambda, Local, Op
from kestrel.ir.types import AnyType, ListOf, MapOf, OptionOf, SetOf
from kestrel.syntax import ast
from kestrel.text.hints import did_you_mean

Group = Literal["list", "map", "text", "bytes", "option"]
Takes = Literal["test", "measure", "change", "item", "int", "text", "key", "same"]
"""`test`: a function to Bool; `measure`: to a number, the item itself if left out; `change`: to
anything; `same`: another of the receiver's type."""
Gives = Literal[
    "bool", "int", "text", "item", "number", "changed", "same", "texts", "keys", "items",
    "set", "list",
]  # fmt: skip


class Method(NamedTuple):
    op: str
    takes: tuple[Takes, ...]
    gives: Gives


_COLLECTION: dict[str, tuple[tuple[Takes, ...], Gives]] = {
    "len": ((), "int"),
    "all": (("test",), "bool"),
    "any": (("test",), "bool"),
    "none": (("test",), "bool"),
    "count": (("test",), "int"),
    "sum": (("measure",), "number"),
    "min": (("measure",), "number"),
    "max": (("measure",), "number"),
    "map": (("change",), "changed"),
    "filter": (("test",), "same"),
}

METHODS: dict[tuple[Group, str], Method] = {
    **{
        (group, name): Method(f"{group}.{name}", takes, gives)
        for group in ("list", "map")
        for name, (takes, gives) in _COLLECTION.items()
    },
    ("list", "contains"): Method("list.contains", ("item",), "bool"),
    ("list", "unique"): Method("list.unique", ("change",), "bool"),
    ("list", "at"): Method("list.at", ("int",), "item"),
    ("list", "concat"): Method("list.concat", ("same",), "same"),
    ("list", "distinct"): Method("list.distinct", (), "same"),
    ("list", "to_set"): Method("list.distinct", (), "set"),
    ("list", "to_list"): Method("list.distinct", (), "list"),
    ("list", "join"): Method("text.join", ("text",), "text"),
    ("map", "has"): Method("map.has", ("key",), "bool"),
    ("map", "contains"): Method("map.has", ("key",), "bool"),
    ("map", "at"): Method("map.at", ("key",), "item"),
    ("map", "keys"): Method("map.keys", (), "keys"),
    ("map", "values"): Method("map.values", (), "items"),
    ("map", "merge"): Method("map.merge", ("same",), "same"),
    ("map", "without"): Method("map.without", ("key",), "same"),
    ("text", "len"): Method("text.len", (), "int"),
    ("text", "starts_with"): Method("text.starts_with", ("text",), "bool"),
    ("text", "ends_with"): Method("text.ends_with", ("text",), "bool"),
    ("text", "contains"): Method("text.contains", ("text",), "bool"),
    ("text", "lower"): Method("text.lower", (), "text"),
    ("text", "upper"): Method("text.upper", (), "text"),
    ("text", "trim"): Method("text.trim", (), "text"),
    ("text", "split"): Method("text.split", ("text",), "texts"),
    ("bytes", "len"): Method("bytes.len", (), "int"),
    ("option", "or"): Method("option.or", ("item",), "item"),
    ("option", "get"): Method("option.get", (), "item"),
}

NAMES = frozenset(name for _, name in METHODS) | code_methods.NAMES
QUANTIFIERS = frozenset({"all", "any", "none", "unique"})


class Receiver(NamedTuple):
    """What stands before the dot: `item` is what it holds, `key` a map's key."""

    groups: tuple[Group, ...]
    value: Typed
    item: AnyType
    key: AnyType | None = None


def receiver(lower: Lower, value: Typed) -> Receiver | None:
    plain = lower.world.stored(bare(value.type))
    match plain:
        case ListOf(item) | SetOf(item):
            return Receiver(("list",), value, item)
        case OptionOf(item):
            return Receiver(("option", "list"), value, item)
        case MapOf(key, item):
            return Receiver(("map",), value, item, key)
    groups: dict[str, Group] = {
        "text": "text",
        "literals": "text",
        "bytes": "bytes",
        "buffer": "bytes",
    }
    group = groups.get(kind(plain))
    return Receiver((group,), value, ERROR) if group is not None else None


def call_method(
    lower: Lower,
    value: Typed,
    name: ast.Name,
    args: tuple[ast.Argument, ...],
    node: ast.Node,
    env: Env,
    due: AnyType | None = None,
) -> Typed:
    """`value.name(args)`; `node` is the whole call, and `due` what a function makes of an item."""
    if has_error(value.type):
        if name.text in QUANTIFIERS:
            lower.quantified.append(Variable(ERROR, ERROR))
        return NOTHING
    if name.text == merging.NAME and env.document:
        overs = [arg for arg in args if not isinstance(arg, ast.NamedArg)]
        if overs and len(overs) == len(args):
            return merging.merge(lower, value, overs, node, env)
    if env.code is not None:
        own = code_methods.call(lower, value, name, args, node, env)
        if own is not None:
            return own
    on = receiver(lower, value)
    found = _find(on, name.text)
    if on is None or found is None:
        return _no_method(lower, on, value, name, env)
    group, method = found
    if group == "list" and kind(value.type) == "option" and name.text in ("len", "at", "join"):
        text = env.module.span(node).text.split(f".{name.text}")[0]
        return lower.report("KS0113", node, env, name=text, use=f"it has no `{name.text}`")
    positional = [arg for arg in args if not isinstance(arg, ast.NamedArg)]
    optional = 1 if method.takes[-1:] == ("measure",) else 0
    if len(positional) != len(args) or not (
        len(method.takes) - optional <= len(args) <= len(method.takes)
    ):
        wanted = len(method.takes)
        return lower.wrong_count(node, env, name.text, "argument", wanted, len(args))
    return _apply(lower, on, method, name.text, positional, node, env, due)


def _find(on: Receiver | None, name: str) -> tuple[Group, Method] | None:
    for group in on.groups if on is not None else ():
        method = METHODS.get((group, name))
        if method is not None:
            return group, method
    return None


def _no_method(lower: Lower, on: Receiver | None, value: Typed, name: ast.Name, env: Env) -> Typed:
    if kind(value.type) == "secret":
        return lower.report("KS0114", name, env)
    known = [n for g, n in METHODS if on is not None and g in on.groups]
    known += code_methods.names(value.type) if env.code is not None else []
    return lower.report(
        "KS0101",
        name,
        env,
        what="method",
        name=name.text,
        caret=f"`{show(value.type)}` has no such method",
        helps=did_you_mean(name.text, known),
    )


def _apply(
    lower: Lower,
    on: Receiver,
    method: Method,
    name: str,
    args: list[ast.Expr],
    node: ast.Node,
    env: Env,
    due: AnyType | None = None,
) -> Typed:
    made: list[AnyExpr] = [on.value.expr]
    changed: AnyType = ERROR
    element = Variable(bare(on.item), on.key)
    inner = len(lower.quantified)
    for position, takes in enumerate(method.takes):
        arg = args[position] if position < len(args) else None
        if takes == "change" and arg is not None and due is not None:
            found = function(lower, arg, (element,), due, env)
        else:
            found = _argument(lower, on, takes, arg, element, node, env)
        made.append(found.expr)
        changed = found.type
    if name in QUANTIFIERS:
        _quantified(lower, args[0], element, innermost=len(lower.quantified) == inner)
    result = _result(on, method.gives, changed)
    if method.op == "text.join" and not accepts(STRING, on.item):
        lower.mismatch(node, ListOf(STRING), on.value.type, env)
    return Typed(Op(method.op, tuple(made), at=env.module.at(node)), result)


def _quantified(lower: Lower, arg: ast.Expr, element: Variable, innermost: bool) -> None:
    if innermost:
        lower.quantified.append(element)
    if isinstance(arg, ast.Lambda):
        names = [p.pattern.text for p in arg.params if isinstance(p.pattern, ast.Name)]
        lower.elements.update(dict.fromkeys(names, element))


def _argument(
    lower: Lower,
    on: Receiver,
    takes: Takes,
    arg: ast.Expr | None,
    element: Variable,
    node: ast.Node,
    env: Env,
) -> Typed:
    if takes == "measure":
        return _measure(lower, arg, element, node, env)
    assert arg is not None
    if takes == "test":
        return function(lower, arg, (element,), BOOL, env)
    if takes == "change":
        return function(lower, arg, (element,), None, env)
    if takes == "key":
        assert on.key is not None
        return Typed(key_text(lower, arg, on.key, env), STRING)
    if takes == "same":
        return Typed(lower.value(arg, bare(on.value.type), env), on.value.type)
    wanted = {"item": bare(on.item), "int": INT, "text": STRING}[takes]
    return Typed(lower.value(arg, wanted, env), wanted)


def _measure(
    lower: Lower, arg: ast.Expr | None, element: Variable, node: ast.Node, env: Env
) -> Typed:
    if arg is None:
        name = lower.fresh()
        found = Typed(Lambda((name,), Local(name)), element.type)
    else:
        found = function(lower, arg, (element,), None, env)
    if has_error(found.type) or kind(found.type) in ("int", "duration", "size"):
        return Typed(found.expr, INT if kind(found.type) == "int" else bare(found.type))
    lower.mismatch(arg or node, INT, found.type, env)
    return NOTHING


def _result(on: Receiver, gives: Gives, changed: AnyType) -> AnyType:
    match gives:
        case "bool":
            return BOOL
        case "int":
            return INT
        case "text":
            return STRING
        case "texts":
            return ListOf(STRING)
        case "item":
            return on.item
        case "items":
            return ListOf(on.item)
        case "keys":
            return ListOf(on.key if on.key is not None and kind(on.key) == "text" else STRING)
        case "number":
            return changed
        case "set":
            return SetOf(bare(on.item))
        case "list":
            return ListOf(on.item)
        case "changed":
            return _changed(on, changed)
        case "same":
            return bare(on.value.type)


def _changed(on: Receiver, changed: AnyType) -> AnyType:
    """What `map` gives: a collection of the same kind."""
    if on.key is not None:
        return MapOf(on.key, changed)
    return OptionOf(changed) if kind(on.value.type) == "option" else ListOf(changed)
