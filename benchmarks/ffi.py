"""Calls of C from Python: Kestrel's, and pybind11, nanobind, cffi (API mode) and ctypes beside it.

Each peer wraps the same two functions of C, compiled with the same flags: `add` of two ints, and
zlib's `crc32` over a buffer. A loop inside one function calls them, so that its own cost is part of
all alike.
"""

from __future__ import annotations

import ctypes
import importlib.util
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

from benchmarks.measure import Result, interleaved
from tests.ffi.building import build, load

FLAGS = ("-O2", "-fPIC", "-shared", "-fvisibility=hidden", "-DNDEBUG")
SUFFIX = str(sysconfig.get_config_var("EXT_SUFFIX"))
CALLS = 20_000

HEADER = """
#pragma once
static inline int add(int a, int b) { return a + b; }
"""
KESTREL = """
extern "C" from "z" include "bench.h" {
  @hot safe fn add(a: i32, b: i32) -> i32 effect {}
}
extern "C" from "z" include <zlib.h> {
  @hot safe fn crc32(crc: u64, buf: Buffer<u8>, len: u32 = len(buf)) -> u64 effect {}
}
pub fn noted(a: i32) -> i32 effect {audit} {
  audit.log("noted", { a })
  a
}
"""
PYBIND = """
#include <pybind11/pybind11.h>
#include <zlib.h>
#include "bench.h"
namespace py = pybind11;
PYBIND11_MODULE(by_pybind, m) {
  m.def("add", &add);
  m.def("crc32", [](unsigned long crc, py::buffer buffer) {
    const py::buffer_info info = buffer.request();
    return crc32(crc, static_cast<const Bytef*>(info.ptr), static_cast<uInt>(info.size));
  });
}
"""
NANOBIND = """
#include <nanobind/nanobind.h>
#include <zlib.h>
#include "bench.h"
namespace nb = nanobind;
NB_MODULE(by_nanobind, m) {
  m.def("add", &add);
  m.def("crc32", [](unsigned long crc, nb::bytes data) {
    return crc32(crc, reinterpret_cast<const Bytef*>(data.c_str()), static_cast<uInt>(data.size()));
  });
}
"""
BY_HAND = """
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <zlib.h>
#include "bench.h"
static PyObject *crc(PyObject *self, PyObject *const *args, Py_ssize_t n) {
  (void)self;
  if (n != 2) return NULL;
  unsigned long start = PyLong_AsUnsignedLong(args[0]);
  if (start == (unsigned long)-1 && PyErr_Occurred()) return NULL;
  Py_buffer view;
  if (PyObject_GetBuffer(args[1], &view, PyBUF_SIMPLE) != 0) return NULL;
  unsigned long made = crc32(start, (const Bytef *)view.buf, (uInt)view.len);
  PyBuffer_Release(&view);
  return PyLong_FromUnsignedLong(made);
}
static PyMethodDef methods[] = {
    {"crc32", (PyCFunction)(void (*)(void))crc, METH_FASTCALL, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "by_hand", NULL, -1, methods,
                                    NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_by_hand(void) { return PyModule_Create(&module); }
"""
CTYPES = """
#include "bench.h"
__attribute__((visibility("default"))) int exported_add(int a, int b) { return add(a, b); }
"""


