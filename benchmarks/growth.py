"""How the cost of 100 changes grows with the config they are made to, on a schema without rules."""

from __future__ import annotations

from collections.abc import Iterator

import kestrel
from benchmarks import work
from benchmarks.measure import Result, seconds

SMALL, LARGE = 1_000, 1_000_000
CHANGES = 100


def growth() -> Iterator[Result]:
    for clustered, reach in ((True, 1.5), (False, 40.0)):
        small, large = _costs(SMALL, clustered), _costs(LARGE, clustered)
        kind = "clustered" if clustered else "scattered"
        for index, what in enumerate(("apply", "shared diff")):
            name = f"{what}, {CHANGES} {kind} changes, 1,000,000 leaves"
            yield Result(name, large[index], "1,000 leaves", small[index], reach, "at most")


def _costs(leaves: int, clustered: bool) -> tuple[float, float]:
    old = work.document(leaves)
    new = work.changed(old, CHANGES, clustered)
    schema = work.schema()
    a, b = schema.decode(work.as_json(old)), schema.decode(work.as_json(new))
    changes = kestrel.compare(a, b)
    shared = kestrel.apply_diff(a, changes)
    applied = seconds(lambda: kestrel.apply_diff(a, changes))
    return applied, seconds(lambda: kestrel.compare(a, shared))
