#!/usr/bin/env bash
# `plan` tells the peak memory of a rank to within 15 %: small networks; a full batch;
# large ones, side by side and one after the other; records that keep weights, and checkpoints, on one thread: of several it hangs on chance whether they fall together.
. "$(dirname "$0")/common.sh"
skip_without_data
grep -q VmHWM /proc/self/status || { echo "skipped: this system does not tell a process's memory"; exit 77; }

# NAME HIDDEN BATCH_SIZE THREADS [ARGUMENT...]: the program's own prediction and measurement, from costs.json
compare() {
  local threads=$4 arguments=("${@:5}")
  cat >"$work/$1.yaml" <<YAML
mlpsweep: 1
name: $1
data: {set: fashion-mnist, split: {train: 40000, validation: 12000}, scale: zscore}
repeats: 3
base: {hidden: $2, batch_size: $3, epochs: 1, optimizer: {momentum: 0.9}}
YAML
  # Large networks need few rows to have all their memory.
  [ "$1" != large ] || sed -i 's/train: 40000, validation: 12000/train: 500, validation: 500/' "$work/$1.yaml"
  rm -rf "$work/to"
  expect_exit 0 "$program" plan "$work/$1.yaml" --time --calibrate 0 --cores "$threads" -o "$work/to" "${arguments[@]}"
  expect_exit 0 "$program" run "$work/$1.yaml" -o "$work/to" --threads "$threads" "${arguments[@]}"
  tr -d ' ,' <"$work/to/costs.json" | awk -F: -v name="${*:1:1} ${*:5}, $threads threads" -v threads="$threads" '
    $1 == "\"threads\"" { now = $2 }
    $1 == "\"rank_bytes\"" && now == threads { found[++n] = $2 / 1048576 }
    END {
      if (n != 2) { print name ": " n " numbers instead of a prediction and a measurement"; exit 1 }
      off = found[1] / found[2] - 1
      printf "%s: predicted %.1f MiB, took %.1f MiB: %+.1f %%\n", name, found[1], found[2], 100 * off
      exit off > 0.15 || off < -0.15
    }' || fail "not within 15 %"
}

for threads in 1 2; do
  compare w1 "[128]" 128 $threads
  compare w2 "[203, 203]" 128 $threads
  compare w3 "[128]" all $threads
  compare large "[2048, 2048]" 128 $threads
done
compare large "[2048, 2048]" 128 1 keep_weights=both
compare large "[2048, 2048]" 128 1 epochs=3 --checkpoint 0
