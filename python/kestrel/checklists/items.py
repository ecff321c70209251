"""One item of a checklist: what should hold, whether it does, and how that is known."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from kestrel.text.diagnostic import KestrelError


class Item(msgspec.Struct, frozen=True):
    """`of` is what was looked at: a state, a file, a place in the network."""

    of: str
    name: str
    holds: bool
    evidence: str


class Unmet(Exception):
    """Raised by what looks at an item that does not hold; its text is the evidence."""


def look(of: object, name: str, action: Callable[[], str]) -> Item:
    """The item that `action` looks at: it gives the evidence, or raises what stands against it."""
    try:
        return Item(str(of), name, True, action())
    except Unmet as unmet:
        return Item(str(of), name, False, str(unmet))
    except KestrelError as error:
        return Item(str(of), name, False, said(error))


def not_tried(of: object, name: str, why: str) -> Item:
    """An item that could not be looked at, which is not to hold."""
    return Item(str(of), name, False, f"not tried: {why}")


def said(error: KestrelError) -> str:
    return "; ".join(f"{d.code}: {d.message}" for d in error.diagnostics)
