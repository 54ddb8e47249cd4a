#!/usr/bin/env bash
# Known data sets: list, check, fetch from a small server on this machine. No other network is asked.
. "$(dirname "$0")/common.sh"
skip_without_data
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
unset MLPSWEEP_DATA
export XDG_DATA_HOME="$work/home" no_proxy=127.0.0.1
source=/usr/share/datasets/fashion-mnist
small=t10k-labels-idx1-ubyte.gz  # 5 KB: what the tests break

# A server whose first folder says how it behaves: /good/..., /cut/..., /wrong/..., /moved/..., /absent/...,
# and for any file /mute/..., /stall/..., /loop/..., /huge/..., /endless/...
cat >"$work/server.py" <<'PY'
import http.server, os, sys, time
files, small, port_file = sys.argv[1:]
class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args): pass
    def misbehave(self, way):
        if way == "mute": time.sleep(600)
        self.send_response(302 if way == "loop" else 200)
        if way == "loop": self.send_header("Location", self.path)
        if way == "stall": self.send_header("Content-Length", "100000")
        if way == "huge": self.send_header("Content-Length", str(10 ** 12))
        self.end_headers()
        if way == "stall":
            self.wfile.write(bytes(1000))
            time.sleep(600)
        try:
            while way == "endless": self.wfile.write(bytes(1 << 20))
        except OSError: pass
    def do_GET(self):
        way, _, rest = self.path.lstrip("/").partition("/")
        if way in ("mute", "stall", "loop", "huge", "endless"): return self.misbehave(way)
        name = os.path.basename(rest)
        path = os.path.join(files, name)
        if not rest.startswith("fashion-mnist/") or not os.path.exists(path) or (way == "absent" and name == small):
            return self.send_error(404)
        if way == "moved":
            self.send_response(302)
            self.send_header("Location", "/good/" + rest)
            return self.end_headers()
        body = open(path, "rb").read()
        length = len(body)
        if name == small and way == "cut": body = body[:1000]
        if name == small and way == "wrong": body = open(os.path.join(files, "train-labels-idx1-ubyte.gz"), "rb").read(); length = len(body)
        if name == small and way == "hurt": body = body[:3000] + bytes([body[3000] ^ 1]) + body[3001:]
        self.send_response(200)
        if name == small and way == "more": body += b"more"
        else: self.send_header("Content-Length", str(length))
        self.end_headers()
        try: self.wfile.write(body)
        except OSError: pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(port_file + ".new", "w") as out: out.write(str(server.server_address[1]))
os.rename(port_file + ".new", port_file)
server.serve_forever()
PY
python3 "$work/server.py" "$source" "$small" "$work/port" &
server=$!
fetch=
trap 'kill $server $fetch; umount "$work/full" 2>/dev/null; rm -rf "$work"' EXIT
for _ in $(seq 100); do [ -e "$work/port" ] && break; sleep 0.1; done
[ -e "$work/port" ] || fail "the test's server does not start"
at=http://127.0.0.1:$(cat "$work/port")

expect_exit 0 "$program" data list
expect_text "$work/out" "found in     $source"
expect_text "$work/out" "mlpsweep data fetch kmnist"
expect_text "$work/out" "doi:10.20676/00000341"
expect_text "$work/out" "published    nowhere"
expect_exit 0 "$program" data check
expect_text "$work/out" "fashion-mnist: good"
expect_exit 2 "$program" data check kmnist
expect_exit 2 "$program" data check kminst
expect_text "$work/err" "nearest: kmnist"
expect_exit 2 "$program" data fetch sign-digits
expect_text "$work/err" "no address is known"

