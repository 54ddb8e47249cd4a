"""Ranks that die or stop in the middle of a sweep: the others, or the next start, carry it to its end,
and nothing waits for ever.

usage: lost_ranks.py PROGRAM --short | --long MPI_STOPS

Under mpirun with three ranks, with --enable-recovery and without: kill -9 or SIGSTOP of a worker, kill -9
of rank 0, a rank that stops inside MPI_Init or MPI_Finalize. By `run --ranks`: kill -9 or SIGSTOP of
rank 0, kill -9 of mpirun, a rank that stops inside MPI_Init, and a trial that kills whatever trains it:
the short form is that alone. MPI_STOPS is the library that CMakeLists.txt here builds.
"""

import calendar
import concurrent.futures
import itertools
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

from campaign import write_data
from sweeps_under_fault import Broken, Sweep
from journal_frames import BEGUN, FAILED, GIVEN_BACK, RECORD, frames

DETECTED = 10        # seconds, at most: runner/roll_call.h has 8
ALONE = 20
ENDING = 10          # runner/world.cpp: waits for the others, then for MPI
TRAINING = 60        # a whole sweep of three ranks
STARTING = 120       # runner/world.cpp: waits for MPI's beginning, half as long where the launcher counts
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


def rank_of(process):
    """None: it is no rank, or has ended."""
    try:
        words = pathlib.Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
    except OSError:
        return None
    return next((int(word.partition(b"=")[2]) for word in words if word.startswith(b"OMPI_COMM_WORLD_RANK=")), None)


def seconds_until(text, words, moment):
    """From a moment to the line of the log that has these words."""
    for line in text.splitlines():
        if words in line:
            return calendar.timegm(time.strptime(line.split(" ")[0], "%Y-%m-%dT%H:%M:%SZ")) - moment
    raise Broken(f"it does not say '{words}': {text[-1500:]}")


def lose_a_worker(sweep, deed, reference, back=False):
    launcher = sweep.start()
    try:
        worker = sweep.processes(launcher.pid)["worker"][0]
        rank = rank_of(worker)
        os.kill(worker, deed)
        moment = time.time()
        if back:
            time.sleep(DETECTED)
            os.kill(worker, signal.SIGCONT)
        code, text, seconds = sweep.end(launcher, DETECTED + ENDING + 2 * SLOW)
        if code != 0:
            raise Broken(f"exit {code}: {text[-1500:]}")
        if seconds_until(text, f"rank {rank} on", moment) > DETECTED:
            raise Broken(f"rank {rank} was given up late: {text[-1500:]}")
        sweep.expect_complete(reference)
        if twice := sweep.repeated_elsewhere(rank):
            raise Broken(f"{len(twice)} trials were trained twice, {min(twice)} for one")
        sweep.wait_until_gone(SLOW)
        return f"exit 0, {seconds:.1f} s later"
    finally:
        sweep.clear_away(launcher)


def lose_rank_0(sweep, reference):
    launcher = sweep.start()
    try:
        os.kill(sweep.processes(launcher.pid)["rank 0"][0], signal.SIGKILL)
        begun = time.monotonic()
        sweep.wait_until_gone(ALONE + SLOW)
        seconds = time.monotonic() - begun
        _, text, _ = sweep.end(launcher, SLOW)
        if f"rank 0 has been silent for {ALONE} s" not in text:
            raise Broken(f"the workers do not say why they end: {text[-1500:]}")
    finally:
        sweep.clear_away(launcher)
    if sweep.run().code != 0:
        raise Broken("the next run fails")
    sweep.expect_complete(reference)
    return f"the workers ended {seconds:.1f} s later, and the next run came to its end"


class Launched(Ranks):
    """By `run --ranks`."""

    def command(self):
        return [self.program, "run", self.spec, "-o", str(self.folder), "--threads", "1",
                "--ranks", str(self.ranks)]

    def processes(self, launcher):
        found = super().processes(launcher)
        found["rank 0"] = [process for process in found.get("rank 0", []) if process != launcher]
        children = subprocess.run(["pgrep", "-P", str(launcher), "-x", "mpirun"], capture_output=True, text=True)
        found["mpirun"] = [int(process) for process in children.stdout.split()]
        return {name: processes for name, processes in found.items() if processes}


def start_again(sweep, name, deed, reference):
    """The launcher starts the ranks again, and nobody need do anything."""
    launcher = sweep.start()
    try:
        os.kill(sweep.processes(launcher.pid)[name][0], deed)
        code, text, seconds = sweep.end(launcher, 2 * ALONE + ENDING + 2 * SLOW)
        if code != 0 or "starting them again" not in text:
            raise Broken(f"exit {code}: {text[-1500:]}")
        sweep.expect_complete(reference)
        sweep.wait_until_gone(SLOW)
        return f"exit 0, {seconds:.1f} s later"
    finally:
        sweep.clear_away(launcher)
        if launcher.pid in sweep.processes(0).get("rank 0", []):
            launcher.kill()


def trained_by(sweep, trial, dead):
    """The start and rank whose newest journal has that trial begun and not ended; but for the dead, whose
    journals say so for ever."""
    newest = max((journal.name[:8] for journal in sweep.journals()), default="")
    for journal in sweep.journals():
        last = [kind for kind, fingerprint, _ in frames(journal.read_bytes())
                if fingerprint == trial and kind in (BEGUN, RECORD, FAILED, GIVEN_BACK)]
        trainer = newest, int(re.search(r"rank-(\d+)", journal.name)[1])
        if journal.name.startswith(newest) and trainer not in dead and last and last[-1] == BEGUN:
            return trainer
    return None


