"""Whole processes: register maps to headers, beside PeakRDL's exporter of C headers."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Result

REGISTERS, FIELDS = 5_000, 8
ACCESS = ("rw", "r", "rw", "rw")
FIRST, SECOND = 1.5, 0.3
"""Seconds for STM32F407.svd to C++, and for a second run that has nothing to do."""


def registers() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield _against_peakrdl(folder)
        file = Path(os.environ.get("KESTREL_TEST_DATA", "../shared/data")) / "svd/STM32F407.svd"
        if file.is_file():
            yield from _vendor(file, folder)


def _against_peakrdl(folder: Path) -> Result:
    (folder / "big.kreg").write_text(kreg())
    (folder / "big.rdl").write_text(rdl())
    words = ("regs", str(folder / "big.kreg"), "--lang", "c", "--out")
    ours = min(_gen(*words, str(folder / f"out{i}")) for i in range(3))
    peer = _run("peakrdl", "c-header", str(folder / "big.rdl"), "-o", str(folder / "big.h"))
    return Result("5,000 registers of 8 fields to a C header", ours, "PeakRDL c-header", peer, 50)


def _vendor(file: Path, folder: Path) -> Iterator[Result]:
    words = ("regs", str(file), "--lang", "cpp", "--out")
    first = min(_gen(*words, str(folder / f"cpp{i}")) for i in range(3))
    yield Result("STM32F407.svd to C++", first, "1.5 s", FIRST, 1, "at most")
    second = min(_gen(*words, str(folder / "cpp0")) for _ in range(3))
    yield Result("the same again, nothing changed", second, "0.3 s", SECOND, 1, "at most")


def kreg() -> str:
    return "regmap Big {\n" + "".join(_register(i) for i in range(REGISTERS)) + "}\n"


def _register(i: int) -> str:
    fields = "".join(f"    F{j} [{4 * j + 3}:{4 * j}] {ACCESS[j % 4]} = 0\n" for j in range(FIELDS))
    return f"  register R{i} @ 0x{4 * i:X} {{\n{fields}  }}\n"


def rdl() -> str:
    fields = " ".join(
        f"field {{ sw={ACCESS[j % 4]}; }} F{j}[{4 * j + 3}:{4 * j}] = 0;" for j in range(FIELDS)
    )
    found = (f"  reg {{ {fields} }} R{i} @ 0x{4 * i:X};\n" for i in range(REGISTERS))
    return "addrmap big {\n" + "".join(found) + "};\n"


def _gen(*words: str) -> float:
    return _run(sys.executable, "-m", "kestrel.cli.gen", *words)


def _run(*words: str) -> float:
    began = time.perf_counter()
    subprocess.run(words, check=True, capture_output=True)
    return time.perf_counter() - began
