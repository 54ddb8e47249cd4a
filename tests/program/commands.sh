#!/usr/bin/env bash
# Every command, its output where it is fixed, and the exit codes.
. "$(dirname "$0")/common.sh"
skip_without_data
small_spec >"$work/small.yaml"

expect_exit 0 "$program" check "$work/small.yaml"
expect_text "$work/out" "6 configurations x 2 repeats = 12 trials"
expect_exit 2 "$program" check "$work/small.yaml" learning_rte=3
expect_text "$work/err" "learning_rte"
expect_exit 2 "$program" check "$work/absent.yaml"
expect_text "$work/err" "absent.yaml"
expect_exit 2 "$program" fly
expect_exit 0 "$program" keys
expect_text "$work/out" "optimizer.learning_rate"
expect_exit 0 "$program" plan "$work/small.yaml"
expect_text "$work/out" "12 trials"

expect_exit 2 "$program" run "$work/small.yaml" -o "$work/none" optimizer.learning_rate=-1
[ ! -e "$work/none" ] || fail "a refused run left a directory"
mkdir "$work/full" && touch "$work/full/diary.txt"
expect_exit 2 "$program" run "$work/small.yaml" -o "$work/full"
[ "$(ls "$work/full")" = diary.txt ] || fail "a foreign directory was written to"

expect_exit 0 "$program" run "$work/small.yaml" -o "$work/sweep"
expect_exit 0 "$program" status "$work/sweep" --exit-code
expect_text "$work/out" "12/12 done"
expect_exit 0 "$program" list "$work/sweep" --where hidden=24x16
[ "$(grep -c " complete  " "$work/out")" = 6 ] || fail "--where hidden=24x16 does not list 6 trials"
trial=$(awk '/ complete  / {print $1; exit}' "$work/out")
expect_exit 0 "$program" show "$work/sweep" "$trial"
expect_text "$work/out" "validation_loss"
for format in text markdown csv latex json; do
  expect_exit 0 "$program" table "$work/sweep" --rows hidden --columns learning_rate --values test_accuracy --percent --format "$format"
  expect_text "$work/out" "24x16"
done
expect_exit 0 "$program" compare "$work/sweep" --percent
expect_text "$work/out" "5 comparisons with the reference"
expect_exit 0 "$program" compare "$work/sweep" --to hidden=16,learning_rate=0.01 --new-images
expect_text "$work/out" "the 10000 shared ones"
expect_exit 0 "$program" compare "$work/sweep" --where repeat=0
expect_text "$work/out" "McNemar's exact test on 10000 test images"
expect_exit 2 "$program" compare "$work/sweep" --to hidden=16
expect_text "$work/err" "found 3 of 6"
expect_exit 0 "$program" report --methods "$work/sweep"
expect_text "$work/out" "6 configurations were trained in 2 repeats (seed 1), 12 trials in all"
expect_exit 2 "$program" table "$work/sweep" --values test_acuracy
expect_text "$work/err" "test_accuracy"
expect_exit 0 "$program" table "$work/sweep/results.h5"
expect_exit 2 "$program" table "$work/small.yaml"
expect_text "$work/err" "this spec was not run here"
expect_exit 2 "$program" table "$work"

# Experiments: what waits is told before, trained in one go, and has a table of its own.
cat >"$work/chain.yaml" <<'YAML'
mlpsweep: 1
name: chain
data: {set: fashion-mnist, split: {train: 1000, validation: 300}}
metric: validation_loss
base: {hidden: [16], batch_size: 50, epochs: 2}
experiments:
  rates: {parameters: {optimizer.learning_rate: [0.01, 0.1]}}
  widths: {from: {best_of: rates}, parameters: {hidden: [8, 16]}}
tables:
  rates: {in: rates, rows: optimizer.learning_rate, values: [test_accuracy, oscillation], percent: true}
