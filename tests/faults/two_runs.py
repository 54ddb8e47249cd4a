"""Many runs on one folder at once: exactly one runs, the others name it and touch nothing.

usage: two_runs.py PROGRAM SHIM

With flock, and on a file system without (FAULTS_FLOCK): 100 starts at once in a folder that is not
there yet, 20 in one whose owner was killed; then owners that can and that can't be judged from here.
"""

import errno
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

from campaign import SPEC, write_data
from sweeps_under_fault import Broken, Sweep
from journal_frames import RECORD, frames

PATIENCE = 60  # seconds; a machine with other work is slow
JOB = "4711"   # Slurm's number, of every second start


class Runs(Sweep):
    """Starts of one sweep, with locks or on a file system that has none."""

    def __init__(self, program, shim, spec, folder, refusal):
        super().__init__(program, shim, spec, folder)
        self.gate = pathlib.Path(str(folder) + ".gate")
        self.setting = {"LD_PRELOAD": shim, "FAULTS_IN": str(folder), "FAULTS_FLOCK": str(refusal)}

    def start(self, **more):
        return subprocess.Popen(self.command(), env=os.environ | self.setting | more, text=True,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, errors="replace")

    def run_once(self):
        job = self.start()
        text = job.communicate(timeout=PATIENCE)[1]
        return job.returncode, text

    def start_at_once(self, count):
        """Processes that have all come to their first look at the folder, and go on together."""
        waiting = pathlib.Path(str(self.gate) + ".waiting")
        jobs = [self.start(FAULTS_GATE=str(self.gate), **({"SLURM_JOB_ID": JOB} if at % 2 else {}))
                for at in range(count)]
        until(lambda: waiting.exists() and waiting.stat().st_size == count, "not all have come to the gate")
        self.gate.touch()
        return {job.pid: job for job in jobs}

    def owner_file(self):
        """The file with an owner's record, or None."""
        for file in self.folder.glob("lock*"):
            if re.fullmatch(r"lock(\.\d+)?", file.name) and file.stat().st_size > 0:
                return file
        return None

    def owner(self):
        try:
            return json.loads(self.owner_file().read_text())["process"]
        except (AttributeError, OSError, ValueError):  # being made just now
            return None

    def everything(self):
        return {str(path): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
                for path in [self.folder, *self.folder.rglob("*")]}

    def expect_complete(self, reference):
        if self.digest() != (reference, self.trials):
            raise Broken(f"digest {self.digest()} instead of {reference} over {self.trials}")
        if max(self.records().values()) > 1:
            raise Broken("trials were trained twice")
        strange = [path.name for path in self.folder.iterdir()
                   if not re.fullmatch(r"sweep\.yaml|resolved\.json|journal|lock(\.\d+)?|status\.json|costs\.json|results\.h5",
                                       path.name)]
        if strange:
            raise Broken(f"left behind: {' '.join(strange)}")


def until(holds, otherwise):
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise Broken(otherwise)
        time.sleep(0.001)


def expect_refused(code, text, folder, process, with_job):
    words = rf"{re.escape(str(folder))} is in use by process {process}{f' of job {JOB}' if with_job else ''} on " \
            rf"\S+ since \d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ; 'mlpsweep status"
    if code != 2 or not re.search(words, text):
        raise Broken(f"a second run ends with {code}: {text[-500:]}")


