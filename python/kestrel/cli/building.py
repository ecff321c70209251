"""Compiling a generated Python module here and now."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from kestrel.data.ks import KsFile
from kestrel.ir.functions import ForeignFn, Struct
from kestrel.text.diagnostic import Diagnostic, KestrelError
from kestrel.text.source import Span

COMPILERS = ("c++", "g++", "clang++")
MISMATCH = re.compile(
    r"`fn (?P<fn>\w+)\([^`]*` is declared otherwise in (?P<header>[^:]*): (?P<why>[^\"\n]*)"
    r"|struct (?P<struct>\w+) is declared otherwise in (?P<header2>[^:]*): (?P<why2>[^\"\n]*)"
)
FIRST_ERROR = re.compile(r"^.*\berror: .*$", re.MULTILINE)


def build_module(file: KsFile, name: str, folder: Path, *, discard: bool) -> Path:
    """The compiled module, in `folder`.

    Raises:
        KestrelError: KS0942 there is no compiler, KS0943 pybind11 is missing, KS0230 a declaration
            is not what its header says, KS0944 it does not compile.
    """
    target = folder / f"_{name}{sysconfig.get_config_var('EXT_SUFFIX')}"
    command = [*_compiler(), *_flags(file, folder, discard), str(folder / f"{name}_ffi.cpp")]
    command += ["-o", str(target), *_libraries(file)]
    print(f"compiling {name}_ffi.cpp ...", file=sys.stderr)
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise KestrelError(list(_diagnose(file, name, ran.stderr)))
    return target


def _compiler() -> list[str]:
    given = os.environ.get("CXX", "").split()
    if given:
        return given
    for each in COMPILERS:
        if found := shutil.which(each):
            return [found]
    raise KestrelError([Diagnostic.make("KS0942", names=", ".join(COMPILERS))])


def _flags(file: KsFile, folder: Path, discard: bool) -> Iterator[str]:
    try:
        import pybind11
    except ImportError:
        raise KestrelError([Diagnostic.make("KS0943")]) from None
    yield from ("-std=c++20", "-O2", "-fPIC", "-shared", "-fvisibility=hidden")
    if sys.platform == "darwin":
        yield from ("-undefined", "dynamic_lookup")
    yield f"-I{folder}"
    for each in dict.fromkeys(str(Path(source).parent) for source in file.module.sources):
        yield f"-I{each}"
    yield from ("-isystem", pybind11.get_include(), "-isystem", sysconfig.get_path("include"))
    if discard:
        yield "-DKESTREL_AUDIT_DISCARD"


def _libraries(file: KsFile) -> list[str]:
    code = file.module.code
    assert code is not None
    return [f"-l{each}" for each in dict.fromkeys(library.name for library in code.libraries)]


# ---------------------------------------------------------------- what the compiler says


def _diagnose(file: KsFile, name: str, said: str) -> Iterator[Diagnostic]:
    """A declaration that is not as its header has it is shown where it is written."""
    found: dict[tuple[str, str], Diagnostic] = {}
    for match in MISMATCH.finditer(said):
        what = match["fn"] or match["struct"]
        header, why = match["header"] or match["header2"], match["why"] or match["why2"]
        found.setdefault(
            (what, why),
            Diagnostic.make("KS0230", _span(file, what), name=what, header=header, why=why),
        )
    if found:
        yield from found.values()
        return
    first = FIRST_ERROR.search(said)
    notes = said.strip().splitlines()[:12]
    why = first[0].partition("error: ")[2] if first is not None else "it says why below"
    yield Diagnostic.make("KS0944", file=file.path, name=f"{name}_ffi.cpp", why=why, notes=notes)


def _span(file: KsFile, what: str) -> Span | None:
    code = file.module.code
    assert code is not None
    for fn in code.foreign.values():
        mine = isinstance(fn, ForeignFn) and fn.symbol == what
        mine = mine or (isinstance(fn, Struct) and fn.name.rpartition(".")[2] == what)
        if mine and fn.at is not None:
            return Span(file.sources[fn.at[0]], fn.at[1], fn.at[2])
    return None
