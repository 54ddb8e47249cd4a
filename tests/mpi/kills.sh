#!/usr/bin/env bash
# kill -9 of the whole job at random moments, most of them while trials run: the next run goes on, no
# finished trial is trained again, and the last digest is that of an undisturbed run.
# usage: kills.sh PROGRAM [KILLS [SEED]]
. "$(dirname "$0")/../program/common.sh"
skip_without_data
kills=${2:-24}
RANDOM=${3:-1}
cat >"$work/kills.yaml" <<'YAML'
mlpsweep: 1
name: kills
data: {set: fashion-mnist, split: {train: 12000, validation: 3000}}
repeats: 3
base: {hidden: [64], activation: relu, batch_size: 64, epochs: 4, optimizer: {learning_rate: 0.05, momentum: 0.9}}
parameters:
  optimizer.learning_rate: [0.01, 0.02, 0.05, 0.1]
  hidden: [32, 64]
YAML
expect_exit 0 mpirun -n 2 "$program" run "$work/kills.yaml" -o "$work/calm"
reference=$(digest "$work/calm")

journals() { find "$1/journal" -name '*.mlj' 2>/dev/null | wc -l || true; }
records() { "$program" list "$1" --format csv 2>/dev/null | grep -c complete || true; }
done_kills=0
while_training=0
sweeps=0
while [ "$done_kills" -lt "$kills" ]; do
  sweeps=$((sweeps + 1))
  folder=$work/sweep-$sweeps
  while :; do
    setsid mpirun -n 2 "$program" run "$work/kills.yaml" -o "$folder" >"$work/out" 2>"$work/err" &
    job=$!
    attempt=$(journals "$folder")
    # A third of the kills may fall anywhere, start-up included; the others wait for the first trial. Which
    # ones goes by their number: drawn, they would hang on how many runs end unkilled, so on the machine.
    if [ $((done_kills % 3)) -gt 0 ]; then
      for _ in $(seq 200); do
        [ "$(journals "$folder")" -gt "$attempt" ] && break
        kill -0 $job 2>/dev/null || break
        sleep 0.02
      done
    fi
    sleep "$(printf '0.%03d' $((RANDOM % 1000)))"
    before=$(records "$folder")
    if ! kill -0 $job 2>/dev/null; then
      code=0; wait $job || code=$?
      [ "$code" = 0 ] || { cat "$work/err" >&2; fail "a run after kills ends with exit code $code"; }
      break
    fi
    kill -9 -- -$job 2>/dev/null || true
    pkill -9 -f -- "run $work/kills.yaml -o $folder" 2>/dev/null || true
    { wait $job; } 2>/dev/null || true
    done_kills=$((done_kills + 1))
    [ "$(journals "$folder")" -le "$attempt" ] || while_training=$((while_training + 1))
    after=$(records "$folder")
    [ "$after" -ge "$before" ] || fail "records were lost: $before before the kill, $after after it"
  done
  [ "$(digest "$folder")" = "$reference" ] || fail "sweep $sweeps ends with another digest than an undisturbed run"
  twice=$("$program" verify "$folder" | awk '/trained twice/ {print $1}')
  [ "$twice" = 0 ] || fail "$twice finished trials were trained again"
done
[ $((while_training * 2)) -gt "$done_kills" ] || fail "only $while_training of $done_kills kills fell while trials ran"
echo "$done_kills kills over $sweeps sweeps, $while_training of them while trials ran: 0 records lost, every digest $reference"
