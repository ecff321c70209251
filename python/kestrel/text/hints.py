"""The nearest name: what somebody who wrote a name that does not exist may have meant."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate with the fewest edits to `name`, if those are few for its length."""
    best, least = None, _bound(name) + 1
    for candidate in sorted(set(candidates) - {name}):
        edits = _edits(name.lower(), candidate.lower(), least)
        if edits < least:
            best, least = candidate, edits
    return best


def did_you_mean(name: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """The help line that names the nearest candidate; empty if none is near."""
    found = nearest(name, candidates)
    return (f"did you mean `{found}`?",) if found else ()


def _bound(name: str) -> int:
    return max(1, len(name) // 3)


def _edits(a: str, b: str, bound: int) -> int:
    """Optimal string alignment distance; any number from `bound` up means "too many"."""
    if abs(len(a) - len(b)) >= bound or len(set(a) - set(b)) >= bound:
        return bound  # an edit mends one letter, or the length by one
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, last, row = row, before, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) >= bound:
            return bound
    return row[-1]
