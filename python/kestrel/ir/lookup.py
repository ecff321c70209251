"""A register or a field by the name that somebody gives it: all of its path, or the end of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, takewhile

import msgspec

from kestrel.ir.flat import FlatField, Placed, fields, places
from kestrel.ir.registers import Device, Register

MOST_LOOKED_AT = 200_000
"""Registers among which one is looked for that somebody may have meant."""
INDEX = re.compile(r"\[[^\]]*\]$")


class Found(msgspec.Struct, frozen=True):
    """A register, or one field of it."""

    path: str
    address: int
    register: Register
    field: FlatField | None = None

    @property
    def name(self) -> str:
        return self.path if self.field is None else f"{self.path}.{self.field.name}"


def find(device: Device, name: str) -> list[Found]:
    """What is called `name`, in upper or lower case; if there is none, what has a name that ends
    so."""
    wanted = name.lower()
    found = [each for placed in places(device) for each in _called(placed, wanted)]
    return [each for each in found if each.name.lower() == wanted] or found


def field_names(register: Register) -> tuple[str, ...]:
    return tuple(each.name for each in _fields(register))


def _fields(register: Register) -> Iterator[FlatField]:
    """Not those that are outside of it, by a mistake of the map."""
    return (each for each in fields(register) if each.lsb < register.width)


def _called(placed: Placed, wanted: str) -> Iterator[Found]:
    path, address, register = placed
    owner, _, field = wanted.rpartition(".")
    lower = path.lower()
    if _ends(lower, wanted):
        yield Found(path, address, register)
    if owner and _ends(lower, owner):
        inside = (each for each in _fields(register) if each.name.lower() == field)
        yield from (Found(path, address, register, each) for each in inside)


def _ends(path: str, name: str) -> bool:
    return path == name or path.endswith(f".{name}")


# ---------------------------------------------------------------- what is near


def without_index(part: str) -> str:
    return INDEX.sub("", part)


def going_on(device: Device, name: str) -> tuple[int, dict[str, list[str]]]:
    """How many parts of a name lead to something, and what comes after these: the items of each
    array, by its name."""
    wanted = name.split(".")
    best, found = 0, dict[str, dict[str, None]]()
    for path, _, _ in islice(places(device), MOST_LOOKED_AT):
        parts = path.split(".")
        for start in range(len(parts)):
            depth = _depth(parts[start:-1], wanted)
            if depth < best:
                continue
            best, found = depth, found if depth == best else {}
            following = parts[start + depth]
            found.setdefault(without_index(following), {})[following] = None
    return best, {each: list(items) for each, items in found.items()}


def _depth(parts: list[str], wanted: list[str]) -> int:
    pairs = zip(parts, wanted, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0].lower() == pair[1].lower(), pairs))