def start_many(runs, count, reference):
    """Exactly one of them runs; returns what it said."""
    jobs = runs.start_at_once(count)
    try:
        begun = len(runs.records())
        until(lambda: runs.owner() and len(runs.records()) > begun, "nobody has taken the folder")
        winner = runs.owner()
        os.kill(winner, signal.SIGSTOP)  # so that it outlasts the others on any machine
        with_job = list(jobs).index(winner) % 2 == 1
        for process, job in jobs.items():
            if process != winner:
                text = job.communicate(timeout=PATIENCE)[1]
                expect_refused(job.returncode, text, runs.folder, winner, with_job)
        before = runs.everything()
        expect_refused(*runs.run_once(), runs.folder, winner, with_job)
        if runs.everything() != before:
            raise Broken("a run that was refused has changed the folder")
        status = subprocess.run([runs.program, "status", str(runs.folder)], env=os.environ | runs.setting,
                                capture_output=True, text=True)
        if f"running: process {winner} " not in status.stdout:
            raise Broken(f"status does not tell of process {winner}: {status.stdout}{status.stderr}")
        os.kill(winner, signal.SIGCONT)
        text = jobs[winner].communicate(timeout=PATIENCE)[1]
        if jobs[winner].returncode != 0:
            raise Broken(f"the one that runs ends with {jobs[winner].returncode}: {text[-500:]}")
        runs.expect_complete(reference)
        return text
    finally:
        for job in jobs.values():
            job.kill()
            job.wait()


def kill_one(runs):
    """Leaves a folder whose owner was killed while it trained; returns the owner's record."""
    job = runs.start()
    until(lambda: runs.records() or job.poll() is not None, "the sweep has not begun")
    job.kill()
    job.communicate()
    if runs.owner() != job.pid:
        raise Broken("it was not killed while it ran")
    return json.loads(runs.owner_file().read_text())


def judge_owners(runs, seen):
    """Where there are no locks, a process of this machine that lives no more is recognised."""
    live = subprocess.Popen(["sleep", "600"])
    try:
        start = int(pathlib.Path(f"/proc/{live.pid}/stat").read_text().rpartition(")")[2].split()[19])
        alive = seen | {"process": live.pid, "start": start}
        for record, code, words in [
                (alive, 2, f"in use by process {live.pid} on"),
                (alive | {"start": start + 1}, 0, "ended without giving its lock back"),
                (alive | {"boot": "another"}, 0, "ended without giving its lock back"),
                (alive | {"host": "node7"}, 2, "on node7 since .* remove .*/lock\\.\\d+ and run"),
                (alive | {"process_space": "pid:[1]"}, 2, "If it surely runs no more, remove")]:
            newest = max(runs.folder.glob("lock.*"), key=lambda file: int(file.suffix[1:]))
            newest.write_text(json.dumps(record))
            found, text = runs.run_once()
            if found != code or not re.search(words, text):
                raise Broken(f"exit {found} instead of {code} with {record}: {text[-600:]}")
        newest.unlink()  # as it was told to
        if runs.run_once()[0] != 0:
            raise Broken("it can't be taken over by hand")
    finally:
        live.kill()
        live.wait()


def main(program, shim):
    program, shim = (str(pathlib.Path(path).resolve()) for path in (program, shim))
    os.environ.pop("SLURM_JOB_ID", None)
    with tempfile.TemporaryDirectory(prefix="two-runs") as folder:
        work = pathlib.Path(folder)
        write_data(work / "tiny.csv")
        spec = work / "forty.yaml"
        spec.write_text((SPEC % (work / "tiny.csv")).replace("epochs: 3", "epochs: 600"))
        calm = Sweep(program, shim, spec, work / "calm")
        if calm.run().code != 0:
            raise Broken("the undisturbed run fails")
        reference = calm.digest()[0]
        for form, refusal in [("flock", 0), ("no locks", errno.ENOLCK)]:
            begun = time.monotonic()
            start_many(Runs(program, shim, spec, work / f"new {form}", refusal), 100, reference)
            print(f"{form}: 100 starts in a new folder, one ran, 99 named it ({time.monotonic() - begun:.1f} s)")
            begun = time.monotonic()
            stale = Runs(program, shim, spec, work / f"stale {form}", refusal)
            dead = kill_one(stale)
            text = start_many(stale, 20, reference)
            if f"ended without giving its lock back: process {dead['process']} on" not in text:
                raise Broken(f"it does not say whose lock it took over: {text[-1000:]}")
            print(f"{form}: 20 starts after a kill -9, one took over, 19 named it ({time.monotonic() - begun:.1f} s)")
        judge_owners(stale, dead)
        print(f"{form}: owners that are gone, that live, and that can't be known")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Broken as fault:
        sys.exit(f"FAILED: {fault}")
