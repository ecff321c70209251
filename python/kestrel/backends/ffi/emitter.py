"""What the parts of writing a body share: lines, names, and values at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from msgspec.structs import replace

from kestrel.backends.ffi.names import Identifiers
from kestrel.backends.ffi.places import Places
from kestrel.backends.ffi.types import CppTypes
from kestrel.backends.ffi.values import Val, width
from kestrel.check.shapes import INT, NEVER, UNIT, bare, kind
from kestrel.ir.exprs import (
    AnyExpr,
    MakeList,
    MakeMap,
    MakeRecord,
    MakeVariant,
)
from kestrel.ir.functions import Function
from kestrel.ir.ranges import Interval, Ranges, analyse
from kestrel.ir.types import (
    AnyType,
)


class Shared(NamedTuple):
    """What the functions of one module share."""

    types: CppTypes
    places: Places
    functions: Mapping[str, Function]
    automata: dict[str, str]
    """Patterns, and what their automata are called."""
    recursive: frozenset[str]
    """Functions that call themselves, directly or over others."""

    def name(self, function: str) -> str:
        return self.types.names.of("f_", function)


Handler = Callable[["Emitter", Any], Val]
"""How an expression becomes one of C++; each takes the class that it is for."""


class Emitter:
    """The body of one function."""

    def __init__(
        self, shared: Shared, function: Function, handlers: Mapping[type, Handler]
    ) -> None:
        self.handlers = handlers
        self.shared = shared
        self.types = shared.types
        self.function = function
        self.ranges: Ranges = analyse(function, shared.types.stored)
        self.lines: list[str] = []
        self.depth = 1
        self.names = Identifiers()
        self.env: dict[str, Val] = {}
        self.result = function.result

    # ---------------------------------------------------------------- the whole

    def params(self) -> list[str]:
        """The parameters, as C++ declares them."""
        made = []
        for param in self.function.params:
            name = self.names.fresh("v_", param.name)
            cpp = self.types.of(param.type)
            moves = self.types.moves(param.type)
            if (moves and param.ownership == "own") or kind(param.type) in BY_VALUE:
                made.append(f"[[maybe_unused]] {cpp} {name}")
            else:
                made.append(f"[[maybe_unused]] const {cpp}& {name}")
            self.env[param.name] = Val(name, bare(param.type))
        return made

    # ---------------------------------------------------------------- lines

    def say(self, line: str) -> None:
        self.lines.append("  " * self.depth + line)

    @contextmanager
    def braces(self, head: str = "") -> Iterator[None]:
        self.say(f"{head} {{" if head else "{")
        self.depth += 1
        yield
        self.depth -= 1
        self.say("}")

    def temp(self, text: str, type_: AnyType, cpp: str = "") -> Val:
        """The value in a name of its own."""
        name = self.names.fresh("t")
        self.say(f"auto {name} = {text};")
        return Val(name, type_, cpp=cpp)

    def tried(self, text: str, type_: AnyType, at: Any, cpp: str = "") -> Val:
        """The value of an `Out`; its fault leaves the function."""
        name = self.names.fresh("t")
        self.say(f"auto {name} = {text};")
        place = self.shared.places.number(self.function.name, at)
        self.say(f"if ({name}.failed()) return k::at({name}.fault, {place});")
        return Val(f"{name}.value", type_, cpp=cpp)

    def leave(self, value: str) -> None:
        inner = value.removeprefix("std::move(").removesuffix(")")
        self.say(f"return {inner if inner.isidentifier() else value};")  # C++ moves it anyway

    # ---------------------------------------------------------------- expressions

    def value(self, expr: AnyExpr) -> Val:
        return self.handlers[type(expr)](self, expr)

    def steady(self, expr: AnyExpr) -> Val:
        """The value, which later statements do not change."""
        found = self.value(expr)
        return found if found.steady else self.temp(found.text, found.type, found.cpp)

    def all(self, exprs: tuple[AnyExpr, ...]) -> list[Val]:
        """The values, taken from left to right: what a later one does, does not change an earlier
        one."""
        made: list[Val] = []
        for expr in exprs:
            before = len(self.lines)
            found = self.value(expr)
            if len(self.lines) > before:
                late = self.lines[before:]
                del self.lines[before:]
                made = [v if v.steady else self.temp(v.text, v.type, v.cpp) for v in made]
                self.lines += late
            made.append(found)
        return made

    def owned(self, expr: AnyExpr) -> str:
        """The value, to be kept elsewhere: what holds a handle is moved."""
        found = self.value(expr)
        return self.moved(found)

    def moved(self, value: Val) -> str:
        return f"std::move({value.text})" if self.types.moves(value.type) else value.text

    def as_type(self, expr: AnyExpr, type_: AnyType) -> str:
        """The value as C++ has values of `type_`."""
        return self.cast(self.value_as(expr, type_), type_)

    def value_as(self, expr: AnyExpr, type_: AnyType) -> Val:
        """What says too little of its own type is told the one that is due."""
        if isinstance(expr, MakeVariant | MakeList | MakeMap | MakeRecord) and expr.of != type_:
            return self.value(retyped(expr, type_))
        return self.value(expr)

    def cast(self, value: Val, type_: AnyType) -> str:
        """An integer in the type that it is due in; it is known to fit."""
        cpp = self.types.of(type_)
        has = value.cpp or self.types.of(value.type)
        if has != cpp and self.is_int(type_) and self.is_int(value.type):
            return f"static_cast<{cpp}>({value.text})"
        return self.moved(value)

    def is_int(self, type_: AnyType) -> bool:
        return kind(self.types.stored(bare(type_))) in ("int", "duration", "size")

    def as_int(self, value: Val, cpp: str) -> str:
        """A whole number in the width that is computed in."""
        has = value.cpp or self.types.of(value.type)
        return value.text if has == cpp else f"static_cast<{cpp}>({value.text})"

    def interval(self, expr: AnyExpr) -> Interval:
        return self.ranges.of(expr)

    @contextmanager
    def branch(self) -> Iterator[None]:
        before = dict(self.env)
        yield
        self.env = before

    # ---------------------------------------------------------------- statements

    def statement(self, expr: AnyExpr) -> None:
        found = self.value(expr)
        is_value = expr.of is not None and kind(expr.of) not in ("unit", "never")
        if is_value and found.text != "k::unit" and not found.text.isidentifier():
            self.say(f"static_cast<void>({found.text});")

    def into(self, name: str, expr: AnyExpr, type_: AnyType) -> None:
        """`expr`, whose value goes to a variable of C++, if it has one."""
        if expr.of == NEVER or not name:
            self.value(expr)
            return
        text = self.as_type(expr, type_)
        self.say(f"{name} = {text};")

    def branch_into(self, name: str, cpp: str, expr: AnyExpr, type_: AnyType) -> None:
        """One of the ways to a variable's value, perhaps a whole number of the width `cpp`."""
        if name and cpp and expr.of != NEVER:
            self.say(f"{name} = {self.as_int(self.value(expr), cpp)};")
        elif name:
            self.into(name, expr, type_)
        else:
            self.statement(expr)

    def variable(self, type_: AnyType | None, interval: Interval) -> tuple[str, str]:
        """A variable of C++ for a value that several ways lead to; none for Unit."""
        if type_ is None or kind(type_) in ("unit", "never"):
            return "", ""
        name = self.names.fresh("r")
        cpp = ""
        if bare(type_) == INT:
            cpp = width(interval)
        self.say(f"{cpp or self.types.of(type_)} {name}{{}};")
        return name, cpp


NOTHING = Val("k::unit", UNIT)
BY_VALUE = frozenset({"unit", "bool", "int", "float", "duration", "size", "pointer", "buffer"})


def retyped(expr: AnyExpr, type_: AnyType) -> AnyExpr:
    """A made value whose type is known better than from itself."""
    return replace(expr, of=bare(type_))
