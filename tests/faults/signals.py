"""Signals at any moment: the run stops, exit code 75, and the same command ends as if undisturbed.

usage: signals.py PROGRAM SHIM [--long] [--seed N]

INT, TERM, USR1 and HUP to a run alone, to one rank of two (one that trains nothing too), to both and to
mpirun; INT twice; TERM and a KILL one second later; a terminal that is closed; TERM, or INT twice, at
file operations of a sweep.
"""

import argparse
import concurrent.futures
import os
import pathlib
import pty
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

import campaign
from sweeps_under_fault import Broken, Sweep
from journal_frames import BEGUN, frames

STOPPED = 75
MPIRUN_STOPPED = 1  # mpirun's own code where INT, TERM or HUP came to it; its ranks are killed 2 s later
PATIENCE = 60

# An epoch of several seconds: whoever stops at its end is told from whoever stops at once.
LONG_EPOCH = """mlpsweep: 1
name: long
data: {train: %s, format: csv, split: {train: 80, validation: 20, test: 20}}
base: {hidden: [4000, 4000], activation: tanh, batch_size: 1, epochs: 2, optimizer: {learning_rate: 0.001}}
parameters:
  optimizer.learning_rate: [0.001, 0.002]
"""


def catches(process, number):
    """Whether the handler is there yet."""
    try:
        status = pathlib.Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False
    return bool(int(re.search(r"SigCgt:\s*(\w+)", status)[1], 16) >> (number - 1) & 1)


class Signalled(Sweep):
    started = []

    def start(self, **options):
        with open(str(self.folder) + ".err", "w") as err:
            job = subprocess.Popen(self.command(), stdout=subprocess.DEVNULL, stderr=err, **options)
        self.started.append((self, job))
        return job

    @classmethod
    def clear_away(cls):
        """What a promise that did not hold has left running."""
        for sweep, job in cls.started:
            if job.poll() is None:
                job.kill()
                job.wait()
            for processes in (sweep.processes(0) | {"mpirun": []}).values():
                send(processes, signal.SIGKILL)

    def said(self):
        return pathlib.Path(str(self.folder) + ".err").read_text(errors="replace")[-1500:]

    def wait_for(self, job, holds, what):
        deadline = time.monotonic() + PATIENCE
        while not holds():
            if job.poll() is not None or time.monotonic() > deadline:
                raise Broken(f"{what} has not come: {self.said()}")
            time.sleep(0.002)

    def targets(self, job):
        """Process numbers of all ranks, rank 0 first, once they catch signals."""
        def ranks():
            found = self.processes(job.pid)
            return found.get("rank 0", []) + found.get("worker", [])
        self.wait_for(job, lambda: len(ranks()) == self.ranks and
                      all(catches(process, signal.SIGUSR1) for process in ranks()), "a rank")
        return ranks()

    def begun(self):
        return sum(kind == BEGUN for journal in self.journals()
                   for kind, _, _ in frames(journal.read_bytes()))


def send(processes, *numbers):
    for number in numbers:
        for process in processes:
            try:
                os.kill(process, number)
            except ProcessLookupError:
                pass
        time.sleep(0.002)  # two that come at once are one to the system


def end(sweep, job, codes, what):
    try:
        code = job.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        raise Broken(f"{what}: it has not ended {PATIENCE} s later") from None
    sweep.wait_until_gone(PATIENCE)
    if code not in codes:
        raise Broken(f"{what}: exit {code} instead of {codes}: {sweep.said()}")
    return code


def deeds(ranks):
    """(what, whom, signals, exit codes) of all that is done to a run. Whom: 0 and 1 a rank, all ranks or mpirun."""
    names = ("INT", "TERM", "USR1", "HUP")
    whom = ["all"] if ranks == 1 else [0, 1, "all"]
    for at, name in enumerate(names):
        yield name, whom[at % len(whom)], [getattr(signal, "SIG" + name)], [STOPPED]
    yield "INT twice", "all", [signal.SIGINT, signal.SIGINT], [STOPPED]
    yield "TERM, and KILL a second later", "all", [signal.SIGTERM], [STOPPED, -signal.SIGKILL, 128 + signal.SIGKILL]
    if ranks > 1:
        yield "USR1", "mpirun", [signal.SIGUSR1], [STOPPED]
        yield "TERM", "mpirun", [signal.SIGTERM], [STOPPED, MPIRUN_STOPPED]


def disturb(sweep, draw, what, whom, numbers, codes):
    """One run that is stopped at a random moment; False if it came to its end before."""
    before = sweep.records()
    job = sweep.start()
    ranks = sweep.targets(job)
    if draw.random() < 0.6:
        sweep.wait_for(job, lambda: job.poll() == 0 or sum(sweep.records().values()) > sum(before.values()),
                       "a record")
    time.sleep(draw.random() * 0.1)
    kept = sweep.records()
    send([job.pid] if whom == "mpirun" else ranks if whom == "all" else [ranks[whom]], *numbers)
    if "KILL" in what:
        time.sleep(1)
        send(ranks, signal.SIGKILL)
    code = end(sweep, job, [0, *codes], f"{what} to {whom}")
    sweep.expect_kept(kept)
    return code != 0


def chain(ranks, new_sweep, reference, options):
    """Sweeps that all of it is done to, one after the other, and that are run to their end then."""
    draw, sweeps, done = random.Random(options.seed), 0, 0
    for _ in range(10 if options.long else 1):
        left = list(deeds(ranks))
        while left:
            sweeps += 1
            sweep = new_sweep(f"chain-{ranks}-{sweeps}", ranks)
            while left and disturb(sweep, draw, *left[0]):
                left.pop(0)
                done += 1
            sweep.expect_whole(reference)
    print(f"{ranks} rank{'s' * (ranks > 1)}, seed {options.seed}: {done} signals or pairs of them over {sweeps} sweeps")


