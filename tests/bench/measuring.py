"""What every bench here does: run programs in turns, watch what they take, and say it in one table."""
import json
import math
import os
import pathlib
import statistics
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field

SAMPLE_SECONDS = 0.1
MEMORY_SECONDS = 0.5  # adding up the pages of one PyTorch process takes 6 ms of a core


class Skipped(Exception):
    """A peer that can't run here, and why."""


def middle(values, digits=2):
    """Median [least .. most]."""
    if len(values) == 1:
        return f"{values[0]:.{digits}f}"
    low, median, high = (f"{f(values):.{digits}f}" for f in (min, statistics.median, max))
    return f"{median} [{low} .. {high}]"


def json_lines(text):
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def run(command, **more):
    """The one line of JSON that a program ends with."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no word of why"])[-1]
        raise Skipped(f"{os.path.basename(str(command[0]))} ended with {done.returncode}: {last}")
    return json_lines(done.stdout)[-1]


@dataclass
class Rounds:
    """Rounds until there are enough, or until another one would go past the time that is given."""
    wanted: int
    until: float  # time.monotonic()
    longest: float = 0

    def __iter__(self):
        for number in range(self.wanted):
            start = time.monotonic()
            if number > 0 and start + self.longest > self.until:
                return
            yield number
            self.longest = max(self.longest, time.monotonic() - start)


def tree_of(pid):
    """The process and all below it."""
    waiting, found = [pid], set()
    while waiting:
        process = waiting.pop()
        found.add(process)
        try:
            for task in os.listdir(f"/proc/{process}/task"):
                with open(f"/proc/{process}/task/{task}/children") as file:
                    waiting += [child for child in map(int, file.read().split()) if child not in found]
        except OSError:  # ended meanwhile
            pass
    return found


def proportional_bytes(process):
    """PSS: a page that n processes share counts 1/n in each."""
    try:
        with open(f"/proc/{process}/smaps_rollup") as file:
            return next(1024 * int(line.split()[1]) for line in file if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0


def processor_seconds(process):
    """Its own and those of the children that it has waited for."""
    try:
        with open(f"/proc/{process}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def runnable_seconds(process):
    """How long each of its threads had a core or waited for one."""
    threads = {}
    for task in pathlib.Path(f"/proc/{process}/task").glob("*"):
        try:
            threads[task] = sum(map(int, (task / "schedstat").read_text().split()[:2])) / 1e9
        except OSError:  # ended meanwhile
            pass
    return threads


@dataclass
class Sample:
    at: float  # time.time()
    processor_seconds: float  # until then
    runnable_seconds: float  # of all threads until then
    seen: object  # by `look`


@dataclass
class Watched:
    """One run of a program with all its children."""
    output: str
    wall_seconds: float
    peak_bytes: int  # most PSS in a sample, summed over the tree
    samples: list

    @property
    def processor_seconds(self):
        return self.samples[-1].processor_seconds

    def idle_core_seconds(self, begin, end, cores):
        """Of that many cores, for want of a thread that could run: what others take of them is no idling."""
        if not os.path.exists("/proc/self/schedstat"):
            return math.nan
        within = [sample for sample in self.samples if begin <= sample.at <= end]
        if len(within) < 2:
            return 0.0
        busy = within[-1].runnable_seconds - within[0].runnable_seconds
        return max(0.0, cores * (within[-1].at - within[0].at) - busy)


def watch(command, look=lambda: None, every=SAMPLE_SECONDS, **more):
    """Runs a command, and looks at it each so many seconds (at its memory twice a second)."""
    samples, peak, over = [], [0], threading.Event()
    memory_every = max(1, round(MEMORY_SECONDS / every))

    def sample(pid):
        runnable = {}  # threads that have ended keep what they had
        while not over.wait(every):
            tree = tree_of(pid)
            if len(samples) % memory_every == 0:
                peak[0] = max(peak[0], sum(map(proportional_bytes, tree)))
            for process in tree:
                runnable.update(runnable_seconds(process))
            samples.append(Sample(time.time(), sum(map(processor_seconds, tree)), sum(runnable.values()), look()))

    with tempfile.TemporaryFile("w+") as errors:
        start = time.monotonic()
        program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, **more)
        sampler = threading.Thread(target=sample, args=(program.pid,))
        sampler.start()
        output, _ = program.communicate()
        seconds = time.monotonic() - start
        over.set()
        sampler.join()
        # What came since the last look; what it took meanwhile is not known.
        last = samples[-1] if samples else Sample(0.0, 0.0, 0.0, None)
        samples.append(Sample(time.time(), last.processor_seconds, last.runnable_seconds, look()))
        errors.seek(0)
        if program.returncode != 0:
            last = (errors.read().strip().splitlines() or ["no word of why"])[-1]
            raise Skipped(f"{os.path.basename(str(command[0]))} ended with {program.returncode}: {last}")
    return Watched(output, seconds, peak[0], samples)


@dataclass
class Row:
    """One program on one piece of work, a value a round; what does not apply stays empty."""
    work: str
    program: str
    seconds: list = field(default_factory=list)
    processor: list = field(default_factory=list)  # seconds, of all its processes
    ratios: list = field(default_factory=list)  # its seconds by mlpsweep's in the same round
    peak_mib: list = field(default_factory=list)
    overhead_ms: list = field(default_factory=list)
    idle_core_seconds: list = field(default_factory=list)
    wished: str = ""
    skipped: str = ""

    def cells(self):
        if self.skipped:
            return [self.work, self.program, f"skipped: {self.skipped}"]
        median = statistics.median(self.seconds)
        digits = 4 if median < 0.1 else 3 if median < 2 else 2 if median < 10 else 1
        rest = [(self.seconds, digits), (self.processor, digits), (self.ratios, 2), (self.peak_mib, 0),
                (self.overhead_ms, 0), (self.idle_core_seconds, 1)]
        return [self.work, self.program,
                *(middle(values, places) if values else "" for values, places in rest),
                str(len(self.seconds)), self.wished]


HEADINGS = ("work", "program", "seconds", "processor s", "seconds by mlpsweep's", "peak MiB", "overhead ms/trial",
            "idle core-s at the end", "rounds", "wished for")


def print_table(rows):
    """Each piece of work is named once; a reason for skipping runs over the columns behind it."""
    cells, last = [], None
    for row in rows:
        shown = row.cells()
        shown[0], last = ("" if row.work == last else row.work), row.work
        cells.append(shown)
    whole = [line for line in cells if len(line) == len(HEADINGS)]
    widths = [max(len(line[column]) for line in [HEADINGS, *whole]) for column in range(len(HEADINGS))]
    widths[:2] = [max(len(line[column]) for line in cells) for column in range(2)]
    for line in [HEADINGS, ["-" * width for width in widths], *cells]:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
