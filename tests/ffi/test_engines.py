"""The core's own evaluation and the C++ of the same functions: one value, or one failure at one
place, whatever the program and its arguments."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kestrel import _core
from kestrel.backends.ffi.module import Made, Unit, write_module
from kestrel.check import check_source
from kestrel.ir import canon
from kestrel.ir.decls import Module
from kestrel.ir.evaluable import call_bundle, constant
from kestrel.text.render import render_all
from kestrel.text.source import Source
from tests.ffi.building import needs_compiler
from tests.ffi.programs import FLOATS, Program, programs

pytestmark = needs_compiler

PRELUDE = """
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include "p_ffi.hpp"
namespace k = kestrel::ffi;
using namespace kestrel_p;

void put(bool b) { std::printf("%s", b ? "true" : "false"); }
void put(double d) {
  std::uint64_t bits;
  std::memcpy(&bits, &d, 8);
  std::printf("%016" PRIx64, bits);
}
void put(const std::string& s) { for (unsigned char c : s) std::printf("%02x", c); }
template <class T> requires std::is_integral_v<T> void put(T n) {
  std::printf("%s", k::show(n).c_str());
}
template <class T> void put(const std::vector<T>& xs) {
  std::printf("[");
  for (const T& x : xs) put(x), std::printf(" ");
  std::printf("]");
}
template <class T> void put(const std::optional<T>& x) {
  if (x) put(*x); else std::printf("None");
}
template <class T> void tell(const k::Out<T>& out) {
  if (out.failed())
    std::printf("%s %u", k::kFailNames[static_cast<int>(out.fault.code)], out.fault.place);
  else
    std::printf("= "), put(out.value);
  std::printf("\\n");
}
int main() {
"""


def written(value: Any) -> str:
    """A value as the C++ above prints it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        nan = value != value
        return "7ff8000000000000" if nan else struct.pack(">d", value).hex()
    if isinstance(value, str):
        return value.encode().hex()
    if isinstance(value, list):
        return "[" + "".join(f"{written(x)} " for x in value) + "]"
    return str(value)


def cpp(value: Any, type_: str) -> str:
    """An argument as C++ writes it."""
    if type_.startswith("k::Option"):
        inner = type_[len("k::Option<") : -1]
        return f"{type_}{{}}" if value is None else f"{type_}({cpp(value, inner)})"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        bits = struct.unpack(">Q", struct.pack(">d", value))[0]
        return f"std::bit_cast<double>(UINT64_C({bits}))"
    if isinstance(value, str):
        data = value.encode()
        octal = "".join(f"\\{byte:03o}" for byte in data)
        return f'std::string("{octal}", {len(data)})'
    if isinstance(value, list):
        return f"{type_}{{{', '.join(cpp(x, 'std::int32_t') for x in value)}}}"
    if value == -(2**63):
        return f"{type_}{{INT64_MIN}}"
    return f"{type_}{{{f'UINT64_C({value})' if value > 2**63 - 1 else value}}}"


def run_core(module: Module, name: str, args: tuple[Any, ...]) -> str:
    assert module.code is not None
    functions = module.code.functions
    given = [constant(a, p.type) for a, p in zip(args, functions[name].params, strict=True)]
    bundle = call_bundle(module.decls, functions, name, given)
    out = _core.evaluate_function(canon.encode(bundle), "call")
    if isinstance(out, tuple):
        return f"{out[0]} {out[1:]}"
    value = out.to_python()
    result = functions[name].result
    if value is not None and result.__class__.__name__ == "Scalar" and result.name == "f64":  # type: ignore[union-attr]
        value = float(value)
    return f"= {written(value)}"


def run_cpp(
    folder: Path, made: Made, module: Module, cases: list[tuple[str, tuple[Any, ...]]]
) -> list[str]:
    assert module.code is not None
    lines = []
    for name, args in cases:
        params = module.code.functions[name].params
        given = ", ".join(cpp(a, made.types.of(p.type)) for a, p in zip(args, params, strict=True))
        lines.append(f"  tell(f_{name}({given}));\n")
    for file, text in made.files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text)
    (folder / "main.cpp").write_text("#include <bit>\n" + PRELUDE + "".join(lines) + "}\n")
    compiler = next(c for c in ("c++", "g++", "clang++") if shutil.which(c))
    flags = [
        "-std=c++20",
        "-O1",
        "-ffp-contract=off",
        "-Wall",
        "-Wextra",
        "-Wconversion",
        "-Werror",
    ]
    built = subprocess.run(
        [compiler, *flags, f"-I{folder}", str(folder / "main.cpp"), "-o", str(folder / "main")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr[:4000]
    ran = subprocess.run([str(folder / "main")], capture_output=True, text=True, check=True)
    places = [at for _, at in made.places.found]
    return [_located(line, places) for line in ran.stdout.splitlines()]


def _located(line: str, places: list[Any]) -> str:
    code, _, number = line.partition(" ")
    if code == "=":
        return line
    return f"{code} {tuple(places[int(number) - 1])}"


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(programs(), min_size=15, max_size=30))
def test_two_engines_agree(tmp_path_factory: pytest.TempPathFactory, made: list[Program]) -> None:
    source = "\n".join(f"pub fn f{n}{program.text}" for n, program in enumerate(made))
    compare(source, {f"f{n}": p.calls for n, p in enumerate(made)}, tmp_path_factory.mktemp("p"))


def compare(source: str, calls: dict[str, tuple[tuple[Any, ...], ...]], folder: Path) -> None:
    loaded = check_source(Source("p.ks", source.encode()), folder / "p.ks")
    module = loaded.module
    assert module is not None, render_all(loaded.diagnostics) + source
    unit = write_module(Unit("p", "p.ks", module, "0"))
    cases = [(name, args) for name, each in calls.items() for args in each]
    expected = [run_core(module, name, args) for name, args in cases]
    found = run_cpp(folder, unit, module, cases)
    for case, a, b in zip(cases, expected, found, strict=True):
        assert a == b, f"{case}: core {a}, C++ {b}\n{source}"


def test_engines_show_numbers_alike(tmp_path: Path) -> None:
    """Each kind of number in a text: signs of zero, what is not finite, long and short forms."""
    shown = '(x: f64) -> String effect {panic} {\n  let text: String = "<{x}>"\n  text\n}'
    reals = [*FLOATS, -5e-324, 1e21, 1e22, 1e-6, 1e-7, -123456.789, 1.7976931348623157e308]
    compare(f"pub fn f0{shown}", {"f0": tuple((x,) for x in reals)}, tmp_path)
