"""How fields and variants are spelt in documents, and so in the paths of changes."""

from __future__ import annotations

import re
from collections.abc import Callable

from kestrel.ir.decls import Field, Record, Sum, Variant

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^A-Z_]+")


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]


def _camel(name: str) -> str:
    pascal = _pascal(name)
    return pascal[:1].lower() + pascal[1:]


def _pascal(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in _words(name))


CASES: dict[str, Callable[[str], str]] = {
    "": lambda name: name,
    "snake": lambda name: "_".join(_words(name)),
    "kebab": lambda name: "-".join(_words(name)),
    "upper": lambda name: "_".join(_words(name)).upper(),
    "camel": _camel,
    "pascal": _pascal,
}
"""`@case`: from a name in the schema to the name in data."""


def data_name(of: Field | Variant, owner: Record | Sum) -> str:
    """The name in data: `@as`, else the owner's `@case`."""
    return of.data_name or CASES[owner.case](of.name)
