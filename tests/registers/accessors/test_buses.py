"""Generated accessors over buses of a program, run on the host."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.registers.accessors.toolchains import HOST, STRICT, generate

MAP = Path(__file__).parent / "port.kreg"
PROGRAM = """
#include "port.hpp"
#include <cstdio>
#include <map>

struct words {  // a bus that cannot fail
  std::map<uintptr_t, uint64_t> at;
  template <class T> T load(uintptr_t address) { return static_cast<T>(at[address]); }
  template <class T> void store(uintptr_t address, T value) { at[address] = value; }
};

struct probe {  // one whose third access fails
  words inner;
  int left = 2;
  template <class T> int load(uintptr_t address, T& value) {
    if (left-- == 0) return 7;
    value = inner.load<T>(address);
    return 0;
  }
  template <class T> int store(uintptr_t address, T value) {
    if (left-- == 0) return 8;
    inner.store(address, value);
    return 0;
  }
};

int main() {
  using namespace port;
  using kestrel::is;
  words plain;
  const block<kestrel::through<words>> p({&plain, 0x100});
  p.cr().modify(is<cr_r::en, 1>);
  p.dma<1>().ctl().write(is<ctl_r::on, 1>);
  p.buf().write(2, 0xBEEF);
  p.set().set(33);
  std::printf("%d %d %d %d\\n", int(plain.at[0x100]), int(plain.at[0x1A4]), int(plain.at[0x204]),
              int(plain.at[0x244]));

  probe failing;
  kestrel::careful<probe, int> careful(failing);
  const block<kestrel::through<kestrel::careful<probe, int>>> q({&careful, 0});
  q.cr().write(is<cr_r::en, 1>);
  q.cr().modify(is<cr_r::mode, 1>);  // its load is the second access, its store the third
  q.res().write(is<res_r::en, 1>);   // not done any more
  const int first = careful.take();
  std::printf("%d %d %d %d\\n", first, careful.take(), int(failing.inner.at[0]),
              int(failing.inner.at.count(0x18)));
}
"""


@pytest.mark.skipif(HOST.missing(), reason="a C++ compiler is not installed")
def test_buses_of_a_program(tmp_path: Path) -> None:
    generate(MAP, "cpp", tmp_path)
    (tmp_path / "buses.cpp").write_text(PROGRAM)
    out = tmp_path / "buses"
    ran = HOST.run("cpp", tmp_path / "buses.cpp", *STRICT, "-o", str(out), include=tmp_path)
    assert ran.returncode == 0, ran.stderr
    made = subprocess.run([str(out)], capture_output=True, text=True, check=True)
    assert made.stdout.splitlines() == ["1 1 48879 2", "8 0 49 0"]
