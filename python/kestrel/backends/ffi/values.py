"""How the value of an expression is at hand in C++."""

from __future__ import annotations

from typing import NamedTuple

from kestrel.ir.ranges import WORD, Interval
from kestrel.ir.types import AnyType


class Val(NamedTuple):
    """An expression of C++ without effects. `steady`: it stays the same whatever is done before it
    is read. `cpp` is its type, where it is a whole number of a width that Kestrel has no name for.
    """

    text: str
    type: AnyType
    steady: bool = True
    cpp: str = ""


W64, W128 = "std::int64_t", "k::Int"


def width(*intervals: Interval) -> str:
    """The type to compute in: 64 bits, where everything is known to fit."""
    return W64 if all(each.within(WORD) for each in intervals) else W128


def integer(value: int, cpp: str = W64) -> str:
    """A whole number as C++ writes it, as a value of type `cpp`."""
    if value == WORD.lo:
        return f"{cpp}{{INT64_MIN}}"
    if WORD.lo < value <= WORD.hi:
        return f"{cpp}{{{value}}}"
    if 0 < value < 2**64:
        return f"{cpp}{{UINT64_C({value})}}"
    return f"static_cast<{cpp}>({_wide(value)})"


def _wide(value: int) -> str:
    bits = value & (2**128 - 1)
    high, low = bits >> 64, bits & (2**64 - 1)
    word = f"(static_cast<k::Word>(UINT64_C({high})) << 64 | UINT64_C({low}))"
    return f"static_cast<k::Int>({word})"
