"""Floor 5: the phases of the compiler, in order.

read    text/read.py     file → Source, within bounds
parse   syntax/parse.py  Source → syntax tree
check   check/           syntax trees of a file and all that it uses → Module (IR)
close   ir/canon.py      Module, root type → Bundle: what one schema needs, and its digest
compile kestrel._core    Bundle → layouts, programs, patterns
decode  data/            config or file → Document → Snapshot
"""

from __future__ import annotations

from pathlib import Path

from kestrel.data.module import Module


def load(path: str | Path) -> Module:
    """Read, parse and check a `.ks` file; its schemas are compiled when they are asked for.

    Raises:
        kestrel.InvalidSource: it does not compile; `.diagnostics` has all that was found.
        kestrel.UnreadableFile: it cannot be read.
    """
    return Module.load(path)
