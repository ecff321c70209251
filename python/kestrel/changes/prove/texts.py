"""Sets of texts: what is left after tests on a text, decided on automata."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from kestrel import _core
from kestrel.changes.prove import numbers
from kestrel.changes.prove.numbers import LENGTHS, Numbers

LONGEST = 1000
"""The longest repetition that a pattern may ask for."""


class OneOf(msgspec.Struct, frozen=True):
    """Test: it is one of these texts (or variants, by their names)."""

    values: frozenset[str]


class Matches(msgspec.Struct, frozen=True):
    """Test: a pattern matches the whole of it."""

    pattern: str


class Long(msgspec.Struct, frozen=True):
    """Test: the number of its code points is one of these."""

    lengths: Numbers


TextTest = OneOf | Matches | Long


class Texts(msgspec.Struct, frozen=True):
    """The texts that are among `only` (None: among all), that no `never` excludes, and so on."""

    only: frozenset[str] | None = None
    never: frozenset[str] = frozenset()
    matching: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    lengths: Numbers = LENGTHS

    def after(self, test: TextTest, holds: bool) -> Texts:
        """What is left when a test turns out so."""
        match test:
            case OneOf(values) if holds:
                only = values if self.only is None else self.only & values
                return msgspec.structs.replace(self, only=only)
            case OneOf(values):
                return msgspec.structs.replace(self, never=self.never | values)
            case Matches(pattern) if holds:
                return msgspec.structs.replace(self, matching=self.matching | {pattern})
            case Matches(pattern):
                return msgspec.structs.replace(self, missing=self.missing | {pattern})
            case Long(lengths):
                left = numbers.meet(self.lengths, lengths if holds else numbers.rest(lengths))
                return msgspec.structs.replace(self, lengths=left)

    def is_empty(self) -> bool:
        """Is there no such text? What is too large to decide is not empty."""
        return _is_empty(self)

    def example(self) -> str | None:
        """A short one of them; None: there is none, or it was too large to look for."""
        found = _candidate(self)
        return found if found is not None and self.admits(found) else None

    def admits(self, value: str) -> bool:
        """Is this text one of them? A pattern that is too large matches nothing."""
        return (
            (self.only is None or value in self.only)
            and value not in self.never
            and numbers.within(numbers.just([len(value)]), self.lengths)
            and all(_matches(pattern, value) for pattern in self.matching)
            and not any(_matches(pattern, value) is not False for pattern in self.missing)
        )

    def may_admit(self, value: str) -> bool:
        """As `admits`, what is too large taken for possible."""
        return (
            value not in self.never
            and numbers.within(numbers.just([len(value)]), self.lengths)
            and all(_matches(pattern, value) is not False for pattern in self.matching)
            and not any(_matches(pattern, value) for pattern in self.missing)
        )


@lru_cache(maxsize=4096)
def _is_empty(texts: Texts) -> bool:
    if texts.only is not None:
        return not any(map(texts.may_admit, texts.only))
    if texts.matching or texts.missing:
        return not texts.lengths or _candidate(texts) is None
    if numbers.meet(texts.lengths, ((1, numbers.MOST),)):
        return False  # there are more texts of such a length than a condition could name
    return not texts.lengths or "" in texts.never


@lru_cache(maxsize=4096)
def _candidate(texts: Texts) -> str | None:
    """A text that is in the set as far as automata of a bounded size tell; None: it is empty."""
    if texts.only is not None:
        return min(filter(texts.may_admit, texts.only), key=_order, default=None)
    matching = map(_compiled, sorted(texts.matching | _lengths(texts.lengths)))
    missing = map(_compiled, sorted({*texts.missing, *map(exactly, texts.never)}))
    try:
        return _core.find_text([p for p in matching if p], [p for p in missing if p])
    except _core.Invalid:
        return ""


def exactly(value: str) -> str:
    """A pattern of one text."""
    return "".join(_escaped(char) for char in value)


def beginning(value: str) -> str:
    return f"(?s){exactly(value)}.*"


def ending(value: str) -> str:
    return f"(?s).*{exactly(value)}"


def holding(value: str) -> str:
    return f"(?s).*{exactly(value)}.*"


def _escaped(char: str) -> str:
    return char if char.isalnum() and char.isascii() else f"\\x{{{ord(char):x}}}"


def _lengths(lengths: Numbers) -> frozenset[str]:
    """A pattern of texts so long, or of more texts where the lengths are beyond patterns."""
    if lengths == LENGTHS:
        return frozenset()
    parts = []
    for lo, hi in lengths:
        most = "" if hi > LONGEST else str(hi)
        parts.append(f".{{{min(lo, LONGEST)},{most}}}")
    source = f"(?s)(?:{'|'.join(parts)})"
    return frozenset({source}) if _compiled(source) else frozenset()


@lru_cache(maxsize=1024)
def _compiled(source: str) -> _core.Pattern | None:
    """None where it is too large for an automaton: then it excludes nothing."""
    try:
        return _core.Pattern(source)
    except _core.Invalid:
        return None


def _matches(source: str, value: str) -> bool | None:
    pattern = _compiled(source)
    return None if pattern is None else pattern.matches(value)


def _order(value: str) -> tuple[int, str]:
    return len(value), value
