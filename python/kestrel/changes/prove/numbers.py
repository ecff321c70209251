"""Sets of integers as unions of intervals, and floats in their order as integers."""

from __future__ import annotations

import struct
from collections.abc import Iterable

Interval = tuple[int, int]
"""Both ends included."""

Numbers = tuple[Interval, ...]
"""Disjoint intervals in order, no two of them adjacent."""

LEAST, MOST = -(2**200), 2**200
"""Beyond every number that there is: these ends stand for no end."""

ALL: Numbers = ((LEAST, MOST),)
NONE: Numbers = ()
LENGTHS: Numbers = ((0, MOST),)


def between(lo: int | None, hi: int | None) -> Numbers:
    """From `lo` to `hi`; None is no end."""
    low, high = LEAST if lo is None else lo, MOST if hi is None else hi
    return ((low, high),) if low <= high else NONE


def just(values: Iterable[int]) -> Numbers:
    return _joined([(value, value) for value in values])


def meet(a: Numbers, b: Numbers) -> Numbers:
    """What is in both."""
    found = [(max(x[0], y[0]), min(x[1], y[1])) for x in a for y in b]
    return _joined([interval for interval in found if interval[0] <= interval[1]])


def join(a: Numbers, b: Numbers) -> Numbers:
    """What is in one of them."""
    return _joined([*a, *b])


def rest(a: Numbers) -> Numbers:
    """All that is not in it."""
    found, low = [], LEAST
    for lo, hi in a:
        if low < lo:
            found.append((low, lo - 1))
        low = hi + 1
    if low <= MOST:
        found.append((low, MOST))
    return tuple(found)


def within(inner: Numbers, outer: Numbers) -> bool:
    return not meet(inner, rest(outer))


def moved(a: Numbers, by: int) -> Numbers:
    """Each number `by` higher; ends that are none stay none."""
    return tuple((lo if lo == LEAST else lo + by, hi if hi == MOST else hi + by) for lo, hi in a)


def place(value: float) -> int:
    """The place of a double in the order of all of them; 0.0 and -0.0 have one place."""
    (bits,) = struct.unpack("<q", struct.pack("<d", value + 0.0))
    return int(bits) if bits >= 0 else -(bits & 0x7FFF_FFFF_FFFF_FFFF)


def real(at: int) -> float:
    """The double at a place."""
    (value,) = struct.unpack("<d", struct.pack("<q", abs(at)))
    return float(value) if at >= 0 else -float(value)


def single(value: float) -> float:
    """The nearest value of `f32`, infinite beyond its range."""
    try:
        (found,) = struct.unpack("<f", struct.pack("<f", value))
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
    return float(found)


def _joined(intervals: list[Interval]) -> Numbers:
    found: list[Interval] = []
    for lo, hi in sorted(intervals):
        if found and lo <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(hi, found[-1][1]))
        else:
            found.append((lo, hi))
    return tuple(found)
