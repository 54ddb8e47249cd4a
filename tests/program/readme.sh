#!/usr/bin/env bash
# Runs the blocks of README.md marked "ci: day" in their order and holds what they print against the text
# block that follows each. Numbers and fingerprints may differ (another processor, another hour); words,
# columns and rows may not.
. "$(dirname "$0")/common.sh"
skip_without_data
source=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$work/build/release"
ln -s "$(realpath "$program")" "$work/build/release/mlpsweep"
ln -s "$source/sweeps" "$work/sweeps"

normal() {  # what stays of a text when numbers, fingerprints, padding and rules of a table are taken out
  sed -E 's/\b[0-9a-f]{8,32}\b/HASH/g; s/[-+]?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?/N/g; s/[-─]+/-/g; s/ +/ /g; s/ $//; s/ ?[*~]//g'
}

# Each block into a file of its own: N.command and, if a text block follows, N.expected.
awk -v folder="$work" '
  $0 == "<!-- ci: day -->" { armed = 1; next }
  armed && /^```bash/ { armed = 0; n++; out = sprintf("%s/%02d.command", folder, n); inside = 1; next }
  /^```text/ && after { out = sprintf("%s/%02d.expected", folder, n); inside = 1; next }
  inside && /^```/ { inside = 0; after = out ~ /command$/; close(out); next }
  inside { print > out; next }
  /^```/ { after = 0 }
' "$source/README.md"

blocks=0
for command in "$work"/*.command; do
  blocks=$((blocks + 1))
  echo "+ $(cat "$command")"
  (cd "$work" && bash -euo pipefail "$command") >"$work/out" 2>"$work/err" ||
    { cat "$work/out" "$work/err" >&2; fail "exit $? from: $(cat "$command")"; }
  expected=${command%.command}.expected
  [ -f "$expected" ] || continue
  diff <(normal <"$expected") <(normal <"$work/out") ||
    fail "README.md shows another output (left) than the program prints (right) for: $(cat "$command")"
done
[ "$blocks" -ge 5 ] || fail "README.md has only $blocks blocks marked 'ci: day'"
echo "$blocks blocks of README.md run as they stand there"
