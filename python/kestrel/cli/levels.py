"""How grave the user says that findings about register maps are: `KR0105=error`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, get_args

from kestrel.text.codes import CODES, Severity
from kestrel.text.diagnostic import Diagnostic, KestrelError

if TYPE_CHECKING:
    from kestrel.check.registers.lint import Level

LEVELS: tuple[Level, ...] = (*get_args(Severity), "off")


def parse_levels(given: Iterable[str]) -> Mapping[str, Level]:
    """Raises KestrelError (KS0901) for what is no code of register maps, or no level."""
    return dict(map(_parsed, given))


def _parsed(text: str) -> tuple[str, Level]:
    code, _, level = text.partition("=")
    code = code.upper()
    if code not in CODES or CODES[code].domain != "regmap":
        raise _wrong(f"`{code}` is no code of register maps")
    found = next((each for each in LEVELS if each == level), None)
    if found is None:
        raise _wrong(f"`{level}` is no level: one of {', '.join(LEVELS)}")
    return code, found


def _wrong(why: str) -> KestrelError:
    return KestrelError([Diagnostic.make("KS0901", why=why)])
