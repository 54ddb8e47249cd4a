"""A whole grid on two cores, from the command line to the finished file and table: mlpsweep, and what
people use instead. peer_data.py's data are unpacked for the peers before the clock starts."""
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import Callable

import grids
import peer_data
from measuring import SAMPLE_SECONDS, Rounds, Row, Skipped, Watched, json_lines, watch

HERE = pathlib.Path(__file__).parent
CORES = 2
OURS = "mlpsweep, 2 ranks x 1 thread"
JOINING = "mlpsweep, 1 rank x 2 threads"
MANY = dict(os.environ, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", OMPI_ALLOW_RUN_AS_ROOT="1",
            OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", PYTHONDONTWRITEBYTECODE="1", PYTHONPATH=str(HERE))
TITLES = {"grid": "24 trials, 3 epochs each", "five": "5 equal trials", "unequal": "4 very unequal trials"}
# Predicted for the 24 trials by a probe on an Intel processor with twice this kind's float32 peak.
WISHED = {"grid": {OURS: "12.2 s, 350 MiB, 30 ms", JOINING: "12.2 s, 30 ms", "peer": "2.3 times"}}


@dataclass
class Grid:
    name: str
    data: str  # folder of the peers' unpacked data
    mlpsweep: pathlib.Path
    output: pathlib.Path  # a folder that is there for this run alone

    def sweep(self):
        return self.output / "sweep"

    def spec(self):
        path = self.output / f"{self.name}.yaml"
        path.write_text(grids.spec(self.name))
        return str(path)


@dataclass
class Run:
    """What one run came to."""
    watched: Watched
    trial_seconds: list
    ended: list  # time.time() of each trial's end
    accuracy: float  # the best of validation
    idle_core_seconds: float = 0


def of_lines(watched, grid):
    """Of a peer, which prints a line of JSON a trial."""
    trials = json_lines(watched.output)
    points = {(trial["rate"], trial["hidden"], trial["activation"]) for trial in trials}
    if points != set(grids.trials(grid.name)):
        sys.exit(f"whole_grid.py: {len(points)} other trials than the grid's {len(grids.trials(grid.name))}")
    run = Run(watched, [trial["seconds"] for trial in trials],
              sorted(trial["ended"] for trial in trials),
              max(trial["validation_accuracy"] for trial in trials))
    run.idle_core_seconds = run.ended[-1] - run.ended[-2]
    return run


def of_sweep(joins):
    """Of mlpsweep: seconds from its records, ends from the growth of its journals. Where threads join
    the last trial, a core is idle as far as no thread could run there; else from the other's end on."""
    def read(watched, grid):
        done = subprocess.run([grid.mlpsweep, "list", grid.sweep(), "--format", "json"], env=MANY, text=True,
                              stdout=subprocess.PIPE, check=True)
        table = json.loads(done.stdout)
        column = {name: [row[i] for row in table["rows"]] for i, name in enumerate(table["headings"])}
        seconds = column["train_seconds"]
        ended = record_times(watched.samples, len(seconds))
        run = Run(watched, seconds, ended, max(column["validation_accuracy"]))
        begin, end = run.ended[-2:]
        run.idle_core_seconds = watched.idle_core_seconds(begin, end, CORES) if joins else end - begin
        return run
    return read


def record_times(samples, trials):
    """When each record came, from the size of all journals at each sample: records of one grid are
    nearly of one size, and what else stands there is small."""
    record, times = max(sample.seen for sample in samples) / trials, []
    for before, after in zip(samples, samples[1:]):
        times += [after.at] * (round(after.seen / record) - round(before.seen / record))
    return times


def journal_bytes(grid):
    return sum(path.stat().st_size for path in grid.sweep().glob("journal/*.mlj"))


@dataclass
class Program:
    command: Callable  # grid -> words
    read: Callable = of_lines  # (Watched, grid) -> Run
    needs: tuple = ()  # Python modules, or programs on the path
    momentum_alike: bool = True
    every: float = SAMPLE_SECONDS  # it is looked at


def ours(*options, joins):
    # A few threads: often enough to see what idles while threads join, 0.5 % of a core.
    return Program(lambda grid: [grid.mlpsweep, "run", grid.spec(), "-o", grid.sweep(), *options], of_sweep(joins),
                   every=0.02)


def python(script, *before):
    return lambda grid: [*before, sys.executable, *(["-m", "mpi4py.futures"] if before else []), HERE / script,
                         grid.name, grid.data]


def parallel(grid):
    points = [" ".join(map(str, point)) for point in grids.trials(grid.name)]
    return ["parallel", "--will-cite", "-j", str(CORES), "--colsep", " ", sys.executable,
            str(HERE / "grid_torch.py"), grid.data, "{1}", "{2}", "{3}", ":::", *points]


PROGRAMS = {
    OURS: ours("--ranks", "2", "--threads", "1", joins=False),
    JOINING: ours("--threads", "2", joins=True),
    "mpi4py.futures, PyTorch": Program(
        # Else the manager, which waits, takes a core from those who train.
        python("grid_mpi4py.py", "mpiexec", "-n", "3", "--bind-to", "none", "--oversubscribe", "--mca",
               "mpi_yield_when_idle", "1"), needs=("mpi4py", "torch", "mpiexec")),
    "Optuna, PyTorch": Program(python("grid_optuna.py"), needs=("optuna", "torch")),
    "GNU parallel, PyTorch": Program(parallel, needs=("torch", "parallel")),
    # Its momentum has no factor (1 - m): the same work, other figures.
    "joblib, scikit-learn": Program(python("grid_joblib.py"), needs=("joblib", "sklearn"), momentum_alike=False),
}


def check_needs(program):
    for name in program.needs:
        if not shutil.which(name) and subprocess.run([sys.executable, "-c", f"import {name}"],
                                                     stderr=subprocess.DEVNULL).returncode != 0:
            raise Skipped(f"{name} is not installed")


def run_once(program, name, data, mlpsweep):
    with tempfile.TemporaryDirectory() as folder:
        grid = Grid(name, data, mlpsweep, pathlib.Path(folder))
        watched = watch(program.command(grid), look=lambda: journal_bytes(grid), every=program.every, env=MANY)
        return program.read(watched, grid)


def check_same_work(runs):
    accuracies = {name: run.accuracy for name, run in runs.items() if PROGRAMS[name].momentum_alike}
    if max(accuracies.values()) - min(accuracies.values()) > 0.03:
        sys.exit(f"whole_grid.py: not the same work: validation accuracies {accuracies}")


def rows(name, runs, skipped):
    fastest = min((program for program in runs if not program.startswith("mlpsweep")), default=None,
                  key=lambda program: statistics.median(run.watched.wall_seconds for run in runs[program]))
    wished = WISHED.get(name, {})
    for program, its in runs.items():
        seconds = [run.watched.wall_seconds for run in its]
        ratios = [theirs / run.watched.wall_seconds for theirs, run in zip(seconds, runs[OURS])]
        overheads = [1e3 * (CORES * wall - sum(run.trial_seconds)) / len(run.trial_seconds)
                     for wall, run in zip(seconds, its)]
        processor = [run.watched.processor_seconds for run in its]
        yield Row(TITLES[name], program, seconds, processor, ratios if program != OURS else [],
                  [run.watched.peak_bytes / 2**20 for run in its], overheads,
                  [run.idle_core_seconds for run in its],
                  wished.get("peer" if program == fastest else program, ""))
    for program, why in skipped.items():
        yield Row(TITLES[name], program, skipped=why)


def measure(mlpsweep, name, rounds, seconds):
    skipped, runs = {}, {}
    until = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as data:
        peer_data.write(data)
        for number in Rounds(rounds, until):
            for program in [program for program in PROGRAMS if program not in skipped]:
                print(f"{TITLES[name]}, round {number + 1}: {program}", file=sys.stderr)
                try:
                    check_needs(PROGRAMS[program])
                    runs.setdefault(program, []).append(run_once(PROGRAMS[program], name, data, mlpsweep))
                except Skipped as why:
                    if program == OURS:  # there is nothing to compare with
                        raise
                    skipped[program] = str(why)
            check_same_work({program: its[-1] for program, its in runs.items()})
    return list(rows(name, {program: its for program, its in runs.items() if its}, skipped))
