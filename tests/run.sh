#!/usr/bin/env bash
# Installs what is missing, builds and runs the tests.
#   tests/run.sh                   Release: the engine and the whole program; address and undefined-behaviour
#                                  sanitizers: every unit and most of the program; each reader fuzzed for 10 s
#   tests/run.sh --release         everything but the long forms in Release
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

in_front=()  # of ctest
run_tests() {  # preset, further arguments of ctest
  local preset=$1
  shift
  "${in_front[@]}" ctest --test-dir "build/$preset" --output-on-failure --no-tests=error -j "$(nproc)" "$@"
}

# Every unit, and the program from end to end; nothing of it is suppressed.
thread_sanitizer() {
  # GCC 12's thread sanitizer starts only where addresses are not spread too widely.
  local in_front=(setarch "$(uname -m)" --addr-no-randomize)
  "${in_front[@]}" true 2>/dev/null || in_front=()
  bash tests/instrumented_tbb.sh build/tbb-thread
  cmake --preset thread -DTBB_DIR="$PWD/build/tbb-thread/installed/lib/cmake/TBB" >/dev/null
  build thread
  run_tests thread -LE 'long|mpi' -E "$slow_here|^bad_input$"  # one thread reads, and slowly here
}

fuzz() {  # seconds a reader, or long
  cmake --build --preset fuzz
  bash tests/fuzz/fuzz.sh build/dev "$1"
}

# Bytes that nobody wrote and memory that nobody frees, in every unit but those that limit or count what
# valgrind takes tenfold itself: memory and seconds.
memory() {
  local folder limits='RunInChild.ALimit*:RunInChild.Memory*:Store.MoreTrials*:Store.TenThousand*:Gnuplot.WhereThereIsNone*:WorkerTest.ARecordThatIsTooLarge*'
  for folder in engine sweeps results runner; do
    valgrind --quiet --suppressions=tests/valgrind.supp --error-exitcode=9 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
      "build/release/tests/$folder/${folder}_tests" --gtest_brief=1 --gtest_filter="-$limits"
  done
}

# Minutes under the sanitizers for the same code that commands.sh and the units run there.
slow_here='^(program[.](readme|reproduce|data|report|slurm)|results[.]error_rates)$'

# What a compiler's optimisation may change is the arithmetic and the program's timing: the units of the
# other folders wait for the sanitizers.
quick() {
  build release --target whole_program engine_tests
  # Nor run from an earlier, whole build.
  run_tests release -LE long -E '^(sweeps|results|runner)(_tests_NOT_BUILT$|[.][A-Z])'
  build dev
  run_tests dev -LE 'long|mpi' -E "$slow_here|^bad_input$"  # the readers are fuzzed next
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
