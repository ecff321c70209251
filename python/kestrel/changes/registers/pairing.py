"""Which thing of the new map is which of the old one: by name, by place, by what it looks like."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, Literal, NamedTuple, Protocol, TypeVar

Relation = Literal["same", "moved", "renamed", "swapped"]


class Named(Protocol):
    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


class Pair(NamedTuple, Generic[T]):
    old: T
    new: T
    relation: Relation


class Pairing(NamedTuple, Generic[T]):
    """`reused`: new things that have the name of an old one, which has another name now."""

    pairs: list[Pair[T]]
    removed: list[T]
    added: list[T]
    reused: list[T]


def pair(
    old: Sequence[T],
    new: Sequence[T],
    place: Callable[[T], Hashable],
    alike: Callable[[T, T], bool],
) -> Pairing[T]:
    """Each thing once. What keeps its name and its place is the same; what keeps its name and loses
    its place to a thing that was not there before has been renamed, and its name reused."""
    olds, news = _by_name(old), _by_name(new)
    at = {place(each): each for each in reversed(new)}
    pairs: list[Pair[T]] = []
    reused: list[T] = []
    taken: set[int] = set()

    def take(one: T, two: T, relation: Relation) -> None:
        pairs.append(Pair(one, two, relation))
        taken.update((id(one), id(two)))

    for one in old:
        two = news.get(one.name)
        if two is not None and place(one) == place(two) and id(two) not in taken:
            take(one, two, "same")
    for one in (each for each in old if id(each) not in taken):
        two, there = news.get(one.name), at.get(place(one))
        if two is None or id(two) in taken:
            continue
        if there is None or id(there) in taken or not alike(one, there):
            take(one, two, "moved")
        elif there.name not in olds:
            take(one, there, "renamed")
            reused.append(two)
        elif place(olds[there.name]) == place(two) and id(olds[there.name]) not in taken:
            take(one, there, "swapped")
            take(olds[there.name], two, "swapped")
        else:
            take(one, two, "moved")
    for one in (each for each in old if id(each) not in taken):
        there = at.get(place(one))
        if there is not None and id(there) not in taken and alike(one, there):
            take(one, there, "renamed")
    removed = [each for each in old if id(each) not in taken]
    added = [each for each in new if id(each) not in taken]
    return Pairing(pairs, removed, added, [each for each in reused if id(each) not in taken])


def _by_name(things: Sequence[T]) -> dict[str, T]:
    return {each.name: each for each in reversed(things)}
