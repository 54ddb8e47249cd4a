#!/usr/bin/env bash
# `reproduce` as users run it: verdicts and exit codes on a report made up here, then every report that ships,
# two epochs and one repeat of each, where its data are present.
. "$(dirname "$0")/common.sh"
skip_without_data
if ! command -v gnuplot >/dev/null; then
  echo "skipped: gnuplot-nox is not installed"
  exit 77
fi
source=$(cd "$(dirname "$0")/../.." && pwd)

report() {  # ACCURACY SIGN: what the made-up report says
  cat <<YAML
mlpsweep: 1
name: made-up
data: {set: fashion-mnist, split: {train: 2000, validation: 500}}
repeats: 4
base: {hidden: [16], batch_size: 64, epochs: 2, optimizer: {learning_rate: 0.05, momentum: 0.9}}
experiments:
  rates:
    parameters: {optimizer.learning_rate: [0.0001, 0.05]}
    expected:
      rows: [{where: {optimizer.learning_rate: 0.05}, source: Table 1, test_accuracy: $1}]
    figures: [{plot: [loss, accuracy], lines: optimizer.learning_rate, source: Figure 1}, {plot: confusion, of: test}]
  best:
    from: {best_of: rates}
    readings: {activation: {printed: {activation: tanh}, other: {activation: relu}}}
matters: {accuracy: 0.03}
tables: {rates: {in: rates, values: [test_accuracy, plateau_until], percent: true}}
claims:
- {source: section 1, $2: validation_loss, in: rates, where: {optimizer.learning_rate: 0.05}, than: {where: {optimizer.learning_rate: 0.0001}}}
YAML
}

# The words stand in the headings of every outcome, so it is their numbers that tell: reproduced, compatible,
# cannot tell, not reproduced, claims that hold, cannot tell, contradicted.
counts() { awk '$1 == "made-up" && NF > 8 {print $2, $3, $4, $5, $6, $7, $8}' "$work/out"; }
expect_counts() {  # PATTERN, a glob
  # shellcheck disable=SC2053
  [[ $(counts) == $1 ]] || { cat "$work/out" >&2; fail "verdicts are '$(counts)' instead of '$1'"; }
}

# A report that is far off, and one whose claim is: told so, and with --strict by the exit code.
report 0.20 less >"$work/wrong.yaml"
report 0.20 greater >"$work/reversed.yaml"
expect_exit 0 "$program" reproduce "$work/wrong.yaml" -o "$work/wrong"
expect_counts "0 0 0 1 1 0 0"
expect_exit 4 "$program" reproduce "$work/wrong.yaml" -o "$work/wrong" --strict
expect_text "$work/err" "0 to train"
measured=$("$program" table "$work/wrong/made-up" --experiment rates --where learning_rate=0.05 --values test_accuracy --format csv |
  awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) if ($i == "test_accuracy_mean") column = i} NR == 2 {print $column}')
report "$(printf '%.3f' "$measured")" less >"$work/right.yaml"
mkdir -p "$work/right"
cp -r "$work/wrong/made-up" "$work/right/made-up"
expect_exit 0 "$program" reproduce "$work/right.yaml" -o "$work/right" --strict
expect_text "$work/err" "0 to train"
expect_counts "[01] [01] 0 0 1 0 0"
mkdir -p "$work/reversed"
cp -r "$work/wrong/made-up" "$work/reversed/made-up"
expect_exit 4 "$program" reproduce "$work/reversed.yaml" -o "$work/reversed" --strict
expect_counts "0 0 0 1 0 0 1"

# The page and its pictures.
for file in index.md index.html made-up/rates-lossandaccuracy.svg; do
  [ -s "$work/wrong/outcome/$file" ] || fail "no $file: $(find "$work/wrong/outcome")"
done
expect_text "$work/wrong/outcome/index.md" "| test_accuracy (%) | plateau_until |"
expect_text "$work/wrong/outcome/index.md" "$("$program" verify "$work/wrong/made-up" | awk '$1 == "digest" {print $2}')"

# Ranks change nothing; a wrong spec among right ones stops all before anything starts.
expect_exit 2 "$program" reproduce "$work/wrong.yaml" "$work/wrong.yaml" -o "$work/twice"
expect_text "$work/err" "go by one name"
expect_exit 0 mpirun -n 2 "$program" reproduce "$work/wrong.yaml" -o "$work/ranks"
[ "$(digest "$work/ranks/made-up")" = "$(digest "$work/wrong/made-up")" ] || fail "another digest on two ranks"

# Two specs over two ranks, and the second refused after the first was run: nobody waits for ever.
sed 's/^name: .*/name: other/' "$work/wrong.yaml" >"$work/other.yaml"
expect_exit 0 timeout 120 mpirun -n 2 "$program" reproduce "$work/wrong.yaml" "$work/other.yaml" -o "$work/both"
[ "$(digest "$work/both/other")" = "$(digest "$work/wrong/made-up")" ] || fail "another digest of the second spec"
sed -i 's/0.0001, 0.05/0.05, 0.1/; s/0.0001/0.1/' "$work/other.yaml"
expect_exit 2 timeout 120 mpirun -n 2 "$program" reproduce "$work/wrong.yaml" "$work/other.yaml" -o "$work/both"
expect_text "$work/err" "--extend"
# Refused before many others: the second rank finds the ends of several runs at once, each for a run of its own.
behind=()
for i in 1 2 3 4 5 6; do
  sed "s/^name: .*/name: behind-$i/" "$work/wrong.yaml" >"$work/behind-$i.yaml"
  behind+=("$work/behind-$i.yaml")
done
expect_exit 2 timeout 120 mpirun -n 2 "$program" reproduce "$work/other.yaml" "${behind[@]}" -o "$work/both"
expect_text "$work/both/outcome/index.md" "made-up"

echo "mlpsweep: 2" >"$work/broken.yaml"
expect_exit 2 "$program" reproduce "$work/right.yaml" "$work/broken.yaml" -o "$work/none"
[ ! -e "$work/none" ] || fail "a spec was run although another is wrong"
small_spec >"$work/small.yaml"
expect_exit 2 "$program" reproduce "$work/small.yaml" -o "$work/none"
expect_text "$work/err" "quotes no report"

# The reports that ship; under the sanitizers only the two that take seconds there.
data=${MLPSWEEP_DATA:-$source/../shared/data}
for spec in "$source"/sweeps/reports/*.yaml; do
  if grep -q __asan_init "$program" && [[ $spec == *r[24]-* ]]; then
    continue
  fi
  set=$(awk '/^data:/ {match($0, /set: [a-z-]+/); print substr($0, RSTART + 5, RLENGTH - 5); exit}' "$spec")
  if [ "$set" != fashion-mnist ] && [ ! -e "$data/$set" ]; then
    echo "left out: $(basename "$spec"), its data set $set is not here"
    continue
  fi
  expect_exit 0 "$program" reproduce "$spec" repeats=1 epochs=2 --data "$data" -o "$work/reports"
  expect_text "$work/out" "Verdicts"
done
echo "ok"
