"""A whole process: `kestrel-run lint` of a small file, beside Python doing nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import work
from benchmarks.measure import Result, interleaved

ABOVE = 0.120
"""Seconds above `python -c pass` that are to be kept."""


def startup() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "gateway.ks"
        file.write_text(work.SOURCE.replace("RULE", "where it >= 1024"))

        def lint() -> None:
            _run(folder, "-m", "kestrel.cli.run", "lint", str(file))

        lint()  # writes the bytecode, as an installation does
        ours, nothing = interleaved(lint, lambda: _run(folder, "-c", "pass"), rounds=20)
    what = "kestrel-run lint, small file, above `python -c pass`"
    yield Result(what, ours - nothing, "120 ms", ABOVE, 1, "at most")


def _run(folder: str, *words: str) -> None:
    clean = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(
        [sys.executable, *words],
        env=clean | {"PYTHONPYCACHEPREFIX": folder},
        check=True,
        stdout=subprocess.DEVNULL,
    )
