"""Classes of change that software sees, in pairs of SystemRDL files: how many a diff reports.

And how many it calls at least as grave as they are. The peer is PeakRDL-check, in a venv of its own
(it pins another compiler): `PEAKRDL_CHECK` names its command.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure import Result
from kestrel import compiler
from kestrel.changes.registers import compare_maps
from kestrel.changes.registers.rules import RULES, VERDICTS
from tests.registers.diff.test_rdl_pairs import CASES

WORDS = {
    "behavioral": "behavioural",
    "additive": "compatible",
    "uncertain": "compatible",
    "documentation": "none",
    "informational": "none",
}
"""Words of the peer, as ours; it calls `uncertain` what nobody is told to look at."""


def changes() -> Iterator[Result]:
    command = os.environ.get("PEAKRDL_CHECK") or shutil.which("peakrdl-check")
    if not command:
        print("    peakrdl-check is not installed: this row is left out")
        return
    reported = [0, 0]
    grave = [0, 0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for case, (old, new, rule) in CASES.items():
            (folder / "old.rdl").write_text(old)
            (folder / "new.rdl").write_text(new)
            expected = RULES[rule].overall
            found = (_ours(folder), _peer(command, folder))
            for side, verdict in enumerate(found):
                reported[side] += verdict is not None
                grave[side] += verdict is not None and _rank(verdict) >= _rank(expected)
            if found[1] is None or _rank(found[1]) < _rank(expected):
                print(f"    {case}: {expected}; PeakRDL-check: {found[1] or 'nothing'}")
    what = f"of {len(CASES)} classes of change"
    for text, counts in (("reported", reported), ("called as grave as they are", grave)):
        yield Result(f"{what}, {text}", counts[0], "PeakRDL-check", counts[1] or 1, sense="at most")


def _rank(verdict: str) -> int:
    return [*VERDICTS].index(WORDS.get(verdict, verdict))


def _ours(folder: Path) -> str | None:
    one, two = (compiler.load_registers(folder / f"{n}.rdl")[0] for n in ("old", "new"))
    found = compare_maps(one, two)
    return found.overall if found.findings else None


def _peer(command: str, folder: Path) -> str | None:
    words = ("diff", "--base", "old.rdl", "--head", "new.rdl", "--format", "json")
    ran = subprocess.run([command, *words], cwd=folder, capture_output=True, text=True, check=False)
    said = json.loads(ran.stdout)
    found = [v for v in _verdicts(said) if WORDS.get(v, v) in VERDICTS]
    return max(found, key=_rank, default=None)


def _verdicts(said: Any) -> Iterator[str]:
    """Of all changes: the field that has an impact."""
    if isinstance(said, dict):
        for key, value in said.items():
            if key in ("impact", "classification", "severity") and isinstance(value, str):
                yield value.lower()
            yield from _verdicts(value)
    elif isinstance(said, list):
        for each in said:
            yield from _verdicts(each)
