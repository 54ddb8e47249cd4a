#!/usr/bin/env bash
# One digest for any number of ranks and threads, on each instruction set.
. "$(dirname "$0")/../program/common.sh"
skip_without_data
small_spec >"$work/small.yaml"
# Odd sizes: a last partial batch, a batch of one, full batch, one hot outputs, early stopping.
cat >"$work/odd.yaml" <<'YAML'
mlpsweep: 1
name: odd
data: {set: fashion-mnist, split: {train: 1001, validation: 333}, scale: zscore}
repeats: 2
base: {hidden: [24], activation: relu, epochs: 3, l2: 1e-4, early_stop: {patience: 1}, optimizer: {learning_rate: 0.05}}
parameters:
- {batch_size: [1, 100, all]}
- {output: sigmoid, loss: [binary_cross_entropy, mean_squared_error], hidden: [[], 13, 20x10], activation: sigmoid, optimizer.momentum: 0.9}
YAML
# Experiments that start from winners: every rank must count the same grid after each round.
cat >"$work/chain.yaml" <<'YAML'
mlpsweep: 1
name: chain
data: {set: fashion-mnist, split: {train: 1000, validation: 300}}
metric: validation_loss
repeats: 2
base: {hidden: [16], batch_size: 50, epochs: 2}
readings: {penalty: {none: {l2: 0}, some: {l2: 1e-3}}}
experiments:
  rates: {parameters: {optimizer.learning_rate: [0.01, 0.1]}}
  widths: {from: {best_of: rates}, parameters: {hidden: [8, 16]}}
  last: {from: {best_of: widths}, parameters: {activation: [tanh, relu]}}
  next: {from: {best_of: classes}, base: {epochs: 1}}
  classes: {zip: {data.classes: [[0, 6], [7, 8]], optimizer.learning_rate: [1e-4, 0.1]}}
YAML
for isa in best avx2; do
  if [ $isa = avx2 ]; then
    options=(--isa avx2)
    grep -q avx2 /proc/cpuinfo || { echo "this processor has no AVX2: its part is skipped"; continue; }
  else
    options=()
  fi
  for spec in small odd chain; do
    reference=""
    for ranks in 1 2 3; do
      for threads in 1 2; do
        folder=$work/$spec-$isa-$ranks-$threads
        expect_exit 0 mpirun -n $ranks "$program" run "$work/$spec.yaml" -o "$folder" --threads $threads "${options[@]}"
        digest=$(digest "$folder")
        [ -n "$digest" ] || fail "no digest"
        reference=${reference:-$digest}
        [ "$digest" = "$reference" ] || fail "$spec, $isa: $ranks ranks x $threads threads give $digest, not $reference"
      done
    done
    folder=$work/$spec-$isa-alone
    expect_exit 0 "$program" run "$work/$spec.yaml" -o "$folder" "${options[@]}"
    [ "$(digest "$folder")" = "$reference" ] || fail "$spec, $isa: a run without mpirun gives another digest"
    echo "$spec, $isa: one digest for 7 layouts: $reference"
  done
done
