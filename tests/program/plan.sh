#!/usr/bin/env bash
# plan --time: pieces of the sweep's own trials, a row for each way to share the cores, the verdict on a limit, and a
# prediction that the run is held against. How near it comes is for bench/bench_plan.py: no test is timed.
. "$(dirname "$0")/common.sh"
skip_without_data
small_spec >"$work/small.yaml"

expect_exit 0 "$program" plan "$work/small.yaml" --cores 3
expect_text "$work/out" "peak memory of one rank, 3 of its trials side by side: about "
if grep -q "wall time" "$work/out"; then fail "without --time nothing is timed"; fi
expect_exit 0 "$program" plan "$work/small.yaml" --cores 100
expect_text "$work/out" "peak memory of one rank, 12 of its trials side by side: about "

expect_exit 0 "$program" plan "$work/small.yaml" --time --calibrate 0 --cores 2 --limit 1d12h
# Three rounds where the machine is busy, else five.
grep -qE '[345] rounds of 2 of 2 kinds of trial' "$work/out" || { cat "$work/out" >&2; fail "no rounds are told"; }
expect_text "$work/out" "layout  wall time"
expect_text "$work/out" "1 rank x 2 threads "
expect_text "$work/out" "2 ranks x 1 thread "
expect_text "$work/out" "95 % scatter: of the measurement"
expect_text "$work/out" "limit 1d12h: it fits by this measurement"
expect_exit 0 "$program" plan "$work/small.yaml" --time --calibrate 0 --nodes 4 --cores 1 --limit 0.000001s
expect_text "$work/out" "4 nodes x 1 rank x 1 thread "
expect_text "$work/out" "limit 0.000001s: it " # where the rounds scatter widely it says so instead
if grep -q "it fits" "$work/out"; then fail "a microsecond is enough"; fi
expect_exit 0 "$program" plan "$work/small.yaml" early_stop.patience=1 epochs=9 --time --calibrate 0
expect_text "$work/out" "all times at most, where early stopping may end a trial"

expect_exit 2 "$program" plan "$work/small.yaml" --time --limit 2
expect_text "$work/err" "--limit: expected a time such as 45s, 90min, 2h or 1d12h, found '2'"
expect_exit 2 "$program" plan "$work/small.yaml" --time --nodes 100000 --cores 4096
expect_text "$work/err" "--nodes x --cores: expected at most 10000 cores in all, found 100000 x 4096 = 409600000"
expect_exit 2 "$program" plan "$work/small.yaml" --limit 2h
expect_text "$work/err" "--time"

# What was predicted for a directory stands beside what the run there took: at its end, in status, in results.h5.
mkdir "$work/kept" # an empty folder is one for `run`, and so here
expect_exit 0 "$program" plan "$work/small.yaml" --time --calibrate 0 --cores 2 -o "$work/kept"
expect_exit 0 "$program" run "$work/small.yaml" -o "$work/kept" --threads 2
expect_text "$work/err" "12 trials took "
expect_text "$work/err" "on 1 rank x 2 threads, a rank at most "
expect_text "$work/err" "predicted: "
expect_exit 0 "$program" status "$work/kept"
expect_text "$work/out" "12 trials took "
expect_text "$work/out" "predicted: "
grep -aq 'costs: {"predicted":.*"measured":' "$work/kept/results.h5" || fail "results.h5 lacks both numbers"
# A new prediction leaves what the last run took.
expect_exit 0 "$program" plan "$work/small.yaml" repeats=3 --time --calibrate 0 --cores 1 -o "$work/kept"
expect_exit 0 "$program" status "$work/kept"
expect_text "$work/out" "12 trials took "
# What `run` would refuse is refused before anything is timed.
mkdir "$work/other"
touch "$work/other/thing"
expect_exit 2 "$program" plan "$work/small.yaml" --time --calibrate 0 -o "$work/other"
expect_text "$work/err" "holds other things"
if grep -q "trials side by side" "$work/out"; then fail "the folder was looked at too late"; fi
# Another layout, other trials: no prediction was made of those.
expect_exit 0 "$program" run "$work/small.yaml" -o "$work/kept" repeats=3 --threads 2
expect_text "$work/err" "6 trials took "
if grep -q "predicted: " "$work/err"; then fail "held against the prediction of other trials"; fi
expect_exit 0 "$program" plan "$work/small.yaml" repeats=3 --time --calibrate 0 -o "$work/kept"
expect_text "$work/out" "nothing is left to train"
# What waits for a winner is in no prediction; what the run took before is held against it.
small_spec | sed '/^parameters:/,$d' >"$work/rounds.yaml"
cat >>"$work/rounds.yaml" <<'YAML'
experiments:
  rates: {parameters: {optimizer.learning_rate: [0.01, 0.05]}}
  widths: {from: {best_of: rates}, parameters: {hidden: [24, 32, 24x16]}}
YAML
expect_exit 0 "$program" plan "$work/rounds.yaml" --time --calibrate 0 --cores 2 -o "$work/rounds"
expect_text "$work/out" "without the experiments that wait for a winner"
expect_exit 0 "$program" run "$work/rounds.yaml" -o "$work/rounds" --threads 2
expect_text "$work/err" "10 trials took "
expect_text "$work/err" "of these 4 that waited for no winner took "
expect_text "$work/err" "predicted for them: "
# No result hangs on costs.json: where it can't be written the run goes on and says so.
mkdir -p "$work/unkept/journal" "$work/unkept/costs.json.tmp/not-empty"
expect_exit 0 "$program" run "$work/small.yaml" -o "$work/unkept"
expect_text "$work/err" "costs.json.tmp: cannot create"
test -f "$work/unkept/results.h5" || fail "no results for want of costs.json"
