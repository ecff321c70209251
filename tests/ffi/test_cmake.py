"""A project's own build: CMake finds Kestrel, generates, builds, and does no more than it must."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import kestrel
from tests.ffi.building import EXAMPLES, ROOT, needs_compiler, needs_header

pytestmark = needs_compiler
INSTALLED = Path(kestrel.__file__).parent / "cmake"
PACKAGE = INSTALLED if INSTALLED.is_dir() else ROOT / "cpp" / "cmake"


def run(*words: object, cwd: Path) -> str:
    done = subprocess.run(
        list(map(str, words)), cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def cmake_program() -> str:
    here = Path(sys.executable).parent / "cmake"
    return str(here) if here.exists() else "cmake"


@pytest.fixture
def generator(tmp_path: Path) -> Path:
    """kestrel-gen, whether or not it is installed."""
    path = tmp_path / "kestrel-gen"
    paths = ":".join(str(Path(p).resolve()) for p in sys.path if p)
    path.write_text(
        f'#!/bin/sh\nPYTHONPATH="{paths}" exec "{sys.executable}" -m kestrel.cli.gen "$@"\n'
    )
    path.chmod(0o755)
    return path


def configure(source: Path, build: Path, kind: str, generator: Path) -> None:
    ninja = shutil.which("ninja") or str(Path(sys.executable).parent / "ninja")
    options = [f"-DCMAKE_MAKE_PROGRAM={ninja}"] if kind == "Ninja" else []
    run(
        cmake_program(), "-S", source, "-B", build, "-G", kind, f"-DKestrel_DIR={PACKAGE}",
        f"-DKESTREL_GEN={generator}", f"-DPython_EXECUTABLE={sys.executable}", *options,
        cwd=source,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["Ninja", "Unix Makefiles"])
@needs_header("sqlite3.h")
def test_a_plain_program(kind: str, tmp_path: Path, generator: Path) -> None:
    for name in ("plain", "sqlite"):
        shutil.copytree(EXAMPLES / name, tmp_path / name)
    build = tmp_path / "build"
    configure(tmp_path / "plain", build, kind, generator)
    run(cmake_program(), "--build", build, cwd=tmp_path)
    assert "greeting: hello" in run(build / "plain", cwd=tmp_path)
    objects = {p: p.stat().st_mtime_ns for p in build.rglob("*.o")}
    again = run(cmake_program(), "--build", build, cwd=tmp_path)
    assert "Kestrel:" not in again
    source = tmp_path / "sqlite" / "kv.ks"
    source.write_text("// a remark\n" + source.read_text())
    edited = run(cmake_program(), "--build", build, cwd=tmp_path)
    assert "Kestrel:" in edited
    assert "Building" not in edited
    assert objects == {p: p.stat().st_mtime_ns for p in build.rglob("*.o")}
    assert "Kestrel:" not in run(cmake_program(), "--build", build, cwd=tmp_path)
    source.write_text(source.read_text().replace("kv.put", "kv.put_value"))
    assert "Building" in run(cmake_program(), "--build", build, cwd=tmp_path)


def test_registers(tmp_path: Path, generator: Path) -> None:
    (tmp_path / "board.kreg").write_text(
        "regmap Uart { bus { width 32 }\n register CR @ 0 { EN [0] rw = 0 } }\n"
        "device Board { UART0: Uart @ 0x4000_0000 }\n"
    )
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.20...4.0)\nproject(b LANGUAGES CXX)\n"
        "find_package(Kestrel CONFIG REQUIRED)\n"
        "kestrel_registers(TARGET board SOURCES board.kreg LANGUAGE CXX)\n"
        "add_library(b OBJECT b.cpp)\ntarget_link_libraries(b PRIVATE board)\n"
    )
    (tmp_path / "b.cpp").write_text('#include "board.hpp"\nint used = sizeof board::uart0;\n')
    configure(tmp_path, tmp_path / "build", "Ninja", generator)
    run(cmake_program(), "--build", tmp_path / "build", cwd=tmp_path)
    again = run(cmake_program(), "--build", tmp_path / "build", cwd=tmp_path)
    assert "no work to do" in again


@needs_header("sqlite3.h")
def test_a_wheel_of_ones_own(tmp_path: Path, generator: Path) -> None:
    source = tmp_path / "sqlite"
    shutil.copytree(EXAMPLES / "sqlite", source)
    run(
        sys.executable, "-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "-q",
        "-w", tmp_path / "wheels", "-C", f"cmake.define.Kestrel_DIR={PACKAGE}",
        "-C", f"cmake.define.KESTREL_GEN={generator}", source,
        cwd=tmp_path,
    )  # fmt: skip
    wheel = next((tmp_path / "wheels").glob("kvstore-*.whl"))
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = (
        "import kvstore\nkvstore.set_audit_sink(lambda e, f: None)\n"
        "with kvstore.open(':memory:') as db:\n    kvstore.put(db, 'a', '1')\n"
        "    print(kvstore.get(db, 'a'), kvstore.keys(db))\n"
    )
    assert run(sys.executable, "-c", code, cwd=tmp_path / "site") == "1 ['a']\n"


def test_where_the_package_is(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kestrel", "--cmake-dir"],
        cwd=ROOT / "python" if not INSTALLED.is_dir() else tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert Path(done.stdout.strip()).name == "cmake"
    if INSTALLED.is_dir():
        assert "Kestrel" in entry_points(group="cmake.root").names