def ffi() -> Iterator[Result]:
    """`add` against nanobind is what `@hot` is for; `crc32` against C by hand."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bench.h").write_text(HEADER)
        ours = _kestrel(folder)
        yield from _add(folder, ours)
        yield from _crc(folder, ours)
        yield from _noted(ours)


def _add(folder: Path, ours: ModuleType) -> Iterator[Result]:
    peers = {
        "nanobind": _nanobind(folder).add,
        "pybind11": _pybind(folder).add,
        "cffi, API mode": _cffi(folder).add,
        "ctypes": _ctypes(folder),
    }
    own, *times = interleaved(*(_adding(f) for f in (ours.add, *peers.values())))
    for peer, time in zip(peers, times, strict=True):
        reach = 0.85 if peer == "nanobind" else None
        yield Result("a call of add(3, 4)", own / CALLS, peer, time / CALLS, reach, "at most")


def _adding(function: Callable[[int, int], int]) -> Callable[[], None]:
    def run() -> None:
        call = function
        for _ in range(CALLS):
            call(3, 4)

    return run


def _crc(folder: Path, ours: ModuleType) -> Iterator[Result]:
    data = bytes(range(256)) * 16
    peers = {
        "C by hand": _by_hand(folder).crc32,
        "nanobind": _nanobind(folder).crc32,
        "pybind11": _pybind(folder).crc32,
    }

    def checking(function: Callable[[int, bytes], int]) -> Callable[[], None]:
        def run() -> None:
            call = function
            for _ in range(CALLS // 10):
                call(0, data)

        return run

    own, *times = interleaved(*(checking(f) for f in (ours.crc32, *peers.values())))
    for peer, time in zip(peers, times, strict=True):
        reach = 1.05 if peer == "C by hand" else None
        count = CALLS // 10
        yield Result("crc32 of 4 KiB", own / count, peer, time / count, reach, "at most")


def _noted(ours: ModuleType) -> Iterator[Result]:
    kept: list[tuple[str, dict[str, object]]] = []
    ours.set_audit_sink(lambda event, fields: kept.append((event, fields)))

    def run() -> None:
        kept.clear()
        for _ in range(CALLS // 10):
            ours.noted(1)

    (time,) = interleaved(run)
    yield Result("an audited call", time / (CALLS // 10), "a microsecond", 1e-6, 1.0, "at most")


# ---------------------------------------------------------------- the modules


def _kestrel(folder: Path) -> ModuleType:
    (folder / "ours.ks").write_text(KESTREL)
    ran = build(folder / "ours.ks", folder / "ours")
    assert ran.code == 0, ran.err
    return load(folder / "ours", "ours")


def _compiled(folder: Path, name: str, text: str, *flags: str, language: str = "c++") -> ModuleType:
    path = folder / f"{name}{SUFFIX}"
    if not path.exists():
        suffix = ".cpp" if language == "c++" else ".c"
        (folder / f"{name}{suffix}").write_text(text)
        standard = ["-std=c++20"] if language == "c++" else ["-std=c11"]
        include = f"-I{sysconfig.get_path('include')}"
        subprocess.run(
            ["c++" if language == "c++" else "cc", *standard, *FLAGS, include, f"-I{folder}",
             str(folder / f"{name}{suffix}"), *flags, "-o", str(path), "-lz"],
            check=True,
        )  # fmt: skip
    return _imported(name, path)


def _imported(name: str, path: Path) -> ModuleType:
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _pybind(folder: Path) -> ModuleType:
    import pybind11

    return _compiled(folder, "by_pybind", PYBIND, f"-I{pybind11.get_include()}")


def _nanobind(folder: Path) -> ModuleType:
    import nanobind

    root = Path(nanobind.source_dir()).parent
    flags = [f"-I{root / 'include'}", f"-I{root / 'ext' / 'robin_map' / 'include'}"]
    source = str(root / "src" / "nb_combined.cpp")
    return _compiled(folder, "by_nanobind", NANOBIND, *flags, "-fno-strict-aliasing", source)


def _by_hand(folder: Path) -> ModuleType:
    return _compiled(folder, "by_hand", BY_HAND, language="c")


def _cffi(folder: Path) -> ModuleType:
    from cffi import FFI

    maker = FFI()
    maker.cdef("int add(int a, int b);")
    maker.set_source("by_cffi", '#include "bench.h"', include_dirs=[str(folder)])
    path = maker.compile(tmpdir=str(folder))
    module: ModuleType = _imported("by_cffi", Path(path))
    return module.lib  # type: ignore[no-any-return]


def _ctypes(folder: Path) -> Callable[[int, int], int]:
    (folder / "exported.c").write_text(CTYPES)
    path = folder / "exported.so"
    subprocess.run(
        ["cc", *FLAGS, f"-I{folder}", str(folder / "exported.c"), "-o", str(path)], check=True
    )
    function = ctypes.CDLL(str(path)).exported_add
    function.argtypes = [ctypes.c_int, ctypes.c_int]
    function.restype = ctypes.c_int
    found: Callable[[int, int], int] = function
    return found