def one_trial_kills(sweep, reference):
    """What trains a certain trial is killed each time: three times, and then the others go on."""
    launcher = sweep.start()
    try:
        ended = set(sweep.records())
        trial, deaths, killed = None, 0, set()
        while launcher.poll() is None:
            if trial is None:
                begun = {f for journal in sweep.journals() for kind, f, _ in frames(journal.read_bytes()) if kind == BEGUN}
                trial = min(begun - ended - set(sweep.records()), default=None)
            elif (trainer := trained_by(sweep, trial, killed)) is not None:
                victims = sum(sweep.processes(launcher.pid).values(), [])
                for process in victims:
                    if process != launcher.pid and (sweep.ranks == 1 or rank_of(process) == trainer[1]):
                        os.kill(process, signal.SIGKILL)
                        killed.add(trainer)
                        deaths += 1
                        break
            time.sleep(0.005)
        code, text, _ = sweep.end(launcher, SLOW)
        if code != 1 or "ranks died three times" not in text or deaths != 3:
            raise Broken(f"exit {code} after {deaths} deaths over {trial}: {text[-1500:]}")
        if len(sweep.records()) != TRIALS - 1 or trial in sweep.records():
            raise Broken(f"{len(sweep.records())} records")
        if sweep.run().code != 0:
            raise Broken("the next run, which tries it again, fails")
        sweep.expect_complete(reference)
        return f"failed after {deaths} deaths, and the next run trained it"
    finally:
        sweep.clear_away(launcher)


def stop_inside(sweep, rank, place, stops, reference):
    """The others wait for it inside MPI, and no longer than they must."""
    begun = time.monotonic()
    environment = os.environ | {"LD_PRELOAD": stops, "STOPS_RANK": str(rank), "STOPS_IN": place}
    launcher = subprocess.Popen(sweep.command(), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                text=True, errors="replace")
    try:
        code, text, _ = sweep.end(launcher, TRAINING + (STARTING if place == "init" else ENDING) + SLOW)
        seconds = time.monotonic() - begun
        sweep.wait_until_gone(SLOW)
    finally:
        sweep.clear_away(launcher)
    if place == "init" and not isinstance(sweep, Launched):
        if "MPI has not started" not in text or sweep.folder.exists():
            raise Broken(f"exit {code}: {text[-1500:]}")
        return f"ended after {seconds:.1f} s and says why"
    # A rank that stopped there is killed; where Open MPI ends the job by that, the code is Open MPI's.
    if code != 0 and (isinstance(sweep, Launched) or sweep.options):
        raise Broken(f"exit {code}: {text[-1500:]}")
    sweep.expect_complete(reference)
    return f"complete, exit {code} after {seconds:.1f} s"


def main(program, long, stops):
    os.environ |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                   "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_hwloc_base_binding_policy": "none"}
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        write_data(work / "tiny.csv")
        spec = work / "sixty.yaml"
        spec.write_text(SPEC % (work / "tiny.csv"))

        def sweep(name, ranks=3, kind=Ranks, options=None):
            made = kind(program, "", spec, work / name, ranks, TRIALS)
            made.options = Ranks.options if options is None else options
            return made

        calm = Sweep(program, "", spec, work / "calm", 1, TRIALS)
        if calm.run().code != 0:
            raise Broken("the undisturbed run fails")
        reference = calm.digest()[0]
        kill, stop = signal.SIGKILL, signal.SIGSTOP
        short = [("a trial that kills, run --ranks 1", lambda: one_trial_kills(sweep("deadly", 1, Launched), reference))]
        rest = [
            ("SIGSTOP of a worker, plain mpirun", lambda: lose_a_worker(sweep("waits", options=[]), stop, reference)),
            ("kill -9 of rank 0, run --ranks 3",
             lambda: start_again(sweep("again", kind=Launched), "rank 0", kill, reference)),
            ("kill -9 of a worker", lambda: lose_a_worker(sweep("killed"), kill, reference)),
            ("SIGSTOP of a worker", lambda: lose_a_worker(sweep("stopped"), stop, reference)),
            ("SIGSTOP and SIGCONT of a worker, plain mpirun",
             lambda: lose_a_worker(sweep("back", options=[]), stop, reference, back=True)),
            ("kill -9 of rank 0", lambda: lose_rank_0(sweep("headless"), reference)),
            ("SIGSTOP of rank 0, run --ranks 3",
             lambda: start_again(sweep("silent", kind=Launched), "rank 0", stop, reference)),
            ("kill -9 of mpirun, run --ranks 3",
             lambda: start_again(sweep("orphans", kind=Launched), "mpirun", kill, reference)),
            ("a trial that kills, run --ranks 3", lambda: one_trial_kills(sweep("plague", 3, Launched), reference)),
            ("SIGSTOP inside MPI_Init, run --ranks 3",
             lambda: stop_inside(sweep("late", kind=Launched), 1, "init", stops, reference))]
        for place, rank in itertools.product(("init", "finalize"), (0, 1)):
            for how, options in (("--enable-recovery", None), ("plain mpirun", [])):
                rest.append((f"SIGSTOP of rank {rank} inside MPI's {place}, {how}",
                             lambda name=f"{place}-{rank}-{how[0]}", options=options, rank=rank, place=place:
                             stop_inside(sweep(name, options=options), rank, place, stops, reference)))
        with concurrent.futures.ThreadPoolExecutor(3) as pool:  # they wait more than they work
            chosen = short + (rest if long else [])
            for (what, _), done in zip(chosen, [pool.submit(how) for _, how in chosen]):
                try:
                    print(f"{what}: {done.result()}", flush=True)
                except Broken as fault:
                    sys.exit(f"{what}: {fault}")


if __name__ == "__main__":
    main(sys.argv[1], "--long" in sys.argv[2:], sys.argv[-1])
