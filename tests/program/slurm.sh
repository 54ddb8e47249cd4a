#!/usr/bin/env bash
# The batch script that `mlpsweep slurm` prints, with stand-ins for Slurm's commands: when it starts the ranks
# again, when it asks to come back into the queue, and when neither.
. "$(dirname "$0")/common.sh"
skip_without_data
small_spec >"$work/small.yaml"

# srun: what stands behind its options runs, once for each line of $work/starts, as that line says.
mkdir "$work/bin"
cat >"$work/bin/srun" <<'SH'
#!/bin/bash
while [[ $1 == -* ]]; do shift; done
how=$(head -n 1 "$WORK/starts"); sed -i 1d "$WORK/starts"
echo "$how part $MLPSWEEP_RUN_PART" >>"$WORK/log"
case $how in
  dies) exit 137 ;;
  idle) trap 'exit 75' USR1; touch "$WORK/begun"; while :; do sleep 0.05; done ;;
  deaf) touch "$WORK/begun"; exec env --ignore-signal=USR1 sleep 600 ;;
  runs) exec "$@" ;;
  part) "$@" epochs=1000000 & trap 'kill -USR1 $!' USR1
        until compgen -G "$WORK/*/status.json" >/dev/null; do sleep 0.05; done  # it listens by now
        touch "$WORK/begun"
        while kill -0 $! 2>/dev/null; do wait $!; done
        wait $!; echo "code $?" >>"$WORK/log"; exit 75 ;;
esac
SH
cat >"$work/bin/scontrol" <<'SH'
#!/bin/bash
echo "$*" >>"$WORK/log"
job=$(cat "$WORK/pid")
kill -KILL "$job" $(pgrep -P "$job" | grep -vx $$)  # so does Slurm with what it puts back
SH
cat >"$work/bin/squeue" <<'SH'
#!/bin/bash
cat "$WORK/state"
SH
cat >"$work/bin/sbatch" <<'SH'
#!/bin/bash
cat >"$WORK/submitted"
SH
chmod +x "$work"/bin/*
export WORK=$work PATH=$work/bin:$PATH SLURM_JOB_ID=7

# job NAME START...: exit code of the script, its words in $work/err; what Slurm heard in $work/log
job() {
  local name=$1 code=0
  shift
  printf '%s\n' "$@" >"$work/starts"
  : >"$work/log"
  [ -f "$work/state" ] || echo RUNNING >"$work/state"
  "$program" slurm "$work/small.yaml" --nodes 2 --time 10 --notice 10 -o "$work/$name" >"$work/$name.sh"
  bash "$work/$name.sh" >"$work/out" 2>"$work/err" &
  job=$!
  echo "$job" >"$work/pid"
  if [[ $1 == part || $1 == idle || $1 == deaf ]]; then
    for ((i = 0; i < 600; ++i)); do [ -e "$work/begun" ] && break; sleep 0.1; done
    rm "$work/begun"
    kill -USR1 "$job"  # as Slurm does before the time limit
  fi
  wait "$job" || code=$?
  echo "$code"
}

[ "$(job calm runs)" = 0 ] || fail "an undisturbed job: $(cat "$work/err")"
[ "$(cat "$work/log")" = "runs part 0" ] || fail "a job that is done heard of $(cat "$work/log")"

[ "$(job rank dies dies runs)" = 0 ] || fail "ranks that died were not started again: $(cat "$work/err")"
[ "$(cat "$work/log")" = $'dies part 0\ndies part 1\nruns part 2' ] || fail "$(cat "$work/log")"
[ "$(digest "$work/rank")" = "$(digest "$work/calm")" ] || fail "other bits after ranks that died"

[ "$(job lost dies dies dies dies runs)" = 137 ] || fail "starts that bring nothing go on for ever"
[ "$(wc -l <"$work/log")" = 4 ] || fail "$(cat "$work/log")"
expect_text "$work/err" "the last starts brought nothing new: not queued again"

rm "$work"/*/status.json
job time part >/dev/null
[ "$(cat "$work/log")" = $'part part 0\ncode 75\nrequeue 7' ] || fail "out of time: $(cat "$work/log" "$work/err")"

job deaf deaf >/dev/null
[ "$(cat "$work/log")" = $'deaf part 0\nrequeue 7' ] || fail "ranks that don't answer: $(cat "$work/log" "$work/err")"
(SLURM_RESTART_COUNT=3 job deafer deaf >/dev/null) &
for ((i = 0; i < 200; ++i)); do grep -q "not once more" "$work/err" 2>/dev/null && break; sleep 0.1; done
pkill -KILL -P "$(cat "$work/pid")"; wait
expect_text "$work/err" "not once more"
grep -q requeue "$work/log" && fail "ranks that never answer come back for ever"
for count in 2 3; do
  export SLURM_RESTART_COUNT=$count
  job nothing idle >/dev/null
  [ "$(grep -c requeue "$work/log")" = $((3 - count)) ] || fail "restart $count brought nothing: $(cat "$work/log")"
done
unset SLURM_RESTART_COUNT

rm "$work"/*/status.json
echo >"$work/bin/squeue" 'exit 1'  # too busy to answer
job busy part >/dev/null
grep -q requeue "$work/log" || fail "a Slurm that does not answer was not asked: $(cat "$work/err")"
printf '#!/bin/bash\ncat "$WORK/state"\n' >"$work/bin/squeue"

rm "$work"/*/status.json
echo CANCELLED >"$work/state"
[ "$(job cancelled part)" = 75 ] || fail "a cancelled job's exit code"
expect_text "$work/log" "code 75"
grep -q requeue "$work/log" && fail "a cancelled job came back into the queue"
rm "$work/state"

# Refused: once, and with the sweep's own code, though an older sweep there is whole.
sed 's/0.01, 0.05, 0.2/0.01/' "$work/small.yaml" >"$work/fewer.yaml" && cp "$work/small.yaml" "$work/kept.yaml"
cp "$work/fewer.yaml" "$work/small.yaml"
[ "$(job calm runs)" = 2 ] || fail "a sweep that dropped trials: $(cat "$work/err")"
[ "$(cat "$work/log")" = "runs part 0" ] || fail "$(cat "$work/log")"
cp "$work/kept.yaml" "$work/small.yaml"

# A job array: each part by itself.
"$program" slurm "$work/small.yaml" --nodes 1 --time 10 --shards 2 -o "$work/parts" >"$work/parts.sh"
for part in 1 2; do
  echo runs >"$work/starts"
  SLURM_ARRAY_TASK_ID=$part bash "$work/parts.sh" >"$work/out" 2>"$work/err" || fail "part $part: $(cat "$work/err")"
  expect_text "$work/out" "small: 6/6 done"
done
expect_exit 0 "$program" merge "$work/parts"
[ "$(digest "$work/parts")" = "$(digest "$work/calm")" ] || fail "other bits of a job array"

expect_exit 0 "$program" slurm "$work/small.yaml" --nodes 2 --time 10 --submit
expect_text "$work/submitted" "#SBATCH --nodes=2"
[ ! -s "$work/out" ] || fail "a script that was submitted is printed as well"
expect_exit 2 "$program" slurm "$work/small.yaml" --nodes 2 --time soon --submit
expect_text "$work/err" "--time: expected minutes"
expect_exit 2 "$program" slurm "$work/small.yaml" --nodes 2 --time 10 optimizer.learning_rat=3
expect_text "$work/err" "learning_rate"
echo 'exit 1' >"$work/bin/sbatch"
expect_exit 3 "$program" slurm "$work/small.yaml" --nodes 2 --time 10 --submit
expect_text "$work/err" "nothing was submitted"
