"""Finding what changed between two configs of 10,000 leaves, 1% of them changed."""

from __future__ import annotations

from collections.abc import Iterator

import deepdiff
import jsonpatch

import kestrel
from benchmarks import work
from benchmarks.measure import Result, seconds
from benchmarks.peers import dict_walk


def diff() -> Iterator[Result]:
    old = work.document(10_000)
    new = work.changed(old, 100)
    schema = work.schema()
    a, b = schema.decode(work.as_json(old)), schema.decode(work.as_json(new))
    shared = kestrel.apply_diff(a, kestrel.compare(a, b))
    assert len(kestrel.compare(a, b)) == len(dict_walk(old, new)) == 100

    patch = seconds(lambda: jsonpatch.make_patch(old, new))
    walk = seconds(lambda: dict_walk(old, new))
    lazy = seconds(lambda: kestrel.compare(a, b))
    yield Result("diff, 10,000 leaves, lazy", lazy, "jsonpatch", patch, 1500)
    yield Result("diff, 10,000 leaves, lazy", lazy, "dict walk", walk, 25)
    deep = seconds(lambda: deepdiff.DeepDiff(old, new))
    yield Result("diff, 10,000 leaves, lazy", lazy, "deepdiff", deep)
    listed = seconds(lambda: list(kestrel.compare(a, b)))
    yield Result("diff, 10,000 leaves, as dicts", listed, "jsonpatch", patch, 300)
    sharing = seconds(lambda: kestrel.compare(a, shared))
    yield Result("diff, generations that share", sharing, "jsonpatch", patch, 3000)
