"""Names for what has none, or none that Kestrel takes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable


class unique:  # noqa: N801
    """Hands out names, each once."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = set(taken)
        self._tried: dict[str, int] = {}

    def take(self, name: str) -> str:
        """`name`, or `name2`, `name3`, …"""
        found = name
        while found in self.taken:
            self._tried[name] = self._tried.get(name, 1) + 1
            found = f"{name}{self._tried[name]}"
        self.taken.add(found)
        return found


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text))


def capital(text: str) -> str:
    """`keep_equal` and `keep-equal` as `KeepEqual`; "" if there is no letter to begin with."""
    joined = "".join(word[0].upper() + word[1:] for word in words(text)).lstrip("0123456789")
    joined = joined[:1].upper() + joined[1:]
    good = joined.isidentifier() and joined[0].isupper()
    return joined if good else f"V{joined}" if f"V{joined}".isidentifier() and joined else ""


def field_word(text: str) -> str:
    """A field's name: the text itself where that is one."""
    if text.isidentifier() and unicodedata.is_normalized("NFKC", text):
        return text
    joined = "_".join(words(text)).lower()
    return joined if joined.isidentifier() else f"field_{joined}" if joined else "field"


def singular(name: str) -> str:
    return name[:-1] if len(name) > 2 and name.endswith("s") and name[-2] != "s" else f"{name}Item"
