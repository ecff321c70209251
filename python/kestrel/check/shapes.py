"""What the checker asks of types: their kind, how they are written, whether one accepts another."""

from __future__ import annotations

from typing import Literal

from kestrel.ir.types import (
    SCALARS,
    AnyType,
    BufferOf,
    FnOf,
    Foreign,
    ListOf,
    Literals,
    MapOf,
    Named,
    OptionOf,
    PointerTo,
    Refined,
    ResultOf,
    Scalar,
    SecretOf,
    SetOf,
    TupleOf,
    TypeVar,
)

Kind = Literal[
    "error", "unit", "bool", "int", "float", "text", "bytes", "duration", "size", "json",
    "named", "option", "list", "map", "set", "tuple", "literals", "secret", "fn", "var",
    "result", "foreign", "pointer", "buffer", "cstr", "never",
]  # fmt: skip

ERROR = Scalar("?")
"""The type of what has been reported already: it goes with everything, and silences followers."""

BOOL, STRING, INT, FLOAT = Scalar("Bool"), Scalar("String"), Scalar("Int"), Scalar("f64")
UNIT = Scalar("Unit")
NEVER = Scalar("Never")
"""The type of what gives no value, as `return`: it goes with everything."""

_KINDS: dict[type, Kind] = {
    Named: "named",
    OptionOf: "option",
    ListOf: "list",
    MapOf: "map",
    SetOf: "set",
    TupleOf: "tuple",
    Literals: "literals",
    SecretOf: "secret",
    FnOf: "fn",
    TypeVar: "var",
    ResultOf: "result",
    Foreign: "foreign",
    PointerTo: "pointer",
    BufferOf: "buffer",
}

NUMBERS: frozenset[Kind] = frozenset({"int", "float", "duration", "size"})


def bare(t: AnyType) -> AnyType:
    """`t` without refinements."""
    while isinstance(t, Refined):
        t = t.base
    return t


def kind(t: AnyType) -> Kind:
    t = bare(t)
    if isinstance(t, Scalar):
        return "error" if t == ERROR else SCALARS[t.name].storage  # type: ignore[return-value]
    return _KINDS[type(t)]


def payload(t: AnyType) -> AnyType:
    """What an option holds; the type itself if it is none."""
    plain = bare(t)
    return plain.item if isinstance(plain, OptionOf) else plain


def key_of(t: AnyType) -> tuple[str, ...]:
    """The fields that identify an item of a list (`@key`), perhaps of one that may be absent."""
    plain = payload(t)
    return plain.key if isinstance(plain, ListOf) else ()


def keyed(t: AnyType, key: tuple[str, ...]) -> AnyType:
    """The list `t`, or the list in the option `t`, with this key; any other type as it is."""
    if isinstance(t, ListOf):
        return ListOf(t.item, key)
    return OptionOf(keyed(t.item, key)) if isinstance(t, OptionOf) else t


def has_error(t: AnyType) -> bool:
    return kind(t) == "error"


def has_unknown(t: AnyType) -> bool:
    """Is something in the type not known, as what a `None` is an absence of?"""
    return has_error(t) or any(map(has_unknown, parts(t)))


def show(t: AnyType) -> str:
    """As a person writes it."""
    match t:
        case Scalar("?"):
            return "_"
        case Scalar("Int"):
            return "integer"
        case Scalar(name) | TypeVar(name):
            return name
        case Named(name) | Foreign(name):
            return _short(name)
        case ResultOf(ok, err):
            return f"Result<{show(ok)}, {show(err)}>"
        case PointerTo(item):
            return f"Ptr<{show(item)}>"
        case BufferOf(item):
            return f"Buffer<{show(item)}>"
        case OptionOf(item):
            return f"Option<{show(item)}>"
        case ListOf(item):
            return f"[{show(item)}]"
        case SetOf(item):
            return f"Set<{show(item)}>"
        case MapOf(key, value):
            return f"Map<{show(key)}, {show(value)}>"
        case TupleOf(items):
            return f"({', '.join(map(show, items))})"
        case Literals(values):
            return " | ".join(f'"{value}"' for value in values)
        case SecretOf(item):
            return f"Secret<{show(item)}>"
        case Refined(base, _, name):
            return _short(name) if name else show(base)
        case FnOf(params, result):
            return f"fn({', '.join(map(show, params))}) -> {show(result)}"


def _short(name: str) -> str:
    head, bracket, rest = name.partition("<")
    return head.rsplit(".", 1)[-1] + bracket + rest


def accepts(wanted: AnyType, found: AnyType) -> bool:
    """May a value of type `found` stand where `wanted` is due? Integers are mathematical: whether
    one fits is asked when it is stored."""
    a, b = bare(wanted), bare(found)
    if a == b or "error" in (kind(a), kind(b)) or b == NEVER:
        return True
    if isinstance(a, Literals) and isinstance(b, Literals):
        return set(b.values) <= set(a.values)
    if isinstance(b, Literals):
        return a == STRING
    if isinstance(a, BufferOf) and kind(b) in ("bytes", "list"):
        return a.item == (bare(b.item) if isinstance(b, ListOf) else Scalar("u8"))
    if kind(a) == "json":
        return kind(b) in ("bool", "int", "float", "text", "list", "map", "option")
    if kind(a) != kind(b) or kind(a) in ("text", "named", "foreign"):
        return False
    return all(map(accepts, parts(a), parts(b))) and len(parts(a)) == len(parts(b))


def join(a: AnyType, b: AnyType) -> AnyType | None:
    """The type of what is either an `a` or a `b`; `None` if there is none."""
    if b == NEVER:
        return a
    if has_error(a) or accepts(b, a):
        return b
    return a if accepts(a, b) else None


def parts(t: AnyType) -> tuple[AnyType, ...]:
    """The types that `t` is made of."""
    match bare(t):
        case OptionOf(item) | ListOf(item) | SetOf(item) | SecretOf(item):
            return (item,)
        case PointerTo(item) | BufferOf(item):
            return (item,)
        case MapOf(key, value) | ResultOf(key, value):
            return (key, value)
        case TupleOf(items):
            return items
        case FnOf(params, result):
            return (*params, result)
    return ()
