"""Modules of functions, generated, built and imported."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import ModuleType

import pytest

from tests.cli.commands import Ran, kestrel_gen

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"

needs_compiler = pytest.mark.skipif(
    not any(map(shutil.which, ("c++", "g++", "clang++"))), reason="there is no C++ compiler"
)


def needs_header(*names: str) -> pytest.MarkDecorator:
    """Skip where a library's headers are not installed."""
    compiler = next((c for c in ("c++", "g++", "clang++") if shutil.which(c)), None)
    missing = [n for n in names if compiler is None or not _has_header(compiler, n)]
    return pytest.mark.skipif(bool(missing), reason=f"no header {', '.join(missing)}")


def _has_header(compiler: str, name: str) -> bool:
    done = subprocess.run(
        [compiler, "-x", "c++", "-fsyntax-only", "-"],
        input=f"#include <{name}>\n",
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0


def build(source: Path, folder: Path, *options: str, **environment: str) -> Ran:
    return kestrel_gen("ffi", source, "--out", folder, "--build", *options, cwd=ROOT, **environment)


def load(folder: Path, name: str) -> ModuleType:
    """Import a built module from its folder, whatever else has its name."""
    for each in (f"_{name}", name):
        suffix = sysconfig.get_config_var("EXT_SUFFIX") if each.startswith("_") else ".py"
        spec = importlib.util.spec_from_file_location(each, folder / f"{each}{suffix}")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[each] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


def built(source: Path, folder: Path, *options: str) -> ModuleType:
    """A module, generated, built and imported."""
    ran = build(source, folder, *options)
    assert ran.code == 0, ran.err
    return load(folder, source.stem)


def stubtest(folder: Path, name: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "MYPYPATH": str(folder), "PYTHONPATH": str(folder)}
    return subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", name],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
