#!/usr/bin/env bash
# A sweep in parts, as job arrays run it: parts side by side, joined, gone on with.
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

# Joined early (a part that has not begun is left out), and again when the last part is done.
mkdir -p "$work/parts/shard-3/journal"
expect_exit 0 "$program" merge "$work/parts"
expect_text "$work/out" "8 records joined, from 2 directories; 8 in all"
expect_text "$work/err" "shard-3: has not begun"
expect_exit 75 "$program" status "$work/parts" --exit-code
expect_exit 0 part 3/3
expect_text "$work/err" "part 3 of 3, 4 to train"
expect_exit 2 "$program" run "$work/parts"
expect_text "$work/err" "with trials that it lacks"
expect_exit 2 "$program" run "$work/parts/shard-1" --shard 1/3
expect_text "$work/err" "is part 1 of 3 already"
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
expect_exit 2 mpirun -n 2 "$program" run "$work/small.yaml" -o "$work/none" --shard 4/3
grep -q "doesn't answer" "$work/err" && fail "the other rank was not told of a refusal"
mkdir "$work/full" && touch "$work/full/diary.txt"
expect_exit 2 "$program" run "$work/small.yaml" -o "$work/full" --shard 1/2
[ "$(ls "$work/full")" = diary.txt ] || fail "a foreign directory was written to"

# A newer spec counts though it trains nothing.
expect_exit 0 part 1/3 repeats=3 metric.name=validation_accuracy metric.goal=maximize
expect_exit 0 "$program" merge "$work/parts"
expect_text "$work/out" "0 records joined"
expect_exit 0 "$program" status "$work/parts" --exit-code
grep -q validation_accuracy "$work/parts/resolved.json" || fail "merge has not taken the newest spec"

# Experiments that wait for winners wait for the merge.
cat >"$work/chain.yaml" <<'YAML'
mlpsweep: 1
name: chain
data: {set: fashion-mnist, split: {train: 1000, validation: 300}}
metric: validation_loss
base: {batch_size: 50, epochs: 1, optimizer: {learning_rate: 0.05}}
experiments:
  rates: {parameters: {hidden: [32, 16]}}
  others: {base: {l2: 0.001}, parameters: {hidden: [24, 12]}}
  penalties: {from: {best_of: rates}, parameters: {l2: [0.01, 0.02, 0.03]}}
YAML
for part in 1 2; do
  expect_exit 0 "$program" run "$work/chain.yaml" -o "$work/chain" --shard "$part/2"
  [ "$(trained)" = 2 ] || fail "part $part of a chain trains $(trained) trials"
  expect_exit 0 "$program" status "$work/chain/shard-$part" --exit-code
done
expect_exit 0 "$program" merge "$work/chain"
expect_exit 0 "$program" run "$work/chain"
expect_exit 0 "$program" status "$work/chain" --exit-code
expect_text "$work/out" "7/7 done"
