"""Changes of what software may do to bits, and of what that does."""

from __future__ import annotations

from collections.abc import Iterator

from kestrel.ir.access import Access

ONCE = ("rw1", "w1")


def access_rules(old: Access, new: Access) -> Iterator[str]:
    """The rules that a change of access falls under."""
    if old.readable != new.readable:
        yield "R52" if new.readable else "R50"
    if old.writable != new.writable:
        yield "R53" if new.writable else "R51"
    elif new.writable:
        if (old.sw in ONCE) != (new.sw in ONCE):
            yield "R54" if new.sw in ONCE else "R55"
        if old.onwrite != new.onwrite:
            yield "R56"
    if old.readable and new.readable and old.onread != new.onread:
        yield "R57" if old.onread is None else "R58"
    elif new.readable and not old.readable and new.onread is not None:
        yield "R57"
