#!/usr/bin/env bash
# The core's own tests, with warnings as errors: under ASan + UBSan, and under TSan.
set -euo pipefail
cd "$(dirname "$0")/.."

export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export TSAN_OPTIONS=halt_on_error=1

check() { # name, sanitizers
  local build=build/check-$1
  cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DKESTREL_PYTHON=OFF \
    -DKESTREL_CORE_TESTS=ON -DKESTREL_WERROR=ON -DKESTREL_SANITIZE="$2" \
    ${CMAKE_CXX_COMPILER_LAUNCHER:+-DCMAKE_CXX_COMPILER_LAUNCHER=$CMAKE_CXX_COMPILER_LAUNCHER} >/dev/null
  cmake --build "$build" --parallel 2
  (cd "$build" && ctest --output-on-failure --timeout 300)
}

check memory address,undefined
check threads thread
