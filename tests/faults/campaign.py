"""Kills, torn writes, power cuts, full and failing disks: what a sweep must come through.

usage: campaign.py PROGRAM FOLDER [--long] [--seed N] [--only PART,...] [--share I/N]
FOLDER holds what CMakeLists.txt here builds.

Each part prints what it did; a promise that does not hold is told with what plays it again, and the
exit code is 1. The short form takes each part's first word for it; the long form is what
tests/README.md has the figures of. All calls and allocations take hours of two cores: a share is
every N-th of them.
"""

import argparse
import collections
import concurrent.futures
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from sweeps_under_fault import Broken, Sweep, acknowledged, expect_own_words

FASHION = pathlib.Path("/usr/share/datasets/fashion-mnist")

IMAGES = """mlpsweep: 1
name: images
data: {set: fashion-mnist, split: {train: 12000, validation: 3000}}
repeats: 3
base: {hidden: [64], activation: relu, batch_size: 64, epochs: 4, optimizer: {learning_rate: 0.05, momentum: 0.9}}
parameters:
  optimizer.learning_rate: [0.01, 0.02, 0.05, 0.1]
  hidden: [32, 64]
"""

SPEC = """mlpsweep: 1
name: forty
data: {train: %s, format: csv, split: {train: 80, validation: 20, test: 20}}
repeats: 2
base: {hidden: [4], activation: tanh, batch_size: 20, epochs: 3, optimizer: {learning_rate: 0.05, momentum: 0.9}}
parameters:
  optimizer.learning_rate: [0.01, 0.02, 0.05, 0.1, 0.2]
  hidden: [3, 4]
  activation: [tanh, relu]
"""

THREE = """mlpsweep: 1
name: three
data: {train: %s, format: csv, split: {train: 80, validation: 20, test: 20}}
base: {hidden: [4], activation: tanh, batch_size: 20, epochs: 2, optimizer: {learning_rate: 0.05}}
parameters:
  optimizer.learning_rate: [0.01, 0.02, 0.05]
"""


def write_data(path):
    """120 rows of three classes that overlap; always the same."""
    draw = random.Random(1)
    with open(path, "w") as out:
        out.write("a,b,c,d,label\n")
        for row in range(120):
            inputs = (min(255, max(0, int(draw.gauss(160 if c == row % 3 else 60, 60)))) for c in range(4))
            out.write(",".join(map(str, inputs)) + f",{row % 3}\n")


