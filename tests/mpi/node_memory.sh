#!/usr/bin/env bash
# Four ranks on one node hold the data once: all map one file, none has images of its own, and the file is gone
# afterwards, also where one of them was killed.
. "$(dirname "$0")/../program/common.sh"
skip_without_data
export TMPDIR=$work/node  # the copy lies there, alone
mkdir "$TMPDIR"
cat >"$work/wait.yaml" <<'YAML'
mlpsweep: 1
name: wait
data: {set: fashion-mnist, split: {validation: 12000}}
repeats: 4
base: {hidden: [16], batch_size: 500, epochs: 4}
YAML
pixels_kb=$((70000 * 784 / 1024))

copies() { find "$TMPDIR" -path '*/mlpsweep-*' -type f ! -name lock; }

# Numbers of this sweep's processes that have a copy mapped.
ranks() {
  local process
  for process in $(pgrep -f -- "$program run $work/wait.yaml"); do
    ! grep -q "$TMPDIR/mlpsweep-" "/proc/$process/maps" 2>/dev/null || echo "$process"
  done
}

# KEY of each rank's memory in KiB, a line each
memory() {
  for process in $running; do awk -v key="$1:" '$1 == key { print $2 }' "/proc/$process/smaps_rollup"; done
}

begin() {  # options
  mpirun --mca orte_tmpdir_base "$work" "$@" -np 4 "$program" run "$work/wait.yaml" -o "$work/$what" --threads 1 \
    >"$work/$what.out" 2>&1 &
  for ((tries = 0; tries < 600; ++tries)); do
    running=$(ranks)
    [ "$(wc -w <<<"$running")" -lt 4 ] || return 0
    sleep 0.05
  done
  cat "$work/$what.out" >&2
  fail "four ranks that map a copy; seen: $running"
}

what=whole
begin
[ "$(copies | wc -l)" = 1 ] || fail "one copy, not: $(copies)"
grep -h "$TMPDIR/mlpsweep-" $(printf '/proc/%s/maps ' $running) | awk '{ print $5, $6 }' | sort -u >"$work/maps"
[ "$(wc -l <"$work/maps")" = 1 ] || fail "one file in all ranks, not: $(cat "$work/maps")"
own=$(memory Anonymous | sort -n | head -n 3 | tail -n 1)  # rank 0 has read files and writes results
all=$(memory Pss | awk '{ sum += $1 } END { print sum }')
wait
echo "the images take $pixels_kb KiB; four ranks $all KiB in all, a worker at most $own KiB of its own"
[ "$own" -lt $((pixels_kb / 2)) ] || fail "a worker holds $own KiB of its own: the images once more?"
[ "$all" -lt $((3 * pixels_kb)) ] || fail "four ranks hold $all KiB, more than three times the images"
[ -z "$(copies)" ] || fail "left behind: $(copies)"

what=killed
begin --enable-recovery
kill -KILL "$(tail -n 1 <<<"$running")"
wait || true
[ -z "$(copies)" ] || fail "left behind by the ranks that live: $(copies)"
expect_exit 0 "$program" run "$work/wait.yaml" -o "$work/killed"
expect_exit 0 "$program" run "$work/wait.yaml" -o "$work/one"
for what in whole killed; do
  [ "$(digest "$work/$what")" = "$(digest "$work/one")" ] || fail "$what: another digest than one process gives"
done
