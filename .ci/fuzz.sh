#!/usr/bin/env bash
# Fuzzing: `.ci/fuzz.sh [SECONDS [SEED]]`, so long for each target (75: ten minutes of fuzzing in all,
# two targets at a time). What is tried follows from SEED and the corpus, so that a red run is the
# change's own; to search anew, give more time and another seed (0: by the clock). The corpus comes from
# tests/; a finding is kept in build/fuzz/found and fails the run.
# Needs Clang with libFuzzer, and atheris (extra `fuzz`) in the Python that runs it.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v clang++ >/dev/null || { echo "skipped: there is no clang++ here"; exit 0; }

seconds=${1:-75} seed=${2:-1}
build=build/fuzz
options=(-max_total_time="$seconds" -seed="$seed" -timeout=5 -rss_limit_mb=2048 -print_final_stats=1)
export KESTREL_FUZZ_SCHEMA=$build/seeds/every.ir.json

cmake -S . -B $build -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_CXX_COMPILER=clang++ \
  -DKESTREL_PYTHON=OFF -DKESTREL_FUZZ=ON -DKESTREL_WERROR=ON \
  ${CMAKE_CXX_COMPILER_LAUNCHER:+-DCMAKE_CXX_COMPILER_LAUNCHER=$CMAKE_CXX_COMPILER_LAUNCHER} >/dev/null
cmake --build $build --parallel 2
python -m tests.fuzz.corpus $build/seeds
mkdir -p $build/found

fuzz() { # target, longest input
  local run=(python -m tests.fuzz.harness "$1") seeds=$1
  [ ! -x "$build/$1_fuzz" ] || run=("$build/$1_fuzz")
  [ "$1" != source ] || seeds=parse
  mkdir -p "$build/grown/$1"
  "${run[@]}" "${options[@]}" -max_len="$2" -artifact_prefix="$build/found/$1-" \
    "$build/grown/$1" "$build/seeds/$seeds" >"$build/$1.log" 2>&1 ||
    { tail -40 "$build/$1.log"; return 1; }
  echo "$1: $(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$1.log") inputs, nothing found"
}
lane() { local target; for target in "$@"; do fuzz "${target%:*}" "${target#*:}"; done; }

lane parse:800 json:600 change:800 pattern:120 & first=$!
lane bundle:2000 plan:800 text:800 source:1200 & second=$!
failed=0
wait $first || failed=1
wait $second || failed=1
exit $failed
