#!/usr/bin/env bash
# Installs what is missing, builds and runs the tests.
#   tests/run.sh            Release, then address and undefined-behaviour sanitizers
#   tests/run.sh --release  Release alone
#   tests/run.sh --all      the long forms as well
set -euo pipefail
cd "$(dirname "$0")/.."

bash runner/install-packages.sh --tests
export CCACHE_DIR=${CCACHE_DIR:-$PWD/build/ccache}
if [ "$(id -u)" = 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
# Open MPI and hwloc keep some memory until the process ends: not ours to free.
export ASAN_OPTIONS=detect_leaks=0

build_and_test() {  # preset, further arguments of ctest
  local preset=$1
  shift
  cmake --preset "$preset" >/dev/null
  cmake --build --preset "$preset"
  ctest --test-dir "build/$preset" --output-on-failure --no-tests=error -j "$(nproc)" "$@"
}

case "${1:-}" in
  "")        build_and_test release -LE long; build_and_test dev -LE 'long|mpi' ;;
  --release) build_and_test release -LE long ;;
  --all)     build_and_test release; build_and_test dev ;;
  *)         echo "usage: tests/run.sh [--release | --all]" >&2; exit 2 ;;
esac
