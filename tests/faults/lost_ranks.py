"""Ranks that die or stop in the middle of a sweep: the others carry it to its end, and nothing waits
for ever.

usage: lost_ranks.py PROGRAM

With mpirun --enable-recovery and three ranks: kill -9 of a worker, SIGSTOP of one, kill -9 of rank 0;
and SIGSTOP of a worker, for good and for ten seconds, without --enable-recovery.
"""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

from campaign import write_data
from sweeps_under_fault import RECORD, Broken, Sweep, frames

GIVEN_UP = 8         # seconds, runner/roll_call.h
ALONE = 20
ENDING = 10          # mpi_link.cpp: waits for the others, then for MPI
SLOW = 30            # what a machine with other work may add

SPEC = """mlpsweep: 1
name: sixty
data: {train: %s, format: csv, split: {train: 80, validation: 20, test: 20}}
repeats: 3
base: {hidden: [32], activation: tanh, batch_size: 4, epochs: 3000, optimizer: {learning_rate: 0.05, momentum: 0.9}}
parameters:
  optimizer.learning_rate: [0.01, 0.02, 0.03, 0.05, 0.1]
  hidden: [16, 32]
  activation: [tanh, relu]
"""
TRIALS = 60


class Ranks(Sweep):
    """Three ranks on one machine."""

    options = ["--enable-recovery"]

    def command(self):
        run = super().command()
        return [run[0], *self.options, *run[1:]]

    def start(self):
        """The launcher, once some trials have ended and others run."""
        launcher = subprocess.Popen(self.command(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                    text=True, errors="replace")
        deadline = time.monotonic() + 120
        while len(self.records()) < 4:
            if launcher.poll() is not None or time.monotonic() > deadline:
                launcher.kill()
                raise Broken(f"the sweep has not begun: {launcher.communicate()[1]}")
            time.sleep(0.02)
        return launcher

    def end(self, launcher, seconds):
        """Its exit code, what it said, and the seconds that it took."""
        begun = time.monotonic()
        try:
            _, text = launcher.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise Broken(f"it has not ended {seconds} s later") from None
        return launcher.returncode, text, time.monotonic() - begun

    def clear_away(self, launcher):
        for processes in self.processes(launcher.pid).values():
            for process in processes:
                try:
                    os.kill(process, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        launcher.wait()

    def repeated_elsewhere(self, rank):
        """Trials with two records, none of them by that rank."""
        seen, twice = set(), set()
        for journal in self.journals():
            if journal.name.endswith(f"rank-{rank:04}.mlj"):
                continue
            for kind, fingerprint, _ in frames(journal.read_bytes()):
                if kind == RECORD:
                    (twice if fingerprint in seen else seen).add(fingerprint)
        return twice


def rank_of(process):
    for word in pathlib.Path(f"/proc/{process}/environ").read_bytes().split(b"\0"):
        if word.startswith(b"OMPI_COMM_WORLD_RANK="):
            return int(word.partition(b"=")[2])
    raise Broken(f"process {process} is no rank")


def lose_a_worker(sweep, deed, reference, back=False):
    launcher = sweep.start()
    try:
        worker = sweep.processes(launcher.pid)["worker"][0]
        rank = rank_of(worker)
        os.kill(worker, deed)
        if back:
            time.sleep(GIVEN_UP + 2)
            os.kill(worker, signal.SIGCONT)
        code, text, seconds = sweep.end(launcher, GIVEN_UP + ENDING + 2 * SLOW)
        if code != 0:
            raise Broken(f"exit {code}: {text[-1500:]}")
        if f"rank {rank} on" not in text or "is given up" not in text:
            raise Broken(f"it does not say that rank {rank} is given up: {text[-1500:]}")
        if sweep.digest() != (reference, TRIALS):
            raise Broken(f"digest {sweep.digest()} instead of {reference} over {TRIALS}")
        if twice := sweep.repeated_elsewhere(rank):
            raise Broken(f"{len(twice)} trials were trained twice, {min(twice)} for one")
        sweep.wait_until_gone(SLOW)
        return f"exit 0, {seconds:.1f} s later"
    finally:
        sweep.clear_away(launcher)


def lose_rank_0(sweep):
    launcher = sweep.start()
    try:
        processes = sweep.processes(launcher.pid)
        os.kill(processes["rank 0"][0], signal.SIGKILL)
        begun = time.monotonic()
        sweep.wait_until_gone(ALONE + SLOW)
        _, text, _ = sweep.end(launcher, SLOW)
        if "rank 0 has been silent for 20 s" not in text:
            raise Broken(f"the workers do not say why they end: {text[-1500:]}")
        return f"the workers ended {time.monotonic() - begun:.1f} s later"
    finally:
        sweep.clear_away(launcher)


def main(program):
    os.environ |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                   "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_hwloc_base_binding_policy": "none"}
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        write_data(work / "tiny.csv")
        spec = work / "sixty.yaml"
        spec.write_text(SPEC % (work / "tiny.csv"))

        def sweep(name, ranks=3):
            return Ranks(program, "", spec, work / name, ranks, TRIALS)

        calm = Sweep(program, "", spec, work / "calm", 1, TRIALS)
        if calm.run().code != 0:
            raise Broken("the undisturbed run fails")
        reference = calm.digest()[0]
        def plain(name):
            ranks = sweep(name)
            ranks.options = []
            return ranks

        for what, how in [
                ("kill -9 of a worker", lambda: lose_a_worker(sweep("killed"), signal.SIGKILL, reference)),
                ("SIGSTOP of a worker", lambda: lose_a_worker(sweep("stopped"), signal.SIGSTOP, reference)),
                ("SIGSTOP of a worker, plain mpirun",
                 lambda: lose_a_worker(plain("waits"), signal.SIGSTOP, reference)),
                ("SIGSTOP and SIGCONT of a worker, plain mpirun",
                 lambda: lose_a_worker(plain("back"), signal.SIGSTOP, reference, back=True)),
                ("kill -9 of rank 0", lambda: lose_rank_0(sweep("headless")))]:
            try:
                print(f"{what}: {how()}", flush=True)
            except Broken as fault:
                sys.exit(f"{what}: {fault}")


if __name__ == "__main__":
    main(sys.argv[1])
