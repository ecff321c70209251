"""Names of Kestrel as identifiers of C++ and Python, and texts as literals.

An identifier of C++ has a prefix for what it names, so that it is no keyword, no macro in lower
case and nothing that a header declares; what is not ASCII stands as its code point in hex.
"""

from __future__ import annotations

import keyword
import re

from kestrel.backends.accessors.names import RESERVED

MAX_NAME = 200

_WORD = re.compile(r"[A-Za-z0-9_]")


def plain(text: str) -> str:
    """Letters, digits and single underscores, whatever the name; not unique."""
    made = "".join(c if _WORD.match(c) else f"u{ord(c):x}" for c in text.replace(".", "_"))
    return re.sub("_+", "_", made).strip("_")[:MAX_NAME]


class Identifiers:
    """Identifiers of one scope of C++: one for each name, no two alike."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()

    def of(self, prefix: str, name: str) -> str:
        """The identifier of `name`, the same whenever it is asked for."""
        key = prefix, name
        if key not in self._known:
            self._known[key] = self.fresh(prefix, name)
        return self._known[key]

    def fresh(self, prefix: str, name: str = "") -> str:
        """An identifier that nothing else has."""
        base = f"{prefix}{plain(name)}" if name else prefix
        made, count = base, 2
        while made in self._taken or (not name and made == prefix):
            made = f"{base}_{count}" if name else f"{base}{count - 1}"
            count += 1
        self._taken.add(made)
        return made


def public(text: str) -> str:
    """A function's own name, for programs of C++; keywords and the like get an underscore."""
    made = plain(text) or "unnamed"
    return f"{made}_" if made in RESERVED or made[0].isdigit() else made


def cpp_text(text: str) -> str:
    """A text as the bytes of a literal of C++, whatever is in it."""
    out: list[str] = []
    after_hex = False
    for byte in text.encode("utf-8", "replace"):
        char = chr(byte)
        if char in '"\\?' or not 0x20 <= byte < 0x7F:
            out.append(f"\\{byte:03o}")
            after_hex = False
        else:
            out.append(char)
    assert not after_hex
    return '"' + "".join(out) + '"'


def python_name(text: str) -> str:
    """A name that Python can say; keywords get an underscore, as PEP 8 has it."""
    return f"{text}_" if keyword.iskeyword(text) else text


def comment(text: str) -> str:
    """One line of a comment of C++: no line splice, no trigraph, no control character."""
    shown = "".join(c if c.isprintable() else " " for c in text)
    return shown.replace("??/", "?? /").rstrip("\\ ")