def at_once(program, work):
    """A second INT does not wait for the epoch's end."""
    spec = work / "long.yaml"
    spec.write_text(LONG_EPOCH % (work / "tiny.csv"))
    for ranks in (1, 2):
        sweep = Signalled(program, "", spec, work / f"long-{ranks}", ranks, 2)
        job = sweep.start()
        processes = sweep.targets(job)
        sweep.wait_for(job, lambda: sweep.begun() >= ranks, "a trial")
        send(processes, signal.SIGINT)
        time.sleep(0.3)
        if len(sum((p for name, p in sweep.processes(0).items() if name != "mpirun"), [])) < ranks:
            raise Broken(f"the first INT ends a rank within an epoch: {sweep.said()}")
        begun = time.monotonic()
        send(processes, signal.SIGINT)
        while set(sweep.processes(0)) - {"mpirun"}:
            time.sleep(0.002)
        seconds = time.monotonic() - begun
        end(sweep, job, [STOPPED], "INT twice in a long epoch")
        if seconds > 1:
            raise Broken(f"{ranks} ranks: the second INT took {seconds:.1f} s")
    print("a second INT ends 1 rank and 2 ranks within a second, in the middle of an epoch")


def idle_rank(program, work):
    """A signal to a rank that trains nothing just then stops the others as well."""
    spec = work / "single.yaml"
    spec.write_text(LONG_EPOCH.replace("[4000, 4000]", "[100]").replace("epochs: 2", "epochs: 1000000")
                    .replace("[0.001, 0.002]", "[0.001]") % (work / "tiny.csv"))
    sweep = Signalled(program, "", spec, work / "single", 2, 1)
    job = sweep.start()
    ranks = sweep.targets(job)
    sweep.wait_for(job, sweep.begun, "a trial")
    busy = next(int(journal.stem[-4:]) for journal in sweep.journals()
                if any(kind == BEGUN for kind, _, _ in frames(journal.read_bytes())))
    send([ranks[1 - busy]], signal.SIGTERM)
    end(sweep, job, [STOPPED], "TERM to a rank without a trial")
    print("TERM to a rank without a trial stops the others")


def terminals(new_sweep, reference, quick_sweep, quick_reference):
    """A terminal that is closed stops the run; under nohup it does not."""
    sweep = new_sweep("terminal")
    process, terminal = pty.fork()
    if process == 0:
        os.execv(sweep.program, sweep.command())
    while not sweep.records():
        os.read(terminal, 4096) if sweep.folder.exists() else time.sleep(0.01)
    os.close(terminal)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    if code != STOPPED:
        raise Broken(f"a closed terminal: exit {code} instead of {STOPPED}")
    sweep.expect_whole(reference)
    sweep = quick_sweep("nohup")
    job = sweep.start(preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    send(sweep.targets(job), signal.SIGHUP)
    end(sweep, job, [0], "HUP under nohup")
    sweep.expect_whole(quick_reference)
    print("a closed terminal stops it, exit 75; not under nohup")


def file_operations(new_sweep, reference, calls, options):
    """TERM, or INT twice, at the k-th file operation."""
    draw = random.Random(options.seed)
    stride = 1 if options.long else 101
    for deed, codes in (("int-int", [STOPPED]), ("term", [0, STOPPED])):
        points = 0
        for at in range(1 + draw.randrange(stride), calls - 20, stride):
            sweep = new_sweep(f"{deed}-{at}")
            run = sweep.run(at=at, do=deed)
            if run.code not in codes:
                raise Broken(f"{deed} at file operation {at} ({run.faulty}; seed {options.seed}): exit {run.code}: "
                             f"{run.text[-500:]}")
            sweep.expect_whole(reference)
            points += 1
        print(f"{deed}: at {points} file operations")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for path in ("program", "shim"):
        parser.add_argument(path, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:  # nohup's, which all that is started here would have as well
        signal.signal(signal.SIGHUP, lambda *_: None)
    os.environ |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                   "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_hwloc_base_binding_policy": "none"}
    with tempfile.TemporaryDirectory(prefix="signals") as folder:
        work = pathlib.Path(folder)
        campaign.write_data(work / "tiny.csv")
        specs = {}
        for name, text in (("forty", campaign.SPEC), ("slow", campaign.SPEC.replace("epochs: 3", "epochs: 1000"))):
            specs[name] = work / f"{name}.yaml"
            specs[name].write_text(text % (work / "tiny.csv"))

        def slow(name, ranks=1):
            return Signalled(options.program, options.shim, specs["slow"], work / name, ranks)

        def forty(name):
            return Signalled(options.program, options.shim, specs["forty"], work / name)

        quick, long = forty("calm-forty"), slow("calm-slow", 2)
        calls = quick.run(at=0).count
        if calls < 100:
            raise Broken(f"{options.shim} counts {calls} file operations")
        long.run()
        of_quick, of_long = quick.digest()[0], long.digest()[0]
        at_once(options.program, work)
        idle_rank(options.program, work)
        terminals(slow, of_long, forty, of_quick)
        with concurrent.futures.ThreadPoolExecutor() as pool:  # most of it is waiting for mpirun
            for part in [pool.submit(chain, 1, slow, of_long, options), pool.submit(chain, 2, slow, of_long, options),
                         pool.submit(file_operations, forty, of_quick, calls, options)]:
                part.result()


if __name__ == "__main__":
    try:
        main()
    except Broken as fault:
        sys.exit(f"FAILED: {fault}")
    finally:
        Signalled.clear_away()
