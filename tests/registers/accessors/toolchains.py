"""Compilers that a machine has for generated headers."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from kestrel import compiler
from kestrel.backends.accessors.c import write_c
from kestrel.backends.accessors.cpp import write_cpp

STRICT = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror")
LANGUAGES = {"c": ("-std=c11",), "cpp": ("-std=c++20", "-fno-exceptions", "-fno-rtti")}
WRITERS = {"c": write_c, "cpp": write_cpp}
CORTEX_M4 = ("-mcpu=cortex-m4", "-mthumb")


class Toolchain(msgspec.Struct, frozen=True):
    """`c` and `cpp` are the commands; `target` is a Cortex-M4 without anything else."""

    name: str
    c: tuple[str, ...]
    cpp: tuple[str, ...]
    package: str

    def missing(self) -> bool:
        return shutil.which(self.c[0]) is None

    def run(
        self, language: str, source: Path, *more: str, include: Path
    ) -> subprocess.CompletedProcess[str]:
        command = (*getattr(self, language), *LANGUAGES[language], f"-I{include}", *more)
        return subprocess.run([*command, str(source)], capture_output=True, text=True, check=False)


def zig(what: str, *target: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "ziglang", what, *target)


THUMB = ("-target", "thumb-freestanding-none", "-mcpu=cortex_m4")
HOST = Toolchain("host", ("cc",), ("c++",), "a C++ compiler")
ARM = Toolchain(
    "arm",
    ("arm-none-eabi-gcc", *CORTEX_M4),
    ("arm-none-eabi-g++", *CORTEX_M4),
    "gcc-arm-none-eabi",
)
ZIG = Toolchain("zig", zig("cc", *THUMB), zig("c++", *THUMB), "ziglang")
TOOLCHAINS = [
    pytest.param(
        each,
        id=each.name,
        marks=pytest.mark.skipif(each.missing(), reason=f"{each.package} is not installed"),
    )
    for each in (HOST, ARM, ZIG)
]
TARGETS = TOOLCHAINS[1:]


def generate(map_: Path, language: str, folder: Path) -> Path:
    """The headers of a map below `folder`."""
    device, _ = compiler.load_registers(map_)
    for path, text in WRITERS[language](device, "1.0").items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    return folder
