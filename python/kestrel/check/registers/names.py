"""Names that are one in another language, or are taken."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Iterator

from kestrel.check.registers.view import Found, MapView
from kestrel.ir.exprs import At

C = """
    auto break case char const continue default do double else enum extern float for goto if inline
    int long register restrict return short signed sizeof static struct switch typedef union
    unsigned void volatile while _Alignas _Alignof _Atomic _Bool _Complex _Generic _Noreturn
    _Static_assert _Thread_local
"""
CPP = """
    alignas alignof and and_eq asm bitand bitor bool catch class compl concept const_cast consteval
    constexpr constinit co_await co_return co_yield decltype delete dynamic_cast explicit export
    false friend mutable namespace new noexcept not not_eq nullptr operator or or_eq private
    protected public reinterpret_cast requires static_assert static_cast template this
    thread_local throw true try typeid typename using virtual wchar_t xor xor_eq
"""
RUST = """
    as async await become box crate dyn fn impl in let loop macro match mod move mut override priv
    pub ref Self self super trait type unsafe unsized use where yield
"""
MACROS = """
    B50 B75 B110 B134 B150 B200 B300 B600 B1200 B1800 B2400 B4800 B9600 B19200 B38400 B57600
    B115200 B230400 ECHO PARENB PARODD HUPCL CLOCAL IXON IXOFF NULL EOF BUFSIZ errno stdin stdout
    stderr linux unix TRUE FALSE
"""
TAKEN: dict[str, str] = {
    **dict.fromkeys(MACROS.split(), "a macro of common C headers"),
    **dict.fromkeys(RUST.split(), "a keyword of Rust"),
    **dict.fromkeys(keyword.kwlist, "a keyword of Python"),
    **dict.fromkeys(CPP.split(), "a keyword of C++"),
    **dict.fromkeys(C.split(), "a keyword of C"),
}
"""By word what it is: where it is several, the one that most code would meet."""

Named = tuple[str, At | None, str]
"""A name, where it is said, and the path."""


def names(view: MapView) -> Iterator[Found]:
    for path, items in view.levels:
        yield from _scope((each.name, each.at, f"{path}.{each.name}") for each in items)
        retired = set(view.map.retired)
        for each in items:
            if each.name in retired:
                yield Found("KR0303", each.at, f"{path}.{each.name}", {"name": each.name})
    for placed in view.registers:
        yield from _scope((f.name, f.at, f"{placed.path}.{f.name}") for f in placed.of.fields)
        for field in placed.of.fields:
            if field.name in placed.of.retired:
                yield placed.field("KR0303", field)
            for enum in field.enums:
                here = f"{placed.path}.{field.name}"
                yield from _taken((v.name, v.at or enum.at or field.at, here) for v in enum.values)


def _scope(given: Iterable[Named]) -> Iterator[Found]:
    """Names that are the same, or differ in their case alone, which generated code does not."""
    things = list(given)
    seen: dict[str, str] = {}
    for name, at, path in things:
        if name.lower() not in seen:
            seen[name.lower()] = name
        elif seen[name.lower()] == name:
            yield Found("KR0304", at, path, {"name": name})
        else:
            yield Found("KR0301", at, path, {"name": name, "other": seen[name.lower()]})
    yield from _taken(things)


def _taken(given: Iterable[Named]) -> Iterator[Found]:
    for name, at, path in given:
        what = TAKEN.get(name)
        if what is None and (name.startswith("__") or (name[:1] == "_" and name[1:2].isupper())):
            what = "reserved in C and C++"
        if what is not None:
            yield Found("KR0302", at, path, {"name": name, "what": what})
