"""A durable reload in one process, 10,000 leaves, beside one fsync of the same disk."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import kestrel
from benchmarks import work
from benchmarks.measure import Result, interleaved


def reload() -> Iterator[Result]:
    old = work.document(10_000)
    new = work.changed(old, 100)
    schema = work.schema()
    a, b = schema.decode(work.as_json(old)), schema.decode(work.as_json(new))
    plans = cycle((kestrel.plan(a, b), kestrel.plan(b, a)))
    with (
        tempfile.TemporaryDirectory(dir=Path.home()) as folder,
        kestrel.Runtime.open(Path(folder) / "a.state", schema=schema, initial=a) as runtime,
    ):
        handle = os.open(Path(folder) / "file", os.O_WRONLY | os.O_CREAT)
        ours, one = interleaved(
            lambda: runtime.reload(next(plans), again=True), lambda: _fsync(handle)
        )
        os.close(handle)
    yield Result("reload in process, durable, 10,000 leaves", ours, "one fsync", one, 3, "at most")


def _fsync(handle: int) -> None:
    os.write(handle, b"x" * 4096)
    os.fsync(handle)
