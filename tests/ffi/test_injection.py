"""SQLite fails at each call in turn: nothing leaks, nothing is used after it is gone, and what was
deferred runs in reverse order. Under AddressSanitizer, and under valgrind where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.commands import kestrel_gen
from tests.ffi.building import EXAMPLES, needs_compiler, needs_header

HERE = Path(__file__).parent
pytestmark = [needs_compiler, needs_header("sqlite3.h")]


def compiled(folder: Path, *flags: str) -> Path:
    ran = kestrel_gen("ffi", EXAMPLES / "sqlite" / "kv.ks", "--out", folder)
    assert ran.code == 0, ran.err
    compiler = next(c for c in ("c++", "g++", "clang++") if shutil.which(c))
    command = [compiler, "-std=c++20", "-g", "-O1", *flags, f"-I{folder}", f"-I{HERE}"]
    command += [f"-I{EXAMPLES / 'sqlite'}", str(HERE / "inject.cpp"), "-o", str(folder / "inject")]
    done = subprocess.run([*command, "-lsqlite3"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "inject"


def test_no_call_that_fails_leaks(tmp_path: Path) -> None:
    program = compiled(tmp_path, "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
    ran = subprocess.run([program], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "before its statements" not in ran.stdout
    first = ran.stdout.splitlines()[0]
    assert first.startswith("5 steps, ")
    assert first.count("open") == first.count("close") == 1
    assert first.count("prepare") == first.count("finalize") == 5


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind is not installed")
def test_valgrind_finds_nothing(tmp_path: Path) -> None:
    program = compiled(tmp_path)
    ran = subprocess.run(
        ["valgrind", "--leak-check=full", "--errors-for-leak-kinds=all", "--error-exitcode=9",
         "-q", program],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