YAML
expect_exit 0 "$program" check "$work/chain.yaml"
expect_text "$work/out" "widths: waits for the winner of rates"
expect_exit 0 "$program" plan "$work/chain.yaml"
expect_text "$work/out" "rates: 2 configurations x 1 repeats = 2 trials"
expect_exit 0 "$program" run "$work/chain.yaml" -o "$work/chain"
expect_text "$work/out" "chain: widths by hidden"
expect_exit 0 "$program" status "$work/chain" --exit-code
expect_text "$work/out" "widths: 2/2 done"
expect_exit 0 "$program" table "$work/chain/results.h5" --experiment widths --format csv
expect_exit 2 "$program" table "$work/chain" --experiment width
expect_text "$work/err" "nearest: widths"
expect_exit 0 "$program" table "$work/chain" --preset rates
expect_text "$work/out" "learning_rate  test_accuracy (%)  oscillation  n"
expect_exit 0 "$program" table "$work/chain/results.h5" --preset rates --no-percent --format csv
expect_text "$work/out" "test_accuracy_mean"
expect_exit 2 "$program" table "$work/chain" --preset rate
expect_text "$work/err" "nearest: rates"
expect_exit 0 "$program" list "$work/chain" --format csv
expect_text "$work/out" "trial,experiment,"
expect_text "$work/out" ",rates; widths,"
(mkdir "$work/here" && cd "$work/here" && mkdir runs && cp -r "$work/chain" runs/chain)
from_spec() { (cd "$work/here" && "$program" "$@"); }
expect_exit 0 from_spec table "$work/chain.yaml" --preset rates
expect_exit 0 from_spec status "$work/chain.yaml" --exit-code
expect_exit 0 from_spec verify "$work/chain.yaml"
expect_text "$work/chain/resolved.json" '"won":{"optimizer.learning_rate":'
expect_exit 0 "$program" run "$work/chain.yaml" -o "$work/chain"
expect_text "$work/err" "0 to train"

# Output that can't be written is no success; damage is told, and verify does not pass over it.
if [ -e /dev/full ]; then
  code=0; "$program" table "$work/sweep" >/dev/full 2>"$work/err" || code=$?
  [ "$code" = 3 ] || fail "a table that a full disk swallowed ends with $code, not 3"
fi
cp -r "$work/sweep" "$work/hurt"
printf 'X' | dd of="$work/hurt/journal/run-0001-rank-0000.mlj" bs=1 seek=60000 conv=notrunc 2>/dev/null
expect_exit 3 "$program" verify "$work/hurt"
expect_text "$work/err" "checksum is wrong"
expect_exit 0 "$program" run "$work/small.yaml" -o "$work/hurt"
expect_text "$work/err" "1 to train"
# Once what it held is there again, damage is a note: a power cut leaves some, and readers need not hear of it for ever.
expect_exit 0 "$program" verify "$work/hurt"
expect_text "$work/out" "was trained again"
expect_exit 0 "$program" table "$work/hurt"
[ ! -s "$work/err" ] || fail "a table warns of damage that is mended"
expect_exit 2 "$program" tabel
expect_text "$work/err" "nearest: table"
# Two sweeps in one table: other data is another row, another metric is refused.
expect_exit 0 "$program" run "$work/small.yaml" -o "$work/more" seed=2 hidden=16
expect_exit 0 "$program" table "$work/sweep" "$work/more" --rows hidden
expect_exit 0 "$program" run "$work/small.yaml" -o "$work/other" metric.name=validation_accuracy metric.goal=maximize hidden=16
expect_exit 2 "$program" table "$work/sweep" "$work/other"
expect_text "$work/err" "one metric"

# A diverging trial is an outcome: the others go on, the exit code stays 0, the row says why.
expect_exit 0 "$program" run "$work/small.yaml" -o "$work/wild" activation=relu optimizer.learning_rate=0.05,1e30 repeats=1
expect_exit 0 "$program" list "$work/wild"
[ "$(grep -c " diverged  " "$work/out")" = 2 ] || fail "a rate of 1e30 does not diverge twice"
[ "$(grep -c " complete  " "$work/out")" = 2 ] || fail "a diverged trial took others with it"

