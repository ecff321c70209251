"""Effects: what a call may do to the world, what it needs, and what it must see done.

`MAY` are joined upward through calls: a caller has what its callees have. `unsafe` is a
requirement, which a block `unsafe "reason" { … }` meets. `audit` is an obligation: a record is
written on every way out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Tag(NamedTuple):
    """`implies`: what it cannot be without."""

    meaning: str
    implies: tuple[str, ...] = ()


MAY: dict[str, Tag] = {
    "network": Tag("talks to another machine", ("io",)),
    "db": Tag("reads or writes a database", ("io",)),
    "gpu": Tag("uses a graphics processor", ("mut",)),
    "runtime": Tag("depends on the process that it runs in: its threads, its interpreter"),
    "io": Tag("reads or writes outside the process's memory"),
    "mut": Tag("changes what others can see"),
    "panic": Tag("may fail without a value: overflow, division by zero, a missing key"),
    "ffi": Tag("calls C"),
    "config": Tag("reads the configuration"),
}
AUDIT = "audit"
UNSAFE = "unsafe"
DECLARABLE = (*MAY, AUDIT)
"""What an `effect { … }` may name."""


def closure(tags: Iterable[str]) -> frozenset[str]:
    """The tags and all that they imply."""
    found: set[str] = set()
    pending = list(tags)
    while pending:
        tag = pending.pop()
        if tag not in found:
            found.add(tag)
            pending.extend(MAY[tag].implies if tag in MAY else ())
    return frozenset(found)


class Boundary(NamedTuple):
    """What functions of one kind of boundary must have, may have, and must not."""

    name: str
    required: frozenset[str]
    allowed: frozenset[str]
    forbidden: frozenset[str]


def _row(name: str, required: str, allowed: str, forbidden: str) -> Boundary:
    words = (frozenset(each.split()) for each in (required, allowed, forbidden))
    return Boundary(name, *words)


BOUNDARIES: dict[str, Boundary] = {
    "rest": _row("a REST boundary", "network io ffi audit", "runtime panic mut", "db gpu"),
    "database": _row("a database boundary", "db io ffi audit", "network mut runtime panic", "gpu"),
    "gpu": _row("a GPU boundary", "gpu mut ffi runtime", "audit io panic", "network db"),
    "embedded": _row("an embedded boundary", "runtime io mut ffi", "audit", "network db gpu panic"),
}
"""What `@boundary(kind)` holds a function to."""


def ordered(tags: Iterable[str]) -> tuple[str, ...]:
    """In the order in which people read them."""
    have = set(tags)
    return tuple(tag for tag in (*DECLARABLE, UNSAFE) if tag in have)
