# What the program's tests share: source it with the program's path as the first argument.
set -euo pipefail
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none

skip_without_data() {
  if ! ls /usr/share/datasets/fashion-mnist/*gz >/dev/null 2>&1; then
    echo "skipped: Debian's package dataset-fashion-mnist is not installed"
    exit 77
  fi
}

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# expect_exit CODE COMMAND...: runs it, output to $work/out and $work/err
expect_exit() {
  local expected=$1 got=0
  shift
  "$@" >"$work/out" 2>"$work/err" || got=$?
  [ "$got" = "$expected" ] || { cat "$work/out" "$work/err" >&2; fail "exit $got instead of $expected: $*"; }
}

expect_text() {  # FILE TEXT
  grep -qF -- "$2" "$1" || { cat "$1" >&2; fail "'$2' is not in what it printed"; }
}

digest() { "$program" verify "$1" | awk '$1 == "digest" {print $2}'; }

# A grid of 12 trials on real images, a few hundredths of a second each.
small_spec() {
  cat <<'YAML'
mlpsweep: 1
name: small
data: {set: fashion-mnist, split: {train: 2000, validation: 500}}
metric: {name: validation_loss, goal: minimize}
repeats: 2
base: {hidden: [16], activation: tanh, batch_size: 64, epochs: 2, optimizer: {learning_rate: 0.05, momentum: 0.9}}
parameters:
  optimizer.learning_rate: [0.01, 0.05, 0.2]
  hidden: [16, 24x16]
YAML
}
