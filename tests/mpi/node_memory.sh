#!/usr/bin/env bash
# Four ranks on one node hold the data once: all map one file, none has images of its own, and the file is gone
# afterwards, also where one of them was killed.
. "$(dirname "$0")/../program/common.sh"
skip_without_data
[ -r /proc/self/smaps_rollup ] || { echo "skipped: this system does not tell a process's memory"; exit 77; }
work=$(realpath "$work")  # as /proc tells it
export TMPDIR=$work/node  # the copy lies there, alone
mkdir "$TMPDIR"
cat >"$work/long.yaml" <<'YAML'
mlpsweep: 1
name: long
data: {set: fashion-mnist, split: {validation: 12000}}
repeats: 4
base: {hidden: [16], batch_size: 500, epochs: 10000}
YAML
images_kb=$((70000 * 784 / 1024))

copies() { find "$TMPDIR" -type f -path '*/mlpsweep-data-*'; }

# Starts four ranks and waits until each has a copy mapped: their processes, by rank.
begin() {  # directory, options of mpirun
  local to=$1 maps
  shift
  mpirun --mca orte_tmpdir_base "$work" "$@" -np 4 "$program" run "$work/long.yaml" -o "$to" --threads 1 >"$to.out" 2>&1 &
  launcher=$!
  for ((tries = 0; tries < 1200; ++tries)); do
    ranks=()
    for maps in $(grep -ls "$TMPDIR/mlpsweep-data-" /proc/[0-9]*/maps); do
      maps=${maps%/maps}
      ranks[$(tr '\0' '\n' <"$maps/environ" | sed -n 's/^OMPI_COMM_WORLD_RANK=//p')]=${maps#/proc/}
    done
    [ ${#ranks[@]} -lt 4 ] || return 0
    sleep 0.1
  done
  cat "$to.out" >&2
  fail "four ranks that map a copy; seen: ${ranks[*]}"
}

# Lets the ranks stop as a scheduler would.
stop() {
  local got=0
  kill -TERM "${ranks[0]}"
  wait "$launcher" || got=$?
  [ -z "$(copies)" ] || fail "left behind: $(copies)"
  return $got
}

kilobytes() { awk -v key="$1:" '$1 == key { print $2 }' "/proc/$2/smaps_rollup"; }

begin "$work/whole"
grep -h "$TMPDIR/mlpsweep-data-" $(printf '/proc/%s/maps ' "${ranks[@]}") | awk '{ print $5, $6 }' | sort -u >"$work/maps"
[ "$(wc -l <"$work/maps")" = 1 ] || fail "one file in all ranks, not: $(cat "$work/maps")"
sleep 1  # rank 0 has let go of what it read
most=0 all=0
for rank in 0 1 2 3; do
  own=$(kilobytes Anonymous "${ranks[rank]}")
  [ "$own" -le $most ] || most=$own
  all=$((all + $(kilobytes Pss "${ranks[rank]}")))
done
echo "the images take $images_kb KiB; four ranks $all KiB in all, at most $most KiB of their own"
[ "$most" -lt "$images_kb" ] || fail "a rank holds $most KiB of its own: the images once more?"
[ "$all" -lt $((4 * images_kb)) ] || fail "four ranks hold $all KiB, as much as if each had its images"
got=0
stop || got=$?
[ $got = 75 ] || { cat "$work/whole.out" >&2; fail "a stopped sweep ends with $got instead of 75"; }

begin "$work/killed" --enable-recovery
kill -KILL "${ranks[3]}"
stop || true  # what mpirun makes of it is Open MPI's affair
