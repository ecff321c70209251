"""Names of others as identifiers of C and C++, all in lower case, and as text in comments."""

from __future__ import annotations

import re
from collections.abc import Iterable

KEYWORDS = """
    alignas alignof and and_eq asm atomic_cancel atomic_commit atomic_noexcept auto bitand
    bitor bool break case catch char char16_t char32_t char8_t class co_await co_return
    co_yield compl concept const const_cast consteval constexpr constinit continue decltype
    default delete do double dynamic_cast else enum explicit export extern false float for
    friend goto if inline int long mutable namespace new noexcept not not_eq nullptr
    operator or or_eq private protected public reflexpr register reinterpret_cast requires
    restrict return short signed sizeof static static_assert static_cast struct switch
    synchronized template this thread_local throw true try typedef typeid typename typeof
    union unsigned using virtual void volatile wchar_t while xor xor_eq
"""
MACROS = """
    linux unix i386 arm mips sparc sun errno assert signals slots emit minor major near far
    interrupt stdin stdout stderr pascal cdecl small huge
"""
"""Lower-case macros of compilers and of headers that firmware is built with."""
HEADERS = """
    kestrel std int8_t int16_t int32_t int64_t intptr_t intmax_t uint8_t uint16_t uint32_t uint64_t
    uintptr_t uintmax_t size_t k_big_endian k_bits k_fill k_forced k_high_first k_keep k_raw
    k_read_effect k_readable k_reset k_stable k_unknown k_value k_word k_words k_writable
    int8 int16 int32 int64 intptr intmax uint8 uint16 uint32 uint64 uintptr uintmax size
"""
"""What generated headers use themselves, and what with `_t` is a type of C."""
RESERVED = frozenset((KEYWORDS + MACROS + HEADERS).split())

OTHER = re.compile(r"[^a-z0-9]+")
CONTROL = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff]+"
)
MAX_NAME = 120


def identifier(text: str) -> str:
    """Letters, digits and single underscores; no keyword. Not unique: see `Names`."""
    made = OTHER.sub("_", text.lower())[:MAX_NAME].strip("_") or "unnamed"
    if made[0].isdigit():
        made = f"n{made}"
    return f"{made}_" if made in RESERVED else made


class Names:
    """The names of one scope, each given once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.taken = set(taken)

    def take(self, text: str, suffix: str = "") -> str:
        """An identifier for `text`; with a number at its end if there is one already."""
        base = identifier(text)
        if suffix:
            base = base.rstrip("_")
        made, count = base + suffix, 2
        while made in self.taken:
            made, count = f"{base.rstrip('_')}_{count}{suffix}", count + 1
        self.taken.add(made)
        return made

    def stem(self, text: str, suffixes: Iterable[str]) -> str:
        """An identifier that `text` begins, such that it is free with each of the suffixes."""
        base = identifier(text).rstrip("_")
        made, count = base, 2
        while any(made + suffix in self.taken for suffix in suffixes):
            made, count = f"{base}_{count}", count + 1
        self.taken.update(made + suffix for suffix in suffixes)
        return made


def comment(text: str) -> str:
    """One line of text that ends no comment and joins no lines (C11 5.1.1.2: `\\`, and `??/`)."""
    made = " ".join(CONTROL.sub(" ", text).split())
    made = made.replace("*/", "* /").replace("/*", "/ *").replace("??", "? ?")
    return f"{made}." if made.endswith("\\") else made
