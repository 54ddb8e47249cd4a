"""Long trials, killed again and again: they go on from their checkpoints and end with the same bits.

usage: checkpoints.py PROGRAM FOLDER [--seed N]
FOLDER holds what CMakeLists.txt here builds.

A few trials with momentum, early stopping and shuffling, a checkpoint after every epoch. The shim
writes down each operation on the disk, whatever the program says: a checkpoint's file that is begun
stands for one epoch trained, one that is renamed for an epoch that must never be trained again.
"""

import argparse
import collections
import os
import pathlib
import random
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time

from campaign import write_data
from sweeps_under_fault import Broken, Sweep, trace_entries

EPOCHS_AT = 48  # in a checkpoint's header: results/FORMAT.md

SPEC = """mlpsweep: 1
name: long
data: {train: %s, format: csv, labels: {column: last}, split: {train: 80, validation: 20, test: 20}}
base: {hidden: [16], activation: tanh, batch_size: 8, epochs: 200, keep_weights: both, shuffle: each_epoch,
       optimizer: {learning_rate: 0.02, momentum: 0.9}, early_stop: {patience: 20}}
parameters:
  optimizer.learning_rate: [0.01, 0.02]
  optimizer.momentum: [0.5, 0.9]
"""
TRIALS = 4


class Long(Sweep):
    """With a checkpoint after every epoch, and all that reaches the disk written down."""

    kills = stops = 0

    def command(self):
        return [*super().command(), "--checkpoint", "0"]

    def start(self):
        shim = {"LD_PRELOAD": self.shim, "FAULTS_IN": str(self.folder), "FAULTS_TRACE": self.trace}
        return subprocess.Popen(self.command(), env=os.environ | shim, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True, errors="replace")

    def checkpoints(self):
        """Of each trial: how many were begun, and the epochs of those that were finished, in order."""
        begun, finished, written = collections.Counter(), collections.defaultdict(list), {}
        for call, name, other, _, data in trace_entries(self.trace):
            if "/checkpoints/" not in name or not name.endswith(".tmp"):
                continue
            trial = pathlib.Path(name).name[:32]
            if call == "truncate":
                begun[trial] += 1
                written[name] = b""
            elif call == "write":
                written[name] += data
            elif call == "rename":
                finished[trial].append(struct.unpack_from("<I", written[name], EPOCHS_AT)[0])
        return begun, finished

    def cut_short(self, draw):
        """One run, killed or stopped while it trains; its words, and whether it was."""
        have, job = self.standing(), self.start()
        while job.poll() is None and self.standing() <= have:
            time.sleep(0.01)
        time.sleep(draw.random() * 0.1)
        victims = {} if job.poll() is not None else self.processes(job.pid)
        if victims and self.ranks == 1 and draw.random() < 0.3:  # mpirun's own way to stop a job is another test's
            job.terminate()
            self.stops += 1
        elif victims:
            os.kill(draw.choice(victims[draw.choice(sorted(victims))]), signal.SIGKILL)
            self.kills += 1
        text = job.communicate(timeout=60)[1]
        if self.ranks == 1 and job.returncode not in (0, 75, -signal.SIGKILL):
            raise Broken(f"exit {job.returncode}: {text[-1000:]}")
        self.wait_until_gone(20)
        return text, bool(victims)

    def standing(self):
        """The checkpoints that stand there now, each with its time."""
        found = set()
        for file in (self.folder / "checkpoints").glob("?" * 32):
            try:
                found.add((file.name, file.stat().st_mtime_ns))
            except FileNotFoundError:  # its trial has ended meanwhile
                pass
        return found

    def expect_going_on(self, before, text):
        """Each trial that goes on does so after the last epoch that had reached the disk; the shim may
        have been killed before it wrote down the last of them."""
        for brief, epoch in re.findall(r"trial (\w+) goes on after epoch (\d+) of", text):
            last = next((epochs[-1] for trial, epochs in before.items() if trial.startswith(brief)), 0)
            if int(epoch) not in (last, last + 1):
                raise Broken(f"trial {brief} goes on after epoch {epoch}, and had come to {last}")

    def expect_little_lost(self, epochs_run):
        """No finished checkpoint's epoch is trained again; a kill costs one epoch a rank at most."""
        begun, finished = self.checkpoints()
        for trial, epochs in finished.items():
            if epochs != sorted(set(epochs)):
                raise Broken(f"trial {trial} trained an epoch again that had its checkpoint: {epochs}")
        trained = sum(begun.values()) + TRIALS  # none is written after a trial's last epoch
        if not epochs_run - self.kills * self.ranks <= trained <= epochs_run + self.kills * self.ranks:
            raise Broken(f"{trained} epochs trained for {epochs_run}, {self.kills} kills of {self.ranks} ranks")
        left = [file.name for file in (self.folder / "checkpoints").iterdir()]
        if left:
            raise Broken(f"left behind: {' '.join(left)}")
        return trained

    def epochs_run(self):
        listed = subprocess.run([self.program, "list", str(self.folder), "--values", "epochs_run", "--format", "csv"],
                                capture_output=True, text=True, check=True).stdout.splitlines()
        at = listed[0].split(",").index("epochs_run")
        return [int(float(line.split(",")[at])) for line in listed[1:]]


def cut_short_and_go_on(sweep, reference, draw, most):
    cut = True
    while cut and sweep.kills + sweep.stops < most:
        before = sweep.checkpoints()[1]
        text, cut = sweep.cut_short(draw)
        sweep.expect_going_on(before, text)
    before = sweep.checkpoints()[1]
    job = sweep.start()
    text = job.communicate(timeout=120)[1]
    if job.returncode != 0:
        raise Broken(f"the last run ends with {job.returncode}: {text[-1000:]}")
    sweep.expect_going_on(before, text)
    if sweep.digest() != (reference, TRIALS):
        raise Broken(f"digest {sweep.digest()} instead of {reference} over {TRIALS}")
    if sweep.kills + sweep.stops < most // 2:
        raise Broken(f"only {sweep.kills} kills and {sweep.stops} stops: the trials are too short for that")
    epochs = sum(sweep.epochs_run())
    trained = sweep.expect_little_lost(epochs)
    return f"{sweep.kills} kills and {sweep.stops} stops; {trained} epochs trained for {epochs}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("folder", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.environ |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                   "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_hwloc_base_binding_policy": "none"}
    draw = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        write_data(work / "tiny.csv")

        spec = work / "long.yaml"
        spec.write_text(SPEC % (work / "tiny.csv"))

        def sweep(kind, name, ranks=1):
            return kind(options.program, options.folder / "libfile_faults.so", spec, work / name, ranks, TRIALS)

        try:
            calm = sweep(Sweep, "calm")
            if calm.run().code != 0:
                raise Broken("the undisturbed run fails")
            reference = calm.digest()[0]
            for ranks, most in ((1, 6), (2, 3)):
                said = cut_short_and_go_on(sweep(Long, f"cut-{ranks}", ranks), reference, draw, most)
                print(f"ranks {ranks}: {said}", flush=True)
        except Broken as fault:
            sys.exit(f"FAILED (seed {options.seed}): {fault}")


if __name__ == "__main__":
    main()
