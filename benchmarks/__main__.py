"""Run the benchmarks that are named, or all; print a table, and write JSON if asked."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.measure import Result

BENCHMARKS = {
    "diff": "benchmarks.diff:diff",
    "apply": "benchmarks.apply:apply",
    "growth": "benchmarks.growth:growth",
    "decode": "benchmarks.decode:decode",
    "yaml": "benchmarks.decode:decode_yaml",
    "attribute": "benchmarks.attribute:attribute",
    "parse": "benchmarks.parse:parse",
    "reload": "benchmarks.reload:reload",
    "startup": "benchmarks.startup:startup",
    "registers": "benchmarks.registers:registers",
    "accessors": "benchmarks.accessors:accessors",
    "changes": "benchmarks.changes:changes",
    "ffi": "benchmarks.ffi:ffi",
}
PEERS = (
    *("jsonpatch", "deepdiff", "msgspec", "pydantic", "pyyaml", "lark", "apsw"),
    *("peakrdl-cheader", "systemrdl-compiler", "pybind11", "nanobind", "cffi"),
)


def main() -> None:
    given = _arguments()
    machine = _machine()
    print("".join(f"{name}: {value}\n" for name, value in machine.items()), flush=True)
    results = []
    print(f"{'what':55} {'kestrel':>10} {'against':>22} {'':>10} {'ratio':>9}  reach")
    for name in given.names or BENCHMARKS:
        for result in _load(BENCHMARKS[name])():
            results.append(result)
            print(_line(result), flush=True)
    if given.json:
        found = {"machine": machine, "results": [result.to_dict() for result in results]}
        Path(given.json).write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    missed = sum(result.reached is False for result in results)
    print(f"\n{missed} of {len(results)} rows miss what they should reach")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[*BENCHMARKS, []])
    parser.add_argument("--json", metavar="FILE", help="write the results there as well")
    return parser.parse_args()


def _load(target: str) -> Callable[[], Iterator[Result]]:
    module, function = target.split(":")
    loaded: Callable[[], Iterator[Result]] = getattr(import_module(module), function)
    return loaded


def _line(result: Result) -> str:
    reach = "" if result.reach is None else f"{_sign(result)} {result.reach:g}"
    mark = {True: "reached", False: "MISSED", None: ""}[result.reached]
    return (
        f"{result.what:55} {_time(result.ours):>10} {result.against:>22} {_time(result.peer):>10}"
        f" {result.ratio:>8.2f}x  {reach} {mark}"
    )


def _sign(result: Result) -> str:
    return "≥" if result.sense == "faster" else "≤"


def _time(seconds: float) -> str:
    if isinstance(seconds, int):
        return str(seconds)  # a count
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= scale:
            return f"{seconds / scale:.2f} {unit}"
    return f"{seconds / 1e-9:.0f} ns"


def _machine() -> dict[str, Any]:
    found = {
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": sys.version.split()[0],
    }
    return found | {f"version of {name}": _version(name) for name in ("kestrel-toolchain", *PEERS)}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "as in the source tree" if name.startswith("kestrel") else "not installed"


if __name__ == "__main__":
    main()
