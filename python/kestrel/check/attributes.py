"""Attributes: the one table of those that there are, where they may stand and what they take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Literal, NamedTuple, cast

import msgspec

from kestrel.check.scope import ModuleScope
from kestrel.check.sink import Sink
from kestrel.ir.decls import ReloadClass
from kestrel.ir.effects import BOUNDARIES
from kestrel.syntax import ast
from kestrel.text.hints import did_you_mean

AttrPlace = Literal[
    "module",
    "use",
    "schema",
    "field",
    "compute",
    "rule",
    "when",
    "type",
    "variant",
    "newtype",
    "alias",
    "config",
    "template",
    "function",
    "foreign",
    "example",
]

PLACE_WORDS: dict[AttrPlace, str] = {
    "module": "a module",
    "use": "a `use`",
    "schema": "a schema",
    "field": "a field",
    "compute": "a `compute`",
    "rule": "a rule",
    "when": "a `when`",
    "type": "a sum type",
    "variant": "a variant",
    "newtype": "a newtype",
    "alias": "an alias",
    "config": "a config",
    "template": "a template",
    "function": "a function",
    "foreign": "a foreign declaration",
    "example": "an example",
}

CASES = ("snake", "kebab", "camel", "pascal", "upper")
UNITS: dict[str, tuple[str, ...]] = {
    "size": ("binary", "named"),
    "duration": ("y", "w", "d", "h", "m", "s", "ms", "us", "ns"),
}
"""What `@units` can say, by what it is said of: `binary` of KB that are 1024 bytes, `named` of
sizes that name their unit; the units that durations may have."""


class Deprecation(msgspec.Struct, frozen=True):
    """Why something is deprecated, and since which day (ISO 8601; empty: it does not say)."""

    why: str = ""
    since: str = ""


class Attributes(msgspec.Struct, frozen=True):
    """What a declaration's attributes say, as the IR keeps it."""

    version: tuple[int, ...] = ()
    renamed_from: tuple[str, ...] = ()
    reload: str = "hot"
    danger: str | None = None
    deprecated: Deprecation | None = None
    data_name: str = ""
    units: str = ""
    key: tuple[str, ...] = ()
    not_null: bool = False
    ignore_case: bool = False
    flatten: bool = False
    tag: str = ""
    case: str = ""
    untagged: bool = False

    @property
    def reload_class(self) -> ReloadClass:
        return cast(ReloadClass, self.reload)


Reader = Callable[[tuple[ast.Argument, ...]], object]
"""What the arguments say; `None` if they are not what the attribute takes."""


class Row(NamedTuple):
    """`member` is where `Attributes` keeps it; "" if nothing of it is kept here."""

    places: tuple[AttrPlace, ...]
    read: Reader
    takes: str
    example: str
    member: str = ""


def _nothing(args: tuple[ast.Argument, ...]) -> object:
    return True if not args else None


def _text(args: tuple[ast.Argument, ...]) -> object:
    return args[0].value if len(args) == 1 and isinstance(args[0], ast.Text) else None


def _deprecation(args: tuple[ast.Argument, ...]) -> object:
    match args:
        case ():
            return Deprecation()
        case (ast.Text(value=why),):
            return Deprecation(why)
        case (
            ast.Text(value=why),
            ast.NamedArg(name=ast.Name(text="since"), value=ast.Text(value=day)),
        ):
            return Deprecation(why, day) if _is_day(day) else None
        case (ast.NamedArg(name=ast.Name(text="since"), value=ast.Text(value=day)),):
            return Deprecation(since=day) if _is_day(day) else None
    return None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _name(args: tuple[ast.Argument, ...]) -> object:
    match args:
        case (ast.Name(text=text),) | (ast.Text(value=text),):
            return text
    return None


def _names(args: tuple[ast.Argument, ...]) -> object:
    names = [_name((arg,)) for arg in args]
    return tuple(names) if names and None not in names else None


def _integers(args: tuple[ast.Argument, ...]) -> object:
    numbers = tuple(arg.value for arg in args if isinstance(arg, ast.Int))
    return numbers if numbers and len(numbers) == len(args) else None


def _one_of(*choices: str) -> Reader:
    return lambda args: name if (name := _name(args)) in choices else None


