"""Code sizes in bytes: each operation by generated accessors, and by C with CMSIS macros."""

from __future__ import annotations

import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import cmsis
from benchmarks.measure import Result
from kestrel import compiler
from kestrel.backends.accessors.c import write_c
from kestrel.backends.accessors.cpp import write_cpp
from tests.registers.accessors.operations import OPERATIONS, Operation

MAP = Path(__file__).parents[1] / "tests" / "registers" / "accessors" / "port.kreg"
CPUS = {"m4": ("cortex-m4", "cortex_m4"), "m0": ("cortex-m0", "cortex_m0")}
LEVELS = ("-Os", "-O2")
FLAGS = {
    "cpp": ("-std=c++20", "-fno-exceptions", "-fno-rtti"),
    "c": ("-std=c11",),
    "cmsis": ("-std=c11",),
}
HEADS = {
    "cpp": '#include "board.hpp"\nusing namespace port;\nusing namespace board;\n'
    "using kestrel::is;\n",
    "c": '#include "board.h"\n#define port0 board_port0\n',
    "cmsis": cmsis.HEAD,
}


def accessors() -> Iterator[Result]:
    """Totals for each core, compiler and level; `REACH` is for the Cortex-M4."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _sources(folder)
        for cpu in CPUS:
            for compiler_ in ("gcc", "clang"):
                for level in LEVELS:
                    yield from _totals(folder, cpu, compiler_, level)


def _totals(folder: Path, cpu: str, compiler_: str, level: str) -> Iterator[Result]:
    sizes = {lang: _sizes(folder, lang, cpu, compiler_, level) for lang in FLAGS}
    theirs = sum(sizes["cmsis"].values())
    for lang in ("cpp", "c"):
        ours = sum(sizes[lang].values())
        what = f"{len(OPERATIONS)} operations, {lang}, {cpu}, {compiler_} {level}: bytes"
        reach = 1.0 if cpu == "m4" else None
        yield Result(what, ours, "CMSIS macros", theirs, reach, "at most")
    worse = {
        each.name: (sizes["cpp"][each.name], sizes["c"][each.name], sizes["cmsis"][each.name])
        for each in OPERATIONS
        if max(sizes["cpp"][each.name], sizes["c"][each.name]) > sizes["cmsis"][each.name]
    }
    for name, (cpp, c, by_hand) in worse.items():
        print(f"    {name}: {cpp} (C++), {c} (C), {by_hand} (CMSIS)")


def _sources(folder: Path) -> None:
    device, _ = compiler.load_registers(MAP)
    for path, text in {**write_c(device, "1"), **write_cpp(device, "1")}.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    for lang, head in HEADS.items():
        suffix = "cpp" if lang == "cpp" else "c"
        text = head + "".join(_function(each, lang) for each in OPERATIONS)
        (folder / f"{lang}_ops.{suffix}").write_text(text)


def _function(each: Operation, lang: str) -> str:
    body = cmsis.OPERATIONS[each.name] if lang == "cmsis" else getattr(each, lang)
    kind = "void" if each.returns is None else "uint32_t"
    prefix = 'extern "C" ' if lang == "cpp" else ""
    head = f"{kind} {each.name}(uint32_t a, uint32_t b)"
    return f"{prefix}{head} {{ (void)a; (void)b; {body} }}\n"


def _sizes(folder: Path, lang: str, cpu: str, compiler_: str, level: str) -> dict[str, int]:
    gcc, zig = CPUS[cpu]
    plus = "++" if lang == "cpp" else ""
    if compiler_ == "gcc":
        command = [f"arm-none-eabi-g{plus}" if plus else "arm-none-eabi-gcc", f"-mcpu={gcc}"]
        command.append("-mthumb")
    else:
        target = ("-target", "thumb-freestanding-none", f"-mcpu={zig}", "-fno-sanitize=all")
        command = [sys.executable, "-m", "ziglang", f"c{plus or 'c'}", *target]
    source = folder / f"{lang}_ops.{'cpp' if plus else 'c'}"
    out = folder / f"{lang}.o"
    sections = ("-ffunction-sections", f"-I{folder}", "-g0")
    subprocess.run(
        [*command, *FLAGS[lang], level, *sections, "-c", str(source), "-o", str(out)], check=True
    )
    return _text_sections(out)


def _text_sections(path: Path) -> dict[str, int]:
    """Sizes of the sections of functions, literal pools and all. TIS ELF 1.2."""
    data = path.read_bytes()
    (shoff,) = struct.unpack_from("<I", data, 32)
    size, count, names = struct.unpack_from("<HHH", data, 46)
    sections = [struct.unpack_from("<10I", data, shoff + i * size) for i in range(count)]
    base = sections[names][4]
    found = {}
    for each in sections:
        end = data.index(b"\0", base + each[0])
        name = data[base + each[0] : end].decode()
        if name.startswith(".text.") and each[5]:
            found[name.removeprefix(".text.")] = each[5]
    return {each.name: found[each.name] for each in OPERATIONS}
