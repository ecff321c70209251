"""Arrays that became single things at the same places, or the other way round."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from kestrel.ir.registers import Dim

T = TypeVar("T")


class Unrolled(NamedTuple, Generic[T]):
    """`items` are single, in the order of the array's. `was_array`: the array is the old side."""

    array: T
    items: tuple[T, ...]
    was_array: bool


def unrolled_arrays(
    removed: Sequence[T],
    added: Sequence[T],
    offset: Callable[[T], int],
    alike: Callable[[T, T], bool],
) -> Iterator[Unrolled[T]]:
    for arrays, singles, was_array in ((removed, added, True), (added, removed, False)):
        at = {offset(each): each for each in singles if _dim(each) is None}
        for array in arrays:
            dim = _dim(array)
            if dim is None:
                continue
            places = [offset(array) + i * dim.step for i in range(min(dim.count, len(at) + 1))]
            items = [at.get(place) for place in places]
            found = tuple(each for each in items if each is not None and alike(array, each))
            if len(found) == dim.count:
                yield Unrolled(array, found, was_array)


def _dim(each: Any) -> Dim | None:
    found: Dim | None = getattr(each, "dim", None)
    return found