class Campaign:
    def __init__(self, options, work):
        self.options, self.work = options, pathlib.Path(work)
        self.draw = random.Random(options.seed)
        self.faults = []
        write_data(self.work / "tiny.csv")
        self.spec = self.work / "forty.yaml"
        self.spec.write_text(SPEC % (self.work / "tiny.csv"))
        calm = self.sweep("calm")
        self.calls = calm.run(at=0, trace=calm.trace).count
        self.reference, trials = calm.digest()
        assert trials == calm.trials

    def sweep(self, name, ranks=1, trials=40):
        return Sweep(self.options.program, self.options.shim, self.spec, self.work / name, ranks, trials)

    def attempt(self, name, what, ranks=1, trials=40):
        """Runs what(sweep); its folder is removed, or the fault noted with the way to play it again."""
        sweep = self.sweep(name, ranks, trials)
        try:
            return what(sweep)
        except (Broken, subprocess.TimeoutExpired) as fault:
            self.faults.append(f"{name} (seed {self.options.seed}): {fault}")
            return None
        finally:
            shutil.rmtree(sweep.folder, ignore_errors=True)
            for end in (".trace", ".count", ".err"):
                pathlib.Path(str(sweep.folder) + end).unlink(missing_ok=True)

    def every_call(self, name, one, stride, trials=40):
        """one(sweep, k) at every stride-th call of this share, until the sweep has no such call."""
        def at(k):
            return self.attempt(f"{name}-{k}", lambda sweep: one(sweep, k), trials=trials)
        share, shares = self.options.share
        points, k = 0, 1 + self.draw.randrange(stride) + (share - 1) * stride
        stride *= shares
        at_once = 2 * os.cpu_count()
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            while True:
                batch = list(pool.map(at, range(k, k + at_once * stride, stride)))
                points += sum(hit is not False for hit in batch)
                k += at_once * stride
                if False in batch or k > 4 * self.calls:
                    return points

    def points(self):
        """A kill at every call, whole and torn."""
        stride = 1 if self.options.long else 37
        for deed in ("kill", "torn"):
            def one(sweep, k, deed=deed):
                run = sweep.run(at=k, do=deed, trace=sweep.trace)
                if not run.faulty:
                    return False
                if run.code != -signal.SIGKILL:
                    raise Broken(f"not killed but ended with {run.code} at {run.faulty}")
                sweep.expect_kept(acknowledged(sweep.trace))
                sweep.expect_whole(self.reference)
                return True
            print(f"points: {self.every_call(deed, one, stride)} kills at a file operation, {deed}")

    def errors(self):
        """The k-th call fails, once and for ever."""
        stride = 1 if self.options.long else 167
        for deed in ("ENOSPC", "EIO", "short"):
            for ever in ({}, {"ever": 1}):
                def one(sweep, k, deed=deed, ever=ever):
                    run = sweep.run(at=k, do=deed, trace=sweep.trace, **ever)
                    if not run.faulty:
                        return False
                    expect_own_words(run, (0,) if deed == "short" else (0, 3), sweep.folder)
                    sweep.expect_kept(acknowledged(sweep.trace))
                    sweep.expect_whole(self.reference)
                    return True
                name = f"{deed}{'-ever' if ever else ''}"
                print(f"errors: {self.every_call(name, one, stride)} calls that fail, {name}")

    def limits(self):
        """A limit on the size of files; a folder that may not be written to; a small file system."""
        for size in (0, 1000, 5000, 20000, 60000):
            def one(sweep, size=size):
                run = sweep.run(limit=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
                expect_own_words(run, (3,), sweep.folder)
                sweep.expect_whole(self.reference)
            self.attempt(f"fsize-{size}", one)
        print("limits: 5 limits on the size of files")
        if os.geteuid() != 0:
            print("limits: skipped the full file system: mounting one needs root")
            return
        for size in (16, 64, 128, 256):
            self.attempt(f"tmpfs-{size}", lambda sweep, size=size: self.on_small_disk(sweep, size))
        print("limits: 4 sizes of a full file system")

    def on_small_disk(self, sweep, kilobytes):
        sweep.folder.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", sweep.folder], check=True)
        try:
            run = sweep.run(at=0, trace=sweep.trace)
            expect_own_words(run, (3,), sweep.folder)
            sweep.expect_kept(acknowledged(sweep.trace))
            subprocess.run(["mount", "-o", "remount,size=16m", sweep.folder], check=True)
            sweep.expect_whole(self.reference)
        finally:
            subprocess.run(["umount", sweep.folder], check=True)

    def power(self):
        """States that a power cut may leave, through the journal's reader and through a whole resume."""
        states, resumes = (10000, 300) if self.options.long else (600, 8)
        for ranks in (1, 2):
            sweep = self.sweep(f"power-{ranks}", ranks)
            sweep.run(at=0, trace=sweep.trace)
            kept = self.work / f"states-{ranks}"
            subprocess.run([self.options.power_loss, sweep.trace, sweep.folder, str(states // 2),
                            str(self.options.seed), kept, str(resumes // 2)], check=True)
            shutil.rmtree(sweep.folder)
            for state in sorted(kept.iterdir()):
                def one(sweep, state=state):
                    shutil.copytree(state, sweep.folder)
                    sweep.damaged = True
                    before = sweep.records()
                    sweep.expect_whole(self.reference)
                    sweep.expect_kept(before)
                self.attempt(f"cut-{ranks}-{state.name}", one)
            print(f"power: {states // 2} states, {resumes // 2} of them resumed ({ranks} ranks)")

    def kills(self):
        """kill -9 of a rank, the coordinator or mpirun, at any moment of sweeps that train."""
        if not FASHION.exists():
            print("kills: skipped: Debian's package dataset-fashion-mnist is not installed")
            return
        self.spec = self.work / "images.yaml"
        self.spec.write_text(IMAGES)
        calm = self.sweep("calm-images", trials=24)
        calm.run()
        reference = calm.digest()[0]
        tally, sweeps = collections.Counter(), 0
        kills, least_sweeps, least_share = (1000, 100, 0.7) if self.options.long else (10, 1, 0.5)
        while tally["all"] < kills or sweeps < least_sweeps:
            sweeps += 1
            self.attempt(f"kills-{sweeps}", lambda sweep: self.killed(sweep, reference, tally),
                         ranks=(1, 2, 4)[sweeps % 3], trials=24)
        if tally["between"] < least_share * tally["all"]:
            self.faults.append(f"only {tally['between']} of {tally['all']} kills fell between acknowledgements")
        print(f"kills: {tally['all']} over {sweeps} sweeps of 1, 2 and 4 ranks (mpirun {tally['mpirun']}, rank 0 "
              f"{tally['rank 0']}, other ranks {tally['worker']}), {tally['between']} of them between the first and "
              "the last acknowledgement")

    def killed(self, sweep, reference, tally):
        """Kills until a run comes through; then its digest must be the undisturbed one's."""
        while True:
            with open(str(sweep.folder) + ".err", "w+") as err:
                job = subprocess.Popen(sweep.command(), stdout=subprocess.DEVNULL, stderr=err)
                # A kill waits for a new record while too few fell between acknowledgements; else a third of
                # them may fall anywhere, start-up included.
                waits = tally["all"] % 3 or tally["between"] < 0.8 * tally["all"]
                begun = sum(sweep.records().values())
                while waits and job.poll() is None and sum(sweep.records().values()) == begun:
                    time.sleep(0.01)
                time.sleep(self.draw.random() * 0.8)
                before = sweep.records()
                victims = {} if job.poll() is not None else sweep.processes(job.pid)
                if not victims:
                    break
                name = self.draw.choice(sorted(victims))
                os.kill(self.draw.choice(victims[name]), signal.SIGKILL)
                job.wait(60)
                sweep.wait_until_gone(20)
            tally["all"] += 1
            tally[name] += 1
            tally["between"] += 0 < sum(before.values()) < sweep.trials
            sweep.expect_kept(before)
        if job.wait() != 0:
            raise Broken(f"a run that was not killed ends with {job.returncode}")
        sweep.expect_whole(reference)


    def allocations(self):
        """The k-th allocation of the program's own code fails."""
        spec, self.spec = self.spec, self.work / "three.yaml"
        self.spec.write_text(THREE % (self.work / "tiny.csv"))
        calm = self.sweep("three", trials=3)
        calm.shim = self.options.allocations
        self.calls, reference = calm.run(new_at=0).count, calm.digest()[0]
        inside_json = []

        def one(sweep, k):
            sweep.shim = self.options.allocations
            run = sweep.run(new_at=k)
            if not run.faulty:
                return False
            # nlohmann's destructors allocate and may not throw, or take a value for whole that found no
            # memory: the program ends, and loses nothing.
            if run.code in (-signal.SIGABRT, -signal.SIGSEGV) and "nlohmann" in sweep.callers(run.ended):
                inside_json.append(k)
            else:
                try:
                    expect_own_words(run, (0, 1, 3), "out of memory")
                except Broken as fault:
                    raise Broken(f"{fault}\nasked by {sweep.callers(run.faulty)}\nended in {sweep.callers(run.ended)}") from None
            sweep.expect_whole(reference)
            return True
        points = self.every_call("new", one, 1 if self.options.long else 1499, trials=3)
        print(f"allocations: {points} that fail; {len(inside_json)} ended the program inside a library")
        self.spec = spec


PARTS = ("points", "errors", "limits", "power", "allocations", "kills")


def share(text):
    one, of = map(int, text.split("/"))
    if not 1 <= one <= of:
        raise ValueError
    return one, of


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("folder", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--share", default=(1, 1), type=share)
    options = parser.parse_args()
    options.shim = options.folder / "libfile_faults.so"
    options.allocations = options.folder / "liballocation_faults.so"
    options.power_loss = options.folder / "power_loss"
    os.environ |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                   "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_hwloc_base_binding_policy": "none",
                   # For speed: a heap that is not given back and asked for again takes half the time of a run.
                   "MALLOC_TRIM_THRESHOLD_": str(1 << 30), "MALLOC_MMAP_THRESHOLD_": str(1 << 30),
                   "MALLOC_TOP_PAD_": str(32 << 20)}
    with tempfile.TemporaryDirectory(prefix="faults") as work:
        campaign = Campaign(options, work)
        for part in options.only.split(","):
            began = time.monotonic()
            getattr(campaign, part)()
            print(f"  {part} took {time.monotonic() - began:.0f} s", flush=True)
    for fault in campaign.faults:
        print("FAILED:", fault)
    return 1 if campaign.faults else 0


if __name__ == "__main__":
    sys.exit(main())