def _units(args: tuple[ast.Argument, ...]) -> object:
    names = [_name((arg,)) for arg in args]
    known = any(set(names) <= set(words) for words in UNITS.values())
    return ", ".join(map(str, names)) if names and known else None


def _choices(names: tuple[str, ...]) -> str:
    return f"one of {', '.join(f'`{n}`' for n in names)}"


_RELOAD = ("hot", "restart", "never")

ATTRIBUTES: dict[str, Row] = {
    "version": Row(("schema",), _integers, "numbers", "@version(2, 1)", "version"),
    "renamed_from": Row(
        ("field",), _names, "the earlier names", "@renamed_from(timeout)", "renamed_from"
    ),
    "reload": Row(("field",), _one_of(*_RELOAD), _choices(_RELOAD), "@reload(restart)", "reload"),
    "danger": Row(("field",), _text, "a text", '@danger("drops live sessions")', "danger"),
    "deprecated": Row(
        ("field", "schema", "variant", "type", "newtype", "alias", "config", "function"),
        _deprecation,
        "a text, `since` a day, both or nothing",
        '@deprecated("use `port`", since: "2026-01-31")',
        "deprecated",
    ),
    "as": Row(("field", "variant"), _text, "a text", '@as("keep_equal")', "data_name"),
    "units": Row(
        ("field", "alias"),
        _units,
        "`binary` or `named` for sizes, units such as `h`, `m`, `s` for durations",
        "@units(binary)",
        "units",
    ),
    "key": Row(("field",), _names, "fields of the list's items", "@key(job_name)", "key"),
    "not_null": Row(("field",), _nothing, "nothing", "@not_null", "not_null"),
    "ignore_case": Row(("field", "type"), _nothing, "nothing", "@ignore_case", "ignore_case"),
    "flatten": Row(("field",), _nothing, "nothing", "@flatten", "flatten"),
    "tag": Row(("type",), _name, "the name of a member", "@tag(kind)", "tag"),
    "case": Row(("schema", "type"), _one_of(*CASES), _choices(CASES), "@case(snake)", "case"),
    "untagged": Row(("type",), _nothing, "nothing", "@untagged", "untagged"),
    "pure": Row(("function", "foreign"), _nothing, "nothing", "@pure"),
    "no_panic": Row(("function", "foreign"), _nothing, "nothing", "@no_panic"),
    "no_alloc": Row(("function", "foreign"), _nothing, "nothing", "@no_alloc"),
    "ignore_status": Row(("function", "foreign"), _nothing, "nothing", "@ignore_status"),
    "hot": Row(("function", "foreign"), _nothing, "nothing", "@hot"),
    "boundary": Row(
        ("function",), _one_of(*BOUNDARIES), _choices(tuple(BOUNDARIES)), "@boundary(database)"
    ),
}


def read_attributes(attrs: ast.Attrs) -> Attributes:
    """What is said rightly; what is wrong is `check_attributes`'s to say."""
    found: dict[str, object] = {}
    for attr in attrs.items:
        row = ATTRIBUTES.get(attr.name.text)
        if row is not None and row.member and (value := row.read(attr.args)) is not None:
            found[row.member] = value
    return Attributes(**found)  # type: ignore[arg-type]


def check_attributes(attrs: ast.Attrs, place: AttrPlace, module: ModuleScope, sink: Sink) -> None:
    """Report unknown, misplaced, repeated and wrongly filled attributes."""
    seen: set[str] = set()
    for attr in attrs.items:
        name, span = attr.name.text, module.span(attr)
        row = ATTRIBUTES.get(name)
        if row is None:
            helps = did_you_mean(name, ATTRIBUTES)
            sink.report("KS0123", module.span(attr.name), name=name, helps=helps)
        elif place not in row.places:
            places = " or ".join(PLACE_WORDS[p] for p in row.places)
            help_ = f"it belongs on {places}"
            sink.report("KS0124", span, name=name, place=PLACE_WORDS[place], helps=(help_,))
        elif row.read(attr.args) is None:
            sink.report("KS0125", span, name=name, expected=row.takes, example=row.example)
        elif name in seen:
            sink.report("KS0137", span, name=f"@{name}")
        seen.add(name)
