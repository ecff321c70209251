"""Applying 100 changes to a config of 10,000 leaves."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import jsonpatch

import kestrel
from benchmarks import work
from benchmarks.measure import Result, seconds


def apply() -> Iterator[Result]:
    old = work.document(10_000)
    new = work.changed(old, 100)
    schema = work.schema()
    a, b = schema.decode(work.as_json(old)), schema.decode(work.as_json(new))
    changes = kestrel.compare(a, b)
    patch = jsonpatch.make_patch(old, new)
    mutable = copy.deepcopy(old)

    ours = seconds(lambda: kestrel.apply_diff(a, changes))
    theirs = seconds(lambda: patch.apply(old))
    in_place = seconds(lambda: patch.apply(mutable, in_place=True))
    yield Result("apply 100 changes to 10,000 leaves", ours, "jsonpatch", theirs, 200)
    yield Result("apply 100 changes to 10,000 leaves", ours, "jsonpatch, in place", in_place)
