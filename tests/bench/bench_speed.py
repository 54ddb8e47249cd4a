#!/usr/bin/env python3
"""mlpsweep's engine beside PyTorch on the same work, in alternating rounds, one thread each.

    python3 tests/bench/bench_speed.py BUILD_FOLDER/tests/bench/engine_bench [--rounds 7]

Workload W1: Fashion-MNIST, 784-128-10 tanh, softmax and cross-entropy, batch 128, averaged momentum
0.9, L2 1e-4; 48,000 rows trained on, then these and 12,000 more scored, each epoch. In each round
every program runs once, so that a slow minute of the machine hits all of them; the figure is the
median over rounds of PyTorch's seconds by mlpsweep's. PyTorch comes in two forms (peer_torch.py): what
its users write, and the fastest that could be made of its calls. Each run's first epoch is left out:
it warms caches and buffers.

Seconds are given twice. Wall time is what a user waits for. Processor time leaves out the moments in
which something else had the core: on a busy machine believe that one.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
FORMS = ("autograd", "in-place")


def run(command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, **more)
    return json.loads(done.stdout.splitlines()[-1])


def check_same_work(results):
    """Two programs that train alike end alike; their random numbers differ, so only nearly."""
    accuracies = [result["validation_accuracy"] for result in results]
    if max(accuracies) - min(accuracies) > 0.03:
        sys.exit(f"bench_speed.py: not the same work: validation accuracies {accuracies}")
    for result in results:
        if result.get("blas") == "reference":
            sys.exit("bench_speed.py: PyTorch runs on the reference BLAS, which nobody should compare "
                     "with: install libopenblas0-pthread")


def measure(programs, rounds):
    """Median seconds an epoch of each program: {kind: {program: [one a round]}}."""
    seconds = {kind: {name: [] for name in programs} for kind in ("wall", "processor")}
    for number in range(rounds):
        results = {name: run(command) for name, command in programs.items()}
        check_same_work(results.values())
        if number == 0:
            for result in results.values():
                facts = ("peer", "blas", "isa", "libraries", "processor", "validation_accuracy")
                print(", ".join(f"{key}: {result[key]}" for key in facts if key in result))
        for name, result in results.items():
            seconds["wall"][name].append(statistics.median(result["epoch_seconds"][1:]))
            seconds["processor"][name].append(statistics.median(result["epoch_cpu_seconds"][1:]))
    return seconds


def report(kind, seconds):
    print(f"\n{kind} seconds an epoch, median over rounds [least .. most]")
    for name, values in seconds.items():
        print(f"  {name:<20}{statistics.median(values):.3f} [{min(values):.3f} .. {max(values):.3f}]")
    for form in FORMS:
        ratios = [peer / ours for peer, ours in zip(seconds[f"PyTorch {form}"], seconds["mlpsweep"])]
        print(f"  mlpsweep trains {statistics.median(ratios):.2f} times the samples a second of PyTorch "
              f"{form} [{min(ratios):.2f} .. {max(ratios):.2f}], {len(ratios)} rounds")
    return min(FORMS, key=lambda form: statistics.median(seconds[f"PyTorch {form}"]))


def check_peer(script, form, epochs, rounds):
    """Whether our PyTorch is as fast as another script of this workload, again in turns; that script
    prints one line of JSON with the median wall seconds of an epoch as epoch_s."""
    folder, ratios = pathlib.Path(script).resolve().parent, []
    other = [sys.executable, "-B", script.resolve(), "--workload", "w1", "--threads", "1", "--epochs",
             str(epochs)]
    for _ in range(rounds):
        ours = run([sys.executable, HERE / "peer_torch.py", form, str(epochs)])
        ratios.append(run(other, cwd=folder)["epoch_s"] / statistics.median(ours["epoch_seconds"][1:]))
    print(f"\npeer_torch.py {form} runs at {statistics.median(ratios):.2f} of the speed of "
          f"{pathlib.Path(script).name} [{min(ratios):.2f} .. {max(ratios):.2f}], wall time")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine_bench", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--epochs", type=int, default=5, help="of each run, the first not counted")
    parser.add_argument("--core", type=int, help="pin every program to this core")
    parser.add_argument("--check-peer", type=pathlib.Path, metavar="FILE",
                        help="compare our PyTorch with another script of the same workload")
    given = parser.parse_args()
    pin = [] if given.core is None else ["taskset", "-c", str(given.core)]
    programs = {"mlpsweep": [*pin, given.engine_bench.resolve(), "w1", "1", str(given.epochs)]}
    for form in FORMS:
        programs[f"PyTorch {form}"] = [*pin, sys.executable, HERE / "peer_torch.py", form,
                                       str(given.epochs)]
    seconds = measure(programs, given.rounds)
    report("wall", seconds["wall"])
    faster = report("processor", seconds["processor"])
    if given.check_peer:
        check_peer(given.check_peer, faster, given.epochs, given.rounds)


if __name__ == "__main__":
    main()
