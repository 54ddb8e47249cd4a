"""A sweep that things are done to: its run, its journals, and what must hold of them afterwards."""

import collections
import os
import pathlib
import re
import subprocess
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))

from journal_frames import RECORD, frames  # noqa: E402  the folder above

Run = collections.namedtuple("Run", "code text count faulty ended")


class Broken(Exception):
    """A promise that did not hold."""


def trace_entries(path):
    """(call, path, other path, offset, bytes) of all that the shim wrote down."""
    data = pathlib.Path(path).read_bytes() if os.path.exists(path) else b""
    at = 0
    while at < len(data):
        end = data.index(b"\n", at)
        call, name, other, offset, count = data[at:end].decode().split("\t")
        at = end + 1 + int(count)
        yield call, name, other, int(offset), data[end + 1:at]


def acknowledged(trace):
    """Fingerprints whose record was synced; and checks that status.json never told of more."""
    written, durable, told = collections.defaultdict(bytes), collections.defaultdict(int), b""
    records = lambda: {f for name, size in durable.items()
                       for kind, f, end in frames(written[name]) if kind == RECORD and end <= size}
    for call, name, _, _, data in trace_entries(trace):
        if name.endswith(".mlj") and call == "write":
            written[name] += data
        elif name.endswith(".mlj") and call == "sync":
            durable[name] = len(written[name])
        elif name.endswith("status.json.tmp"):
            told = told + data if call == "write" else b"" if call == "truncate" else told
        elif call == "rename" and name.endswith("status.json"):
            done = re.search(rb'"done": *(\d+)', told)
            if done and int(done[1]) > len(records()):
                raise Broken(f"status.json tells of {done[1].decode()} trials, {len(records())} are durable")
    return records()


class Sweep:
    """One sweep in a folder of its own, run with the shim before it or without."""

    def __init__(self, program, shim, spec, folder, ranks=1, trials=40):
        self.program, self.shim, self.spec = str(program), str(shim), str(spec)
        self.folder = pathlib.Path(folder)
        self.ranks, self.trials = ranks, trials
        self.trace = str(folder) + ".trace"
        self.damaged = False  # whole frames may have damaged bytes

    def command(self):
        launcher = ["mpirun", "-n", str(self.ranks)] if self.ranks > 1 else []
        return [*launcher, self.program, "run", self.spec, "-o", str(self.folder), "--threads", "1"]

    def run(self, limit=None, **faults):
        """Faults by the shim's names, without FAULTS_ and in small letters."""
        environment, count = dict(os.environ), str(self.folder) + ".count"
        if faults:
            environment |= {"FAULTS_" + name.upper(): str(value) for name, value in faults.items()}
            environment |= {"LD_PRELOAD": self.shim, "FAULTS_IN": str(self.folder), "FAULTS_COUNT": count}
        pathlib.Path(count).unlink(missing_ok=True)
        done = subprocess.run(self.command(), env=environment, capture_output=True, text=True,
                              errors="replace", timeout=120, preexec_fn=limit)
        told = pathlib.Path(count).read_text() if os.path.exists(count) else "0 \n"
        first, last = told.splitlines()[0], told.splitlines()[-1]
        return Run(done.returncode, done.stderr, int(last.split(" ")[0]), *(line.partition(" ")[2] for line in (first, last)))

    def callers(self, addresses):
        """Names of the program's functions at these addresses."""
        return subprocess.run(["addr2line", "-Cfe", self.program, *addresses.split()],
                              capture_output=True, text=True, check=True).stdout

    def processes(self, launcher):
        """Process numbers of the run under way: of mpirun, rank 0 and the other ranks."""
        found = collections.defaultdict(list)
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                arguments = (entry / "cmdline").read_bytes().split(b"\0")
                rank = re.search(rb"\0OMPI_COMM_WORLD_RANK=(\d+)", (entry / "environ").read_bytes())
            except OSError:  # it has ended meanwhile
                continue
            if arguments[0] == self.program.encode() and str(self.folder).encode() in arguments:
                found["worker" if rank and rank[1] != b"0" else "rank 0"].append(int(entry.name))
        if self.ranks > 1:
            found["mpirun"].append(launcher)
        return dict(found)

    def wait_until_gone(self, seconds):
        deadline = time.monotonic() + seconds
        while set(self.processes(0)) - {"mpirun"}:
            if time.monotonic() > deadline:
                raise Broken(f"ranks live on {seconds} s after the job's death")
            time.sleep(0.02)

    def journals(self):
        return sorted(self.folder.glob("journal/*.mlj"))

    def records(self):
        """How many whole record frames each fingerprint has, over all journals."""
        return collections.Counter(f for journal in self.journals()
                                   for kind, f, _ in frames(journal.read_bytes(), self.damaged)
                                   if kind == RECORD)

    def digest(self):
        done = subprocess.run([self.program, "verify", str(self.folder)], capture_output=True, text=True)
        found = re.search(r"digest (\w+) over (\d+) records", done.stdout)
        if done.returncode != 0 or not found:
            raise Broken(f"verify ends with {done.returncode}: {done.stdout}{done.stderr}")
        return found[1], int(found[2])

    def expect_kept(self, before):
        lost = set(before) - set(self.records())
        if lost:
            raise Broken(f"{len(lost)} acknowledged trials are lost, {min(lost)} for one")

    def expect_complete(self, reference):
        if self.digest() != (reference, self.trials):
            raise Broken(f"digest {self.digest()} instead of {reference} over {self.trials}")

    def expect_whole(self, reference):
        """The same command ends well, with the undisturbed run's digest, each trial trained once."""
        done = self.run()
        if done.code != 0:
            raise Broken(f"the next run ends with {done.code}: {done.text[-500:]}")
        self.expect_complete(reference)
        twice = [f for f, n in self.records().items() if n > 1]
        if twice:
            raise Broken(f"{len(twice)} finished trials were trained again, {twice[0]} for one")
        left = [p.name for p in self.folder.iterdir()
                if p.name not in ("sweep.yaml", "resolved.json", "journal", "lock", "status.json",
                                  "results.h5", "checkpoints", "costs.json")]
        if left:
            raise Broken(f"left behind: {' '.join(left)}")

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


def expect_own_words(run, codes, names):
    """An error of ours: an exit code of the list, what it must name, no abort."""
    if run.code not in codes:
        raise Broken(f"exit {run.code} instead of {codes}: {run.text[-500:]}")
    for sign in ("terminate called", "Segmentation", "Assertion", "std::", "basic_"):
        if sign in run.text:
            raise Broken(f"'{sign}' in its words: {run.text[-500:]}")
    if run.code == 3 and str(names) not in run.text:
        raise Broken(f"'{names}' is not in its words: {run.text[-500:]}")
