"""Signals at any moment: the run stops, exit code 75, and the same command ends as if undisturbed.

usage: signals.py PROGRAM SHIM [--long] [--seed N]

INT, TERM, USR1 and HUP to a run alone, to one rank of two, to both and to mpirun; INT twice; TERM and
a KILL one second later; a terminal that is closed; TERM, or INT twice, at file operations of a sweep.
"""

import argparse
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
from sweeps_under_fault import Broken, Sweep, frames

STOPPED = 75
MPIRUN_STOPPED = 1  # mpirun's own code where INT, TERM or HUP came to it; its ranks are killed 2 s later
BEGUN = 2
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
    def start(self, **options):
        with open(str(self.folder) + ".err", "w") as err:
            return subprocess.Popen(self.command(), stdout=subprocess.DEVNULL, stderr=err, **options)

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
    """One run that is stopped at a random moment."""
    before = sweep.records()
    job = sweep.start()
    ranks = sweep.targets(job)
    if draw.random() < 0.6:
        sweep.wait_for(job, lambda: sum(sweep.records().values()) > sum(before.values()), "a record")
    time.sleep(draw.random() * 0.2)
    kept = sweep.records()
    send([job.pid] if whom == "mpirun" else ranks if whom == "all" else [ranks[whom]], *numbers)
    if "KILL" in what:
        time.sleep(1)
        send(ranks, signal.SIGKILL)
    end(sweep, job, codes, f"{what} to {whom}")
    sweep.expect_kept(kept)


def chains(new_sweep, reference, options, draw):
    """A sweep that all of it is done to, one after the other, and that is run to its end then."""
    for ranks in (1, 2):
        for round_ in range(10 if options.long else 1):
            sweep = new_sweep(f"chain-{ranks}-{round_}", ranks)
            done = list(deeds(ranks))
            for deed in done:
                disturb(sweep, draw, *deed)
            sweep.expect_whole(reference)
        print(f"{ranks} ranks: {(round_ + 1) * len(done)} signals or pairs of them")


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


def terminals(new_sweep, reference):
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
    sweep = new_sweep("nohup")
    job = sweep.start(preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    send(sweep.targets(job), signal.SIGHUP)
    end(sweep, job, [0], "HUP under nohup")
    sweep.expect_whole(reference)
    print("a closed terminal stops it, exit 75; not under nohup")


def file_operations(new_sweep, options, draw):
    """TERM, or INT twice, at the k-th file operation."""
    calm = new_sweep("calm-forty")
    calls = calm.run(at=0).count
    reference = calm.digest()[0]
    stride = 1 if options.long else 101
    for deed, codes in (("int-int", [STOPPED]), ("term", [0, STOPPED])):
        points = 0
        for at in range(1 + draw.randrange(stride), calls - 20, stride):
            sweep = new_sweep(f"{deed}-{at}")
            run = sweep.run(at=at, do=deed)
            if run.code not in codes:
                raise Broken(f"{deed} at file operation {at} ({run.faulty}): exit {run.code}: {run.text[-500:]}")
            sweep.expect_whole(reference)
            points += 1
        print(f"{deed}: at {points} file operations")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("shim", type=pathlib.Path)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    os.environ |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                   "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_hwloc_base_binding_policy": "none"}
    with tempfile.TemporaryDirectory(prefix="signals") as folder:
        work = pathlib.Path(folder)
        campaign.write_data(work / "tiny.csv")
        specs = {}
        for name, text in (("forty", campaign.SPEC), ("slow", campaign.SPEC.replace("epochs: 3", "epochs: 2000"))):
            specs[name] = work / f"{name}.yaml"
            specs[name].write_text(text % (work / "tiny.csv"))

        def slow(name, ranks=1):
            return Signalled(options.program, options.shim, specs["slow"], work / name, ranks)

        def forty(name):
            return Signalled(options.program, options.shim, specs["forty"], work / name)

        calm = slow("calm-slow", 2)
        if calm.run().code != 0:
            raise Broken("the undisturbed run fails")
        reference = calm.digest()[0]
        for part in (lambda: chains(slow, reference, options, draw), lambda: at_once(options.program, work),
                     lambda: terminals(slow, reference), lambda: file_operations(forty, options, draw)):
            begun = time.monotonic()
            part()
            print(f"  {time.monotonic() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    try:
        main()
    except Broken as fault:
        sys.exit(f"FAILED: {fault} (seed {sys.argv[-1] if '--seed' in sys.argv else 1})")