# A trial that throws (here: a network larger than the memory that it may have) is a failed row with its reason; the
# others go on, exit code 1, and the next run tries it again. Sanitizers end the program instead.
if ! grep -qE '__[at]san_init' "$program"; then
  failing() {
    (ulimit -v 3000000 && "$program" run "$work/small.yaml" -o "$work/failing" hidden=16,30000x30000 repeats=1 \
      optimizer.learning_rate=0.05)
  }
  expect_exit 1 failing
  expect_exit 1 failing
  expect_text "$work/err" "1 to train"
  expect_exit 1 "$program" status "$work/failing" --exit-code
  expect_text "$work/out" "hidden=30000x30000 repeat=0: out of memory"
  expect_exit 1 "$program" status "$work/failing" --watch
  expect_exit 0 "$program" explain "$work/failing" hidden=30000x30000
  expect_text "$work/out" "failed: out of memory"
  expect_text "$work/out" "'mlpsweep run $work/failing' tries it again"
  expect_exit 0 "$program" list "$work/failing"
  grep -q " failed  " "$work/out" || fail "the failed trial is not listed"
  expect_exit 0 "$program" show "$work/failing" "$(awk '/ failed  / {print $1}' "$work/out")"
  expect_text "$work/out" "out of memory"
fi

# Why a trial was not run, or not yet.
cat >"$work/some.yaml" <<'YAML'
mlpsweep: 1
name: some
data: {set: fashion-mnist, split: {train: 2000, validation: 500}}
metric: validation_loss
base: {hidden: [16], epochs: 2, optimizer: {learning_rate: 0.05}}
parameters: {hidden: [16, 8], activation: [tanh, relu]}
exclude: [{hidden: 8, activation: relu}]
YAML
expect_exit 0 "$program" run "$work/some.yaml" -o "$work/some"
expect_exit 2 "$program" explain "$work/some" hidden=8 activation=relu
expect_text "$work/err" "leaves such a configuration out: exclude {hidden: 8, activation: relu}"
expect_exit 2 "$program" explain "$work/some" hidden=9
expect_text "$work/err" "the sweep's values of hidden: 16, 8"
expect_exit 2 "$program" explain "$work/some" hiden=8
expect_text "$work/err" "nearest: hidden"
expect_exit 0 "$program" explain "$work/some" hidden=16
[ "$(grep -c ': done: all epochs' "$work/out")" = 2 ] || fail "two trials that are done: $(cat "$work/out")"
expect_exit 0 "$program" run "$work/some.yaml" -o "$work/some" activation=relu --extend
expect_exit 0 "$program" explain "$work/some" "$("$program" plan "$work/some.yaml" | awk 'NR==2 {print $1}')"
expect_text "$work/out" "it is not in the plan"

# Whoever watches what has not begun yet waits for it.
"$program" status "$work/later" --watch >"$work/later.out" 2>&1 &
watch=$!
for _ in $(seq 100); do grep -q "waiting for a run" "$work/later.out" && break; sleep 0.05; done
expect_exit 0 "$program" run "$work/some.yaml" -o "$work/later"
code=0; wait $watch || code=$?
[ "$code" = 0 ] || { cat "$work/later.out" >&2; fail "the end of a watch is exit $code"; }
expect_text "$work/later.out" "some: 3/3 done, 0 failed; no run is under way"

# Another run in the same directory is refused while one goes on; a signal stops it and keeps all.
"$program" run "$work/small.yaml" -o "$work/long" --threads 2 epochs=400 >"$work/long.out" 2>"$work/long.err" &
long=$!
for _ in $(seq 100); do ls "$work"/long/journal/*.mlj >/dev/null 2>&1 && break; sleep 0.1; done
expect_exit 2 "$program" run "$work/small.yaml" -o "$work/long" epochs=400
expect_text "$work/err" "process"
expect_exit 0 "$program" status "$work/long"
expect_exit 75 "$program" status "$work/long" --exit-code
for _ in $(seq 100); do [ -e "$work/long/status.json" ] && break; sleep 0.1; done
expect_exit 0 "$program" status "$work/long"
expect_text "$work/out" "  rank 0 on "
expect_text "$work/out" " repeat=0 ("
expect_exit 0 "$program" explain "$work/long" repeat=0
expect_text "$work/out" ": is being trained by rank 0 on "
expect_exit 0 "$program" explain "$work/long" hidden=16 optimizer.learning_rate=0.01 repeat=1
expect_text "$work/out" "  waits: "
kill -TERM $long
code=0; wait $long || code=$?
[ "$code" = 75 ] || { cat "$work/long.err" >&2; fail "a run stopped by a signal ends with $code, not 75"; }
echo "ok"
