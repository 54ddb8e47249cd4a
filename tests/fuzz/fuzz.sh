#!/usr/bin/env bash
# Runs the fuzz targets of a build, two at a time.
#   fuzz.sh BUILD [SECONDS]              each reader for that long (10 s)
#   fuzz.sh BUILD long                   10^7 executions a reader, 10^6 of results
#   fuzz.sh BUILD SECONDS|long READER    one alone
# What a target found stands in BUILD/fuzz/findings, and the exit code is 1. Inputs that reached new
# code stay in BUILD/fuzz/corpus: the next run begins with them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
bound=${2:-10}
chosen=${3:-}

readers=(spec idx npy npz csv gz journal results)
programs=$build/tests/fuzz
work=$build/fuzz

# The folders whose files a reader begins with; real specs serve as they are, and an HDF5 file is
# kept packed.
seeds_of() {  # reader
  case $1 in
    spec) echo "$here/seeds/spec" "$here/../../sweeps/examples" "$here/../../sweeps/reports" ;;
    results)
      mkdir -p "$work/seeds"
      gunzip <"$here/seeds/results/two-trials.h5.gz" >"$work/seeds/two-trials.h5"
      echo "$work/seeds" ;;
    *) echo "$here/seeds/$1" ;;
  esac
}

options_of() {  # reader
  local most_bytes=4096 runs=10000000
  case $1 in
    spec) most_bytes=16384 ;;  # or reports' seeds are cut off
    # HDF5 is not ours: what breaks inside of it is kept, sorted out below, and does not end the run.
    results) most_bytes=262144 runs=1000000
             echo -fork=1 -ignore_crashes=1 -ignore_timeouts=1 -ignore_ooms=1 ;;
  esac
  echo "-max_len=$most_bytes -rss_limit_mb=768 -timeout=100 -print_final_stats=1 -print_funcs=0"
  echo "-entropic=0"  # inputs are not weighed, which takes half the time where they are long
  if [ "$bound" = long ]; then
    echo "-runs=$runs"
  else
    echo "-seed=1 -max_total_time=$bound"
  fi
}

# Whether the innermost frame that is neither the sanitizer's nor the C library's is one of HDF5.
is_hdf5s() {  # log of one input
  awk '/^ *#[0-9]+ 0x/ && !/ in (__asan|__interceptor|__sanitizer|__ubsan|fuzzer::|raise|abort|(__)?(mem|str)|free|malloc)/ &&
       !/libc\.so|libpthread/ { print; exit }' "$1" | grep -q 'libhdf5'
}

# Runs each input that results left behind once more, alone; only what is ours stays a finding.
keep_ours() {  # reader
  local input log
  for input in "$work/findings/$1"-*; do
    [ -f "$input" ] || continue
    log=$work/findings/replay.log
    if "$programs/fuzz_$1" -timeout=100 -rss_limit_mb=768 "$input" >"$log" 2>&1 || is_hdf5s "$log"; then
      mkdir -p "$work/library"
      mv "$input" "$work/library/"
    fi
    rm -f "$log"
  done
}

fuzz() {  # reader
  local log=$work/$1.log status=0
  mkdir -p "$work/corpus/$1"
  rm -f "$work/findings/$1"-*
  [ "$1" != results ] || ASAN_OPTIONS+=:detect_leaks=0  # HDF5's own, of damaged files
  # shellcheck disable=SC2046  # several words each
  "$programs/fuzz_$1" $(options_of "$1") -artifact_prefix="$work/findings/$1-" \
    "$work/corpus/$1" $(seeds_of "$1") >"$log" 2>&1 || status=$?
  if [ "$1" = results ]; then  # it ends with a code of its own wherever something broke
    keep_ours "$1"
    [ "$(executions "$log")" = 0 ] || status=0
  fi
  local found
  found=$(find "$work/findings" -name "$1-*")
  if [ "$status" != 0 ] || [ -n "$found" ]; then
    grep -E 'does not hold|ERROR|SUMMARY|terminate|what\(\)|runtime error|^ +#[0-9] ' "$log" | head -n 30 >&2 || true
    echo "fuzz: $1 FAILED; its log: $log; to see it again:" >&2
    echo "  $programs/fuzz_$1 ${found:-INPUT}" >&2
    return 1
  fi
  echo "fuzz: $1: $(executions "$log") executions, nothing found"
}

executions() {  # log
  awk '/stat::number_of_executed_units/ { n = $2 } /^#[0-9]+/ && !n { seen = substr($1, 2) + 0 } END { print n ? n : seen + 0 }' "$1"
}

# Folders of this run, on a file system in memory where there is one; and what the sanitizers do.
TMPDIR=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo /tmp)")
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
# More than 256 MiB at once is refused, as the limits of the product would: then it is a bad_alloc.
# The rest is for speed.
export ASAN_OPTIONS=max_allocation_size_mb=256:allocator_may_return_null=1
ASAN_OPTIONS+=:quarantine_size_mb=16:malloc_context_size=8:allocator_release_to_os_interval_ms=-1
export UBSAN_OPTIONS=print_stacktrace=1

mkdir -p "$work/findings"
started=()
for reader in "${readers[@]}"; do
  [ -n "$chosen" ] && [ "$reader" != "$chosen" ] && continue
  while [ "$(jobs -rp | wc -l)" -ge 2 ]; do
    wait -n || true  # asked again below
  done
  fuzz "$reader" &
  started+=($!)
done
failed=0
for run in "${started[@]}"; do
  wait "$run" || failed=1
done
exit "$failed"
