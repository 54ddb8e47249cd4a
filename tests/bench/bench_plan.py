#!/usr/bin/env python3
"""What `plan --time` predicts beside what the run then takes, for five sweeps.

    python3 tests/bench/bench_plan.py BUILD_FOLDER/mlpsweep [--threads N] [--sweeps grid,w1] [--rounds 1]

grid: rates {0.005, 0.01, 0.05} x topologies {64, 128, 256, 203x203} x {tanh, relu}, 3 epochs, Fashion-MNIST with 48,000
rows to train on and 12,000 to validate; w1, w2: 784-128-10 and 784-203-203-10 with batches of 128; one: a batch of one;
early: with early stopping, where the upper end of the prediction must hold. Both numbers are the program's own
(costs.json, kept with each sweep). "others" is the share of the machine's cores that other programs took while the
pieces, and then the sweep, were trained: where the two differ, the times were not the sweep's alone.
"""
import argparse
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

BASE = """mlpsweep: 1
name: {name}
data: {{set: fashion-mnist, split: {{validation: 12000}}, scale: zscore}}
metric: {{name: validation_loss, goal: minimize}}
repeats: {repeats}
base: {{{base}, optimizer: {{name: sgd, learning_rate: {rate}, momentum: 0.9, momentum_form: averaged}}}}
"""
GRID = """parameters:
  optimizer.learning_rate: [0.005, 0.01, 0.05]
  hidden: [64, 128, 256, 203x203]
  activation: [tanh, relu]
"""
SWEEPS = {
    "grid": BASE.format(name="grid", repeats=1, rate=0.01, base="batch_size: 128, epochs: 3") + GRID,
    "w1": BASE.format(name="w1", repeats=4, rate=0.05, base="hidden: [128], batch_size: 128, epochs: 6"),
    "w2": BASE.format(name="w2", repeats=4, rate=0.05, base="hidden: [203, 203], batch_size: 128, epochs: 4"),
    "one": BASE.format(name="one", repeats=4, rate=0.001, base="hidden: [128], batch_size: 1, epochs: 2"),
    "early": BASE.format(name="early", repeats=4, rate=0.5,
                         base="hidden: [128], batch_size: 128, epochs: 30, early_stop: {patience: 2}"),
}


def busy_seconds():
    """Core-seconds that all programs of this machine have used, and those that our children have."""
    fields = [int(text) for text in pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    idle = fields[3] + fields[4]
    mine = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (sum(fields[:8]) - idle) / os.sysconf("SC_CLK_TCK"), mine.ru_utime + mine.ru_stime


def run(command):
    """Output, and the share of all cores that others took meanwhile."""
    all_before, own_before = busy_seconds()
    begun = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    seconds = time.monotonic() - begun
    all_after, own_after = busy_seconds()
    others = (all_after - all_before) - (own_after - own_before)
    return done.stdout, max(0.0, others / (seconds * os.cpu_count()))


def measure(program, name, threads, folder):
    spec = folder / f"{name}.yaml"
    spec.write_text(SWEEPS[name])
    to = str(folder / "to")
    subprocess.run(["rm", "-rf", to], check=True)
    _, others_before = run([program, "plan", str(spec), "--time", "--cores", str(threads), "-o", to])
    _, others = run([program, "run", str(spec), "-o", to, "--threads", str(threads)])
    costs = json.loads((folder / "to" / "costs.json").read_text())
    said = next(layout for layout in costs["predicted"]["layouts"]
                if (layout["ranks_per_node"], layout["threads"]) == (1, threads))
    return said, costs["measured"], costs["predicted"]["may_stop_early"], others_before, others


def verdict(said, took, at_most):
    if at_most:
        return took["seconds"] <= said["seconds_high"]
    return abs(said["seconds"] / took["seconds"] - 1) <= 0.2


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--sweeps", default=",".join(SWEEPS))
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    print("sweep  predicted (interval)            took     off      within 20 %   MiB predicted  took   others: plan  run")
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.rounds):
            for name in options.sweeps.split(","):
                said, took, at_most, others_before, others = measure(
                    options.program, name, options.threads, pathlib.Path(folder))
                off = said["seconds"] / took["seconds"] - 1
                print(f"{name:5}  {said['seconds']:6.1f} s ({said['seconds_low']:6.1f} to {said['seconds_high']:6.1f} s)"
                      f"  {took['seconds']:6.1f} s  {off:+6.1%}  {'yes' if verdict(said, took, at_most) else 'no':3}"
                      f"{' (at most)' if at_most else '          '}"
                      f"  {said['rank_bytes'] / 2**20:12.1f}  {took['rank_bytes'] / 2**20:6.1f}"
                      f"  {others_before:12.0%}  {others:4.0%}", flush=True)


if __name__ == "__main__":
    main()
