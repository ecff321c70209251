"""What a snapshot's fields are in Python, where Python has no type for it."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Mapping

from kestrel.text.diagnostic import Diagnostic, InvalidConfig
from kestrel.text.read import UnreadableFile, read_source

UNITS: dict[str, int] = {
    "w": 604_800_000_000_000,
    "d": 86_400_000_000_000,
    "h": 3_600_000_000_000,
    "m": 60_000_000_000,
    "min": 60_000_000_000,
    "s": 1_000_000_000,
    "ms": 1_000_000,
    "us": 1_000,
    "ns": 1,
}
"""Units of durations, in nanoseconds."""

CANONICAL_UNITS = ("d", "h", "m", "s", "ms", "us", "ns")
SECRET_LIMIT = 1 << 20
"""Bytes of a file that holds a secret."""

_PART = r"(\d+)(w|d|h|min|ms|m|s|us|ns)"
_DURATION = re.compile(rf"-?(?:{_PART})+")


class Duration(int):
    """A span of time: an `int` of nanoseconds that is written `1h30m`."""

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read `1h30m`, `250ms`, `-5s`, `0s`.

        Raises:
            ValueError: `text` is no duration, or does not fit 64 bits of nanoseconds.
        """
        if not _DURATION.fullmatch(text):
            raise ValueError(f"{text!r} is no duration")
        size = sum(int(count) * UNITS[unit] for count, unit in re.findall(_PART, text))
        value = -size if text.startswith("-") else size
        if not -(2**63) <= value < 2**63:
            raise ValueError(f"{text!r} is beyond 64 bits of nanoseconds")
        return cls(value)

    @classmethod
    def of(cls, delta: datetime.timedelta) -> Duration:
        """The same span as a `timedelta`."""
        return cls(delta // datetime.timedelta(microseconds=1) * 1_000)

    @property
    def seconds(self) -> float:
        """In seconds, as `time.sleep` and sockets take it."""
        return self / 1e9

    def __str__(self) -> str:
        if self == 0:
            return "0s"
        rest, parts = abs(int(self)), []
        for unit in CANONICAL_UNITS:
            count, rest = divmod(rest, UNITS[unit])
            if count:
                parts.append(f"{count}{unit}")
        return ("-" if self < 0 else "") + "".join(parts)

    def __repr__(self) -> str:
        return f"Duration({str(self)!r})"


class Secret:
    """A value that is shown nowhere: a reference to where it is found, or (`literal`) itself.

    `reference` is `env:NAME` or `file:/path`, and None of a literal.
    """

    __slots__ = ("_literal", "reference")

    def __init__(self, reference: str | None, literal: str | None = None) -> None:
        self.reference = reference
        self._literal = literal

    def resolve(self, environment: Mapping[str, str] = os.environ) -> str:
        """The secret itself: of a variable, of a file (without its last line end), or the literal.

        Raises:
            InvalidConfig: KS0451, the variable or file is not there or cannot be read.
        """
        if self.reference is None:
            return self._literal or ""
        kind, _, where = self.reference.partition(":")
        return self._of_variable(where, environment) if kind == "env" else self._of_file(where)

    def _of_variable(self, name: str, environment: Mapping[str, str]) -> str:
        if name not in environment:
            raise self._unresolved("this process has no such variable")
        return environment[name]

    def _of_file(self, path: str) -> str:
        try:
            text = read_source(path, SECRET_LIMIT).data.decode()
        except UnreadableFile as error:
            raise self._unresolved(error.diagnostics[0].message) from None
        return text.removesuffix("\n").removesuffix("\r")

    def _unresolved(self, why: str) -> InvalidConfig:
        return InvalidConfig([Diagnostic.make("KS0451", reference=self.reference, why=why)])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return (self.reference, self._literal) == (other.reference, other._literal)

    def __hash__(self) -> int:
        return hash((self.reference, self._literal))

    def __repr__(self) -> str:
        return f"Secret({self.reference!r})" if self.reference else "Secret('<secret>')"

    __str__ = __repr__
