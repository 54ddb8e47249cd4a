#!/usr/bin/env bash
# Running a sweep again trains nothing; more values or repeats train only the new trials; a spec that
# drops recorded trials is refused, with the difference.
. "$(dirname "$0")/common.sh"
skip_without_data
small_spec >"$work/small.yaml"
run() { "$program" run "$work/small.yaml" -o "$work/sweep" "$@"; }
trained() { sed -n 's/.* trials, \([0-9]*\) to train.*/\1/p' "$work/err"; }

expect_exit 0 run
[ "$(trained)" = 12 ] || fail "the first run trains $(trained) trials, not 12"
first=$(digest "$work/sweep")
expect_text "$work/out" "results: $work/sweep/results.h5"

expect_exit 0 run
[ "$(trained)" = 0 ] || fail "the second run trains $(trained) trials again"
[ "$(digest "$work/sweep")" = "$first" ] || fail "the digest changed although nothing was trained"
[ "$(digest "$work/sweep/results.h5")" = "$first" ] || fail "results.h5 has another digest than the journals"

expect_exit 0 "$program" run "$work/sweep"
[ "$(trained)" = 0 ] || fail "going on with the directory trains $(trained) trials"

expect_exit 0 run hidden=16,24x16,32
[ "$(trained)" = 6 ] || fail "one more topology trains $(trained) trials, not 6"
expect_exit 0 run hidden=16,24x16,32 repeats=3
[ "$(trained)" = 9 ] || fail "one more repeat trains $(trained) trials, not 9"
expect_exit 0 "$program" run "$work/sweep"
[ "$(trained)" = 0 ] || fail "the directory forgot its overrides: $(trained) trials to train"

before=$(digest "$work/sweep")
expect_exit 2 run hidden=16,32 repeats=3
expect_text "$work/err" "9 recorded trials are not in this sweep"
expect_text "$work/err" "hidden = 24x16"
expect_text "$work/err" "--extend"
[ "$(digest "$work/sweep")" = "$before" ] || fail "a refused run changed the records"

expect_exit 0 run hidden=16,32 repeats=3 --extend
[ "$(trained)" = 0 ] || fail "--extend trains $(trained) trials"
[ "$(digest "$work/sweep")" = "$before" ] || fail "--extend lost records"
expect_exit 0 run --extend
[ "$(trained)" = 0 ] || fail "coming back to the old plan trains $(trained) trials"
echo "ok"
