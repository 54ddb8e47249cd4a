#!/usr/bin/env python3
"""Where an epoch's time goes, beside what it could be at the least: one table a workload.

    python3 tests/bench/where_time_goes.py build/release [w1 w2 ...]

`perf` (Debian: linux-perf) looks 4,000 times a second of processor time at what engine_bench is in, in a
short and in a long run; what the long one has more is epochs alone, without loading. The floor of the
products is their operations by what ceiling_bench reaches on this core: the first layer's without the
inputs that are 0, a load each, where rows stay bytes (engine/README.md), the others' multiply-adds alone.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

from workloads import WORKLOADS, load

LOOKS = 4000  # a second
# The first that fits, by the function's name and its object's.
KINDS = (
    ("first layer, walked", r"add_tiles|pass_tiles|row_backward"),
    ("its bytes, looked through", r"sparse_forward|sparse_gradient|find_|take_offsets|start_gradient"),
    ("products (oneDNN)", r"libdnnl|perf-\d+\.map|multiply<|memmove|memset|memcpy"),
    ("gather, conversion", r"gather|RowSource|BatchOfOne::load|mark<"),
    ("activation, loss", r"activation|Activation|_by_row|_by_unit|row_by_row|unit_by_unit|Entropy|libm\.|score|Tally"),
    ("update", r"update|Sgd"),
    ("the rest", r""),
)


def samples(command):
    """Samples by kind of one run."""
    with tempfile.TemporaryDirectory() as folder:
        data = f"{folder}/perf.data"
        subprocess.run(["perf", "record", "-q", "-e", "cpu-clock", "-F", str(LOOKS), "-o", data, *command], check=True,
                       stdout=subprocess.DEVNULL)
        lines = subprocess.run(["perf", "script", "-i", data, "-F", "ip,sym,dso"], check=True, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.splitlines()
    counts = dict.fromkeys((name for name, _ in KINDS), 0)
    for line in lines:
        counts[next(name for name, pattern in KINDS if re.search(pattern, line))] += 1
    return counts


def epoch_seconds(engine_bench, name, epochs):
    """Seconds of one epoch by kind."""
    runs = [samples([engine_bench, name, "1", str(count)]) for count in (2, 2 + epochs)]
    return {kind: (runs[1][kind] - runs[0][kind]) / LOOKS / epochs for kind, _ in KINDS}


def floor(work, ceilings):
    """Seconds that an epoch's multiply-adds take at the least, and the share of it in the first layer."""
    x = load(work)[0]
    dense = float((x != x.min()).mean())  # of a scaled set too, its lowest value is the byte 0
    # Forward, gradient of the weights; gradient of the inputs behind the first layer.
    trained, scored = work.train, work.validation + (0 if work.running else work.train)
    seconds, first = 0.0, 0.0
    for layer, (inputs, units) in enumerate(zip(work.widths, work.widths[1:])):
        passes = (trained + scored) + trained + (trained if layer else 0)
        rate = ceilings["multiply_add_gflops" if layer else "multiply_add_load_gflops"] * 1e9
        own = 2.0 * inputs * units * passes * (1 if layer else dense) / rate
        seconds += own
        first += 0 if layer else own
    return seconds, first, (trained + scored) / trained - 1


def main():
    build = pathlib.Path(sys.argv[1]).resolve() / "tests/bench"
    ceilings = json.loads(subprocess.run([build / "ceiling_bench"], check=True, stdout=subprocess.PIPE).stdout)
    print(", ".join(f"{key}: {value}" for key, value in ceilings.items()))
    for name in sys.argv[2:] or WORKLOADS:
        work = WORKLOADS[name]
        seconds = epoch_seconds(build / "engine_bench", name, 4 * work.epochs)
        total = sum(seconds.values())
        least, first, scores = floor(work, ceilings)
        print(f"\n{name}: {1e3 * total:.2f} ms an epoch; floor of the products {1e3 * least:.2f} ms, {1e3 * first:.2f} of it "
              f"in the first layer; {scores:.2f} rows scored for each trained on")
        for kind, part in seconds.items():
            print(f"  {kind:<28}{1e3 * part:9.2f} ms {100 * part / total:5.1f} %")


if __name__ == "__main__":
    main()
