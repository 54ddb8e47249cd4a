#!/usr/bin/env bash
# Installs what is missing, builds and runs the tests.
#   tests/run.sh                   Release: kernels and the whole program; address and undefined-behaviour
#                                  sanitizers: everything else; each reader fuzzed for 10 s
#   tests/run.sh --release         everything in Release
#   tests/run.sh --fuzz [SECONDS]  fuzzing alone, each reader for that long (10)
#   tests/run.sh --all             the long forms as well, then thread sanitizer and valgrind
#   tests/run.sh --threads         thread sanitizer alone
#   tests/run.sh --memory          Release, then valgrind alone
set -euo pipefail
cd "$(dirname "$0")/.."

bash runner/install-packages.sh --tests
export CCACHE_DIR=${CCACHE_DIR:-$PWD/build/ccache}
if [ "$(id -u)" = 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
# Open MPI and hwloc keep some memory until the process ends: not ours to free.
export ASAN_OPTIONS=detect_leaks=0

build() {  # preset, further arguments of the build
  local preset=$1
  shift
  cmake --preset "$preset" >/dev/null
  cmake --build "build/$preset" "$@"
}

run_tests() {  # preset, further arguments of ctest
  local preset=$1
  shift
  ctest --test-dir "build/$preset" --output-on-failure --no-tests=error -j "$(nproc)" "$@"
}

# Where threads meet: the pool and its blocks, trials on it, data sets that trials share, the journal's
# thread, coordinator and worker; and the program from end to end.
thread_sanitizer() {
  local meet='ThreadPool|ForBlocks|Trials?|Score|Step|DatasetTest|EarlyStop|Hub|LocalLink|JournalThread|Serve|WorkerTest'
  # GCC 12's thread sanitizer starts only where addresses are not spread too widely.
  local plain=(setarch "$(uname -m)" --addr-no-randomize)
  "${plain[@]}" true 2>/dev/null || plain=()
  bash tests/instrumented_tbb.sh build/tbb-thread
  cmake --preset thread -DTBB_DIR="$PWD/build/tbb-thread/installed/lib/cmake/TBB" >/dev/null
  cmake --build --preset thread
  TSAN_OPTIONS="suppressions=$PWD/tests/thread_sanitizer.supp" \
    "${plain[@]}" ctest --test-dir build/thread --output-on-failure --no-tests=error -R "\.(($meet)\.|again$)"
}

fuzz() {  # seconds a reader, or long
  cmake --build --preset fuzz
  bash tests/fuzz/fuzz.sh build/dev "$1"
}

# Bytes that nobody wrote and memory that nobody frees, where files of others are read and ours written.
memcheck() {  # tests, filter
  valgrind --quiet --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite \
    "build/release/tests/${1%_tests}/$1" --gtest_brief=1 --gtest_filter="$2"
}
memory() {
  memcheck engine_tests 'PackedFile*:Csv*:Npz*:KnownNpz*:Idx*:Partition*:Watch*'
  memcheck sweeps_tests 'ReadReport*:Grid.*'
  memcheck results_tests 'Journal.*:Record.*:ReportPage*'
  memcheck runner_tests 'Coordinator*:Messages*:PartFile*'
}

# What a compiler's optimisation may change is the arithmetic and the program's timing. The units of the
# other folders wait for the sanitizers, and what takes minutes there does without them: commands.sh and
# the units run the same code.
quick() {
  build release --target whole_program engine_tests
  run_tests release -LE long -E '^(sweeps|results|runner)_tests_NOT_BUILT$'
  build dev
  run_tests dev -LE 'long|mpi' -E '^(program[.](readme|reproduce|data|report)|results[.]error_rates)$'
  fuzz 10
}

case "${1:-}" in
  "")        quick ;;
  --release) build release; run_tests release -LE long ;;
  --fuzz)    cmake --preset dev >/dev/null; fuzz "${2:-10}" ;;
  --threads) thread_sanitizer ;;
  --memory)  build release; memory ;;
  --all)     build release; run_tests release; build dev; run_tests dev; thread_sanitizer; memory; fuzz long ;;
  *)         echo "usage: tests/run.sh [--release | --fuzz [SECONDS] | --threads | --memory | --all]" >&2; exit 2 ;;
esac