# A good server, through redirections; what is there stays, with its time of change.
expect_exit 0 "$program" data fetch fashion-mnist --to "$work/to" --mirror "$at/moved"
[ "$(ls "$work/to/fashion-mnist" | wc -l)" = 4 ] || fail "not four files came"
grep -q $'\r' "$work/err" && fail "carriage returns where there is no terminal"
before=$(stat -c %Y.%i "$work/to/fashion-mnist/$small")
expect_exit 0 "$program" data fetch fashion-mnist --to "$work/to" --mirror "$at/good/"
expect_text "$work/err" "is there already"
[ "$(stat -c %Y.%i "$work/to/fashion-mnist/$small")" = "$before" ] || fail "a good file was written again"
expect_exit 0 "$program" data check fashion-mnist --data "$work/to"
expect_text "$work/out" "good, in $work/to/fashion-mnist"

# What is cut off, wrong, damaged or absent never stays, and takes no other file with it.
for way in cut wrong hurt absent more; do
  expect_exit 3 "$program" data fetch fashion-mnist --to "$work/$way" --mirror "$at/$way"
  [ "$(ls "$work/$way/fashion-mnist" | wc -l)" = 3 ] || fail "$way: not three files: $(ls "$work/$way/fashion-mnist")"
  [ ! -e "$work/$way/fashion-mnist/$small" ] || fail "$way: the file stayed"
  expect_text "$work/err" "1 file could not be had"
  cp "$work/err" "$work/$way.err"
done
expect_text "$work/cut.err" "cut off after 1000 bytes"
expect_text "$work/wrong.err" "wrong bytes, thrown away"
expect_text "$work/hurt.err" "wrong bytes, thrown away"
expect_text "$work/more.err" "wrong bytes, thrown away"
expect_text "$work/absent.err" "404"

# A wrong file that was there is told by check, and replaced by fetch; a folder may be the mirror.
cp "$source/train-labels-idx1-ubyte.gz" "$work/cut/fashion-mnist/$small"
expect_exit 2 "$program" data check fashion-mnist --data "$work/cut"
expect_text "$work/out" "not the published file"
expect_exit 0 "$program" data fetch fashion-mnist --to "$work/cut" --mirror "$source"
expect_exit 0 "$program" data check fashion-mnist --data "$work/cut"

# Without --to: the user's own folder, where every command looks.
expect_exit 0 "$program" data fetch fashion-mnist --mirror "$work/to"
expect_exit 0 "$program" data check fashion-mnist
expect_text "$work/out" "good, in $work/home/mlpsweep/fashion-mnist"

# Nobody answers.
expect_exit 3 "$program" data fetch kmnist --to "$work/off" --mirror http://127.0.0.1:9
expect_text "$work/err" "does not reach the addresses"
expect_text "$work/err" "--mirror"
[ -z "$(find "$work/off" -type f)" ] || fail "an unreachable server left files"

expect_exit 3 env no_proxy='*' "$program" data fetch kmnist --to "$work/off" --mirror http://no-such-host.invalid
expect_text "$work/err" "does not reach the addresses"

# What keeps the program waiting or never ends is given up, with a reason and without a file.
left() { find "$1" -type f; }
for way in mute stall loop huge endless; do
  expect_exit 3 timeout 60 "$program" data fetch sign-digits --to "$work/$way" --mirror "$at/$way" --timeout 1
  [ -z "$(left "$work/$way")" ] || fail "$way left $(left "$work/$way")"
  cp "$work/err" "$work/$way.err"
done
expect_text "$work/mute.err" "silent for 1 s, given up after 0 bytes"
expect_text "$work/stall.err" "silent for 1 s, given up after 1000 bytes"
expect_text "$work/loop.err" "it redirects more than 10 times"
expect_text "$work/huge.err" "it sends more than a data set can have"
expect_text "$work/endless.err" "it sends more than a data set can have"

