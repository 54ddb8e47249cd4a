#!/usr/bin/env bash
# A sweep in parts, as job arrays run it: parts side by side, one that is killed, joined, gone on with.
. "$(dirname "$0")/common.sh"
skip_without_data
small_spec >"$work/small.yaml"
trained() { sed -n 's/.* \([0-9]*\) to train.*/\1/p' "$work/err"; }
part() { "$program" run "$work/small.yaml" -o "$work/parts" --threads 1 --shard "$@"; }

expect_exit 0 "$program" run "$work/small.yaml" -o "$work/whole"
part 1/3 2>/dev/null >&2 & part 2/3 2>/dev/null >&2 &
wait
expect_exit 2 "$program" status "$work/parts"
expect_text "$work/err" "mlpsweep merge"
expect_exit 2 "$program" run "$work/small.yaml" -o "$work/parts"
expect_text "$work/err" "mlpsweep merge"

# Joined early, and again when the last part is done.
expect_exit 0 "$program" merge "$work/parts"
expect_text "$work/out" "8 records joined, from 2 directories; 8 in all"
expect_exit 75 "$program" status "$work/parts" --exit-code
expect_exit 0 part 3/3
expect_text "$work/err" "part 3 of 3, 4 to train"
expect_exit 0 "$program" status "$work/parts/shard-3" --exit-code
expect_exit 0 "$program" merge "$work/parts"
expect_text "$work/out" "4 records joined, from 3 directories; 12 in all"
[ "$(digest "$work/parts")" = "$(digest "$work/whole")" ] || fail "parts have another digest than the whole"
[ "$(digest "$work/parts/results.h5")" = "$(digest "$work/whole")" ] || fail "results.h5 of the parts"

# Whoever goes on trains nothing twice: the whole, a part, another number of parts, more repeats.
expect_exit 0 "$program" run "$work/parts"
[ "$(trained)" = 0 ] || fail "the joined sweep trains $(trained) trials again"
expect_exit 0 "$program" run "$work/parts/shard-2"
expect_text "$work/err" "part 2 of 3, 0 to train"
expect_exit 0 part 1/2
[ "$(trained)" = 0 ] || fail "two parts instead of three train $(trained) trials again"
expect_exit 0 part 1/2 repeats=3
[ "$(trained)" = 3 ] || fail "half of six new trials are $(trained)"
expect_exit 0 part 2/2 repeats=3
[ "$(trained)" = 3 ] || fail "the other half of six new trials are $(trained)"
expect_exit 0 "$program" merge "$work/parts"
expect_text "$work/out" "6 records joined, from 3 directories; 18 in all"
expect_exit 0 "$program" run "$work/small.yaml" -o "$work/whole" repeats=3
[ "$(digest "$work/parts")" = "$(digest "$work/whole")" ] || fail "other bits in more repeats"

expect_exit 2 part 4/3
expect_text "$work/err" "--shard: expected I/N"
mkdir "$work/full" && touch "$work/full/diary.txt"
expect_exit 2 "$program" run "$work/small.yaml" -o "$work/full" --shard 1/2
[ "$(ls "$work/full")" = diary.txt ] || fail "a foreign directory was written to"
