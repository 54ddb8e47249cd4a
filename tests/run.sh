#!/usr/bin/env bash
# Installs what is missing, builds and runs the tests.
#   tests/run.sh                   Release, then address and undefined-behaviour sanitizers
#   tests/run.sh --release         Release alone
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

build() {  # preset
  cmake --preset "$1" >/dev/null
  cmake --build --preset "$1"
}

build_and_test() {  # preset, further arguments of ctest
  local preset=$1
  shift
  build "$preset"
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

# Minutes under the sanitizers for the same code that commands.sh and the unit tests run there.
slow_here='^program[.](readme|reproduce|data|report)$'
case "${1:-}" in
  "")        build_and_test release -LE long; build_and_test dev -LE 'long|mpi' -E "$slow_here" ;;
  --release) build_and_test release -LE long ;;
  --fuzz)    cmake --preset dev >/dev/null; fuzz "${2:-10}" ;;
  --threads) thread_sanitizer ;;
  --memory)  build release; memory ;;
  --all)     build_and_test release; build_and_test dev; thread_sanitizer; memory; fuzz long ;;
  *)         echo "usage: tests/run.sh [--release | --fuzz [SECONDS] | --threads | --memory | --all]" >&2; exit 2 ;;
esac
