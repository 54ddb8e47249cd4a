#!/usr/bin/env bash
# `report` and `gradcheck` as users run them: pictures, pages, the same bytes twice, and what goes wrong.
. "$(dirname "$0")/common.sh"
skip_without_data
small_spec >"$work/small.yaml"

# gradcheck needs no gnuplot.
expect_exit 0 "$program" gradcheck "$work/small.yaml" optimizer.learning_rate=0.05
expect_text "$work/out" "weights_3"
expect_text "$work/out" "are within"
expect_exit 0 "$program" gradcheck "$work/small.yaml" optimizer.learning_rate=0.05 hidden=16 --epsilon 1e-2 --format csv
[ "$(grep -c "input-hidden\|hidden-output\|hidden bias\|output bias" "$work/out")" = 6 ] || fail "not six single weights"
expect_exit 2 "$program" gradcheck "$work/small.yaml" --weights input_hiden=2
expect_text "$work/err" "nearest: input_hidden"

expect_exit 0 "$program" run "$work/small.yaml" -o "$work/sweep"
mkdir "$work/empty"
expect_exit 2 env PATH="$work/empty" "$program" report "$work/sweep" -o "$work/none"
expect_text "$work/err" "gnuplot-nox"
[ ! -e "$work/none" ] || fail "without gnuplot, a folder was made"
if ! command -v gnuplot >/dev/null; then
  echo "ok, but for pictures: gnuplot-nox is not installed"
  exit 0
fi

for format in svg png pdf; do
  expect_exit 0 "$program" report "$work/sweep" -o "$work/$format" --format $format --where hidden=24x16 --where learning_rate=0.05
  expect_text "$work/out" "$work/$format/index.html"
  for what in curves confusion examples mistakes; do
    [ -s "$work/$format/learning_rate=0.05_hidden=24x16-$what.$format" ] || fail "no $what as $format: $(ls "$work/$format")"
  done
  [ "$(ls "$work/$format" | wc -l)" = 6 ] || fail "other files than four pictures and a page: $(ls "$work/$format")"
done
expect_text "$work/svg/index.md" "weighted avg"
expect_text "$work/svg/index.md" "](learning_rate=0.05_hidden=24x16-curves.svg)"
expect_text "$work/svg/index.html" "<img src=\"learning_rate=0.05_hidden=24x16-confusion.svg\""

# The same bytes again, of the directory and of the file.
expect_exit 0 "$program" report "$work/sweep/results.h5" -o "$work/again" --format pdf --where hidden=24x16 --where learning_rate=0.05
for file in "$work"/pdf/*.pdf; do
  cmp "$file" "$work/again/$(basename "$file")" || fail "another run draws other bytes"
done

# By default beside the results, every configuration, and the sweep goes on as before.
expect_exit 0 "$program" report "$work/sweep"
[ "$(ls "$work"/sweep/report/*-curves.svg | wc -l)" = 6 ] || fail "not six configurations"
expect_exit 0 "$program" run "$work/small.yaml" -o "$work/sweep"

# Data that is not there costs the examples only.
expect_exit 2 "$program" report "$work/sweep" --format pgn
expect_text "$work/err" "nearest: png"
expect_exit 2 "$program" report "$work/sweep" --where hidden=17
expect_exit 2 "$program" report "$work/absent"

# What can't be written is told with the file, and nothing half-written stays.
touch "$work/file"
expect_exit 3 "$program" report "$work/sweep" -o "$work/file"
expect_text "$work/err" "$work/file"
limited() { (ulimit -f 1 && "$program" report "$work/sweep" -o "$work/limited"); }
expect_exit 3 limited
expect_text "$work/err" "$work/limited/"
[ -z "$(find "$work/limited" -size +0 -name '*.svg*')" ] || fail "half a picture stays: $(ls -l "$work/limited")"
echo "ok"
