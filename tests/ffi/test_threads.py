"""The interpreter's lock: calls that wait for others let it go, those of `runtime` keep it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.ffi.building import built, needs_compiler

pytestmark = needs_compiler

SOURCE = """
extern "C" from "c" include "nap.h" {
  fn nap(rounds: i32) -> i32 effect {io}
}
pub fn wait(rounds: i32) -> i32 effect {io, ffi} { unsafe "it only sleeps" { nap(rounds) } }
pub fn hold(rounds: i32) -> i32 effect {io, ffi, runtime} {
  unsafe "it only sleeps" { nap(rounds) }
}
"""
HEADER = """
#pragma once
#include <atomic>
#include <time.h>
/* Sleeps for so many milliseconds; the most threads that ever were in it at once. */
inline std::atomic<int> inside{0}, most{0};
inline int nap(int rounds) {
  const int now = ++inside;
  for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {}
  for (int i = 0; i < rounds; ++i) {
    struct timespec one = {0, 1000000};
    nanosleep(&one, nullptr);
  }
  --inside;
  return most.exchange(0);
}
"""


@pytest.fixture(scope="module")
def naps(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    folder: Path = tmp_path_factory.mktemp("naps")
    (folder / "nap.h").write_text(HEADER)
    (folder / "naps.ks").write_text(SOURCE)
    module = built(folder / "naps.ks", folder / "gen")
    module.set_audit_sink(lambda event, fields: None)
    return module


def together(call: Callable[[int], int]) -> int:
    """How many threads were in the call at once, of two."""
    found: list[int] = []
    start = threading.Barrier(2)

    def run() -> None:
        start.wait()
        found.append(call(300))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return max(found)


def test_two_calls_overlap(naps: ModuleType) -> None:
    assert together(naps.wait) == 2


def test_calls_of_the_runtime_hold_the_lock(naps: ModuleType) -> None:
    assert together(naps.hold) == 1
