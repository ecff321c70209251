"""What a parser (the native engine, or Lark) gives back, and what it builds nodes with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import Any, Literal, NamedTuple

GrammarName = Literal["kestrel", "regmap"]


class Mode(IntEnum):
    """How the children of a rule become its value."""

    FIXED = 0
    """`make(start, end, *children)`"""
    VARIADIC = 1
    """`make(start, end, children)`"""
    TUPLE = 2
    """The tuple of the children."""
    CONSTANT = 3
    """`make` itself."""


Maker = tuple[int, object]
Makers = Mapping[str, Maker]
"""A maker for every rule, by the rule's name (or alias). A token is given as its text."""

FaultKind = Literal[
    "unexpected",
    "unclosed",
    "character",
    "bad_number",
    "bad_string",
    "bad_block",
    "bad_comment",
    "utf8",
    "hidden",
    "control",
    "deep",
    "large",
    "many",
]


class Fault(NamedTuple):
    """Something wrong with a text, at bytes `begin` to `end`.

    `expected` names the terminals that could have stood there; `opener` is the offset of the
    bracket (or comment) that is still open, -1 if none matters.
    """

    kind: FaultKind
    begin: int
    end: int
    opener: int = -1
    expected: tuple[str, ...] = ()


class Outcome(NamedTuple):
    """`root` is the start rule's value, `None` if there were faults in the grammar's eyes."""

    root: object
    comments: tuple[tuple[int, int], ...]
    faults: tuple[Fault, ...]


Parser = Callable[[bytes, str, int, int, Makers], tuple[object, Any, Any]]
"""(text, start rule, begin, end, makers): parses these bytes into an Outcome."""