# Interrupted in the middle of a file: at once, exit 75, nothing left. Until then no other fetch
# touches that file.
for signal in INT TERM; do
  "$program" data fetch sign-digits --to "$work/stopped" --mirror "$at/stall" 2>"$work/stopped.err" &
  fetch=$!
  for _ in $(seq 100); do [ -s "$work/stopped/sign-digits/dataset_labels.npz.part" ] && break; sleep 0.1; done
  expect_exit 3 "$program" data fetch sign-digits --to "$work/stopped" --mirror "$at/stall"
  expect_text "$work/err" "another fetch is bringing this file"
  [ "$(stat -c %s "$work/stopped/sign-digits/"*.part)" = 1000 ] || fail "the second fetch changed the first's file"
  began=$SECONDS got=0
  kill -$signal $fetch
  wait $fetch || got=$?
  fetch=
  [ $got = 75 ] || fail "$signal: exit $got instead of 75"
  [ $((SECONDS - began)) -le 5 ] || fail "$signal: took $((SECONDS - began)) s"
  expect_text "$work/stopped.err" "interrupted: what came whole is kept"
  [ -z "$(left "$work/stopped")" ] || fail "$signal left $(left "$work/stopped")"
done

# Two at once into one folder: one of them may refuse, but what is there afterwards is whole.
"$program" data fetch fashion-mnist --to "$work/both" --mirror "$source" 2>/dev/null &
fetch=$!
"$program" data fetch fashion-mnist --to "$work/both" --mirror "$source" 2>/dev/null || [ $? = 3 ] || fail "one of two fetches"
wait $fetch || [ $? = 3 ] || fail "the other of two fetches"
fetch=
expect_exit 0 "$program" data fetch fashion-mnist --to "$work/both" --mirror "$source"
[ "$(left "$work/both" | wc -l)" = 4 ] || fail "two fetches left $(left "$work/both")"

# A full disk.
mkdir "$work/full"
if mount -t tmpfs -o size=64k none "$work/full" 2>/dev/null; then
  for mirror in "$at/good" "$source"; do
    expect_exit 3 "$program" data fetch fashion-mnist --to "$work/full" --mirror "$mirror"
    expect_text "$work/err" "No space left on device"
    [ -z "$(left "$work/full")" ] || fail "the full disk holds $(left "$work/full")"
  done
else
  echo "the full disk is left out: only root can make one"
fi

# Someone's own files: arrays of NumPy's make, deflated and stored, and the same images as CSV.
if /usr/bin/python3 -c 'import numpy' 2>/dev/null; then
  (cd "$work" && /usr/bin/python3 - <<'PY'
import numpy as np
random = np.random.default_rng(1)
images = random.integers(0, 256, (200, 8, 8)).astype(np.uint8)
images[150:] = images[:50]
labels = np.where(images.reshape(200, -1).mean(1) > 127, "light", "dark")
np.savez_compressed("bytes.npz", x=images, y=labels)
np.savez("floats.npz", x=(images.reshape(200, 64) / 255).astype("f4"), y=labels)
with open("own.csv", "w") as out:
    out.write("kind," + ",".join(f"p{i}" for i in range(64)) + "\n")
    for label, image in zip(labels, images.reshape(200, 64)):
        out.write(label + "," + ",".join(map(str, image)) + "\n")
PY
  ) || fail "NumPy could not write the files"
  spec() {
    cat <<YAML
mlpsweep: 1
name: own
data: {train: $work/$1, format: $2, classes: [dark, light], positive: light, split: {test: 50, validation: 50}}
base: {hidden: [4], activation: tanh, epochs: 2}
YAML
  }
  spec bytes.npz npz >"$work/bytes.yaml"
  spec floats.npz npz >"$work/floats.yaml"
  spec own.csv csv >"$work/csv.yaml"
  for form in bytes floats csv; do
    expect_exit 0 "$program" run "$work/$form.yaml" -o "$work/run-$form"
    expect_text "$work/err" "of 200 images have an identical twin; in repeat 1,"
    "$program" list "$work/run-$form" --format csv | cut -d, -f1 | tail -n +2 >"$work/$form.names"
    "$program" table "$work/run-$form" >"$work/$form.table"
    cmp "$work/$form.names" "$work/bytes.names" || fail "$form gives the trial another name"
    cmp "$work/$form.table" "$work/bytes.table" || fail "$form gives other figures"
  done
  sed -i 's/classes: \[dark/classes: [drak/' "$work/csv.yaml"
  expect_exit 2 "$program" plan "$work/csv.yaml"
  expect_text "$work/err" "nearest: dark"
fi
echo "ok"
