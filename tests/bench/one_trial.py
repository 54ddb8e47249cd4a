"""One network, one core: seconds an epoch of mlpsweep's engine and of PyTorch in all its forms.

In each round every program runs once, so that a slow minute of the machine hits all of them. A run's
first epoch is left out: it warms caches and buffers. A form of PyTorch that took more than one and a
half times the fastest one's in the first round is not run again.
"""
import pathlib
import statistics
import sys
import time

from measuring import Rounds, Row, Skipped, run
from workloads import WORKLOADS

HERE = pathlib.Path(__file__).parent
OURS = "mlpsweep"
FORMS = ("autograd", "in-place", "scripted")  # torch_forms.py's, which may not be loaded without PyTorch
SLOW = 1.5
# Times as fast as PyTorch, the least that is aimed at on any processor.
WISHED = {"w1": 2.3, "w2": 1.9, "w3": 2.1, "w4a": 10, "w4b": 24}
TITLES = {"w1": "W1 784-128-10 tanh, 128 rows", "w2": "W2 784-203-203-10 relu, 128 rows",
          "w3": "W3 784-64-10, 40,000 rows", "w4a": "W4a 784-64-1, one row", "w4b": "W4b 784-12-1, one row"}


def programs(engine_bench, name, core):
    pin = [] if core is None else ["taskset", "-c", str(core)]
    epochs = WORKLOADS[name].epochs
    commands = {OURS: [*pin, engine_bench, name, "1", str(epochs)]}
    for form in FORMS:
        # Autograd takes a quarter of a millisecond for one row: three epochs say it.
        few = 3 if form == "autograd" and WORKLOADS[name].batch == 1 else epochs
        commands[f"PyTorch {form}"] = [*pin, sys.executable, "-B", HERE / "peer_torch.py", name, form, str(few)]
    return commands


def check_same_work(results):
    """Two programs that train alike end alike; their random numbers differ, so only nearly."""
    for result in results:
        if result.get("blas") == "reference":
            raise Skipped("PyTorch runs on the reference BLAS, ten times slower than what anybody "
                          "should compare with: install libopenblas0-pthread")
    longest = max(len(result["epoch_seconds"]) for result in results)
    accuracies = [result["validation_accuracy"] or result["train_accuracy"] for result in results
                  if len(result["epoch_seconds"]) == longest]
    # Full batches at W3's rate swing from one class to another in their first epochs.
    if results[0]["workload"] != "w3" and max(accuracies) - min(accuracies) > 0.03:
        sys.exit(f"one_trial.py: not the same work: accuracies {accuracies}")


class Workload:
    def __init__(self, engine_bench, name, core):
        self.name, self.commands, self.skipped = name, programs(engine_bench, name, core), {}
        self.seconds = {program: [] for program in self.commands}
        self.processor = {program: [] for program in self.commands}

    def round(self):
        results = {}
        for program in list(self.commands):
            try:
                results[program] = run(self.commands[program])
                check_same_work(list(results.values()))
            except Skipped as why:
                if program == OURS:
                    raise
                self.skipped[program] = str(why)
                results.pop(program, None)
                del self.commands[program]
        for program, result in results.items():
            self.seconds[program].append(statistics.median(result["epoch_seconds"][1:]))
            self.processor[program].append(statistics.median(result["epoch_cpu_seconds"][1:]))
        self.drop_slow()

    def drop_slow(self):
        peers = {program: statistics.median(self.seconds[program]) for program in self.commands if program != OURS}
        for program, seconds in peers.items():
            if seconds > SLOW * min(peers.values()):
                del self.commands[program]

    def rows(self):
        measured = {program: values for program, values in self.seconds.items() if values}
        peers = [program for program in measured if program != OURS]
        fastest = min(peers, key=lambda program: statistics.median(measured[program]), default=None)
        for program, values in measured.items():
            yield Row(TITLES[self.name], program, values, self.processor[program],
                      [theirs / ours for theirs, ours in zip(values, measured[OURS])] if program != OURS else [],
                      wished=f"{WISHED[self.name]} times" if program == fastest else "")
        for program, why in self.skipped.items():
            yield Row(TITLES[self.name], program, skipped=why)


def measure(engine_bench, names, core, rounds, seconds):
    workloads = [Workload(engine_bench, name, core) for name in names]
    for number in Rounds(rounds, time.monotonic() + seconds):
        for workload in workloads:
            print(f"one trial, round {number + 1}: {workload.name}", file=sys.stderr)
            workload.round()
    return [row for workload in workloads for row in workload.rows()]
