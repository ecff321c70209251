"""Running the real commands, as a user does: a process, its output, its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def kestrel_run(*words: object, cwd: Path | None = None, **environment: str) -> Ran:
    """`kestrel-run` with `words`, in `cwd`, in an environment without Kestrel's variables."""
    return _run("kestrel.cli.run", words, cwd, environment)


def kestrel_config(*words: object, cwd: Path | None = None, **environment: str) -> Ran:
    return _run("kestrel.cli.config", words, cwd, environment)


def kestrel_gen(*words: object, cwd: Path | None = None, **environment: str) -> Ran:
    return _run("kestrel.cli.gen", words, cwd, environment)


def _run(
    module: str, words: tuple[object, ...], cwd: Path | None, environment: dict[str, str]
) -> Ran:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("KESTREL_")}
    path = os.pathsep.join(str(Path(p).resolve()) for p in sys.path if p)
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, words)],
        cwd=cwd,
        env={**clean, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
