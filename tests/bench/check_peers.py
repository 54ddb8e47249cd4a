#!/usr/bin/env python3
"""Whether the peers here are as fast as other scripts for the same work, so that nobody has to believe it.

    python3 tests/bench/check_peers.py FOLDER [--rounds 3] [--only w1 w2 w3 w4a w4b mpi4py optuna parallel joblib]

FOLDER has train_torch.py, which takes --workload, --threads and --epochs and ends with a line of JSON
whose epoch_s is the median of an epoch, and sweep/ with a driver for each of the others, which run
the 24 trials. Both sides run in turns; each line is how fast ours is, as a share of the other's speed: by
the clock, and for the 24 trials by processor time too, which a busy machine changes less.
"""
import argparse
import os
import pathlib
import statistics
import sys
import tempfile

import one_trial
import peer_data
import whole_grid
from measuring import middle, run, watch

DRIVERS = {  # of FOLDER/sweep, and ours
    "mpi4py": (["mpiexec", "-n", "3", "--bind-to", "none", "--oversubscribe", "--mca", "mpi_yield_when_idle", "1",
                sys.executable, "-m", "mpi4py.futures", "iv_mpi.py"], "mpi4py.futures, PyTorch"),
    "optuna": ([sys.executable, "iii_optuna.py"], "Optuna, PyTorch"),
    "parallel": (["bash", "i_parallel.sh"], "GNU parallel, PyTorch"),
    "joblib": ([sys.executable, "ii_sklearn.py", "--eval"], "joblib, scikit-learn"),
}


def of_trial(folder, name, rounds):
    """Our fastest form, chosen in the first round."""
    commands = one_trial.programs("", name, None)
    del commands[one_trial.OURS]
    ratios = []
    for _ in range(rounds):
        seconds = {form: statistics.median(run(command)["epoch_seconds"][1:]) for form, command in commands.items()}
        fastest = min(seconds, key=seconds.get)
        commands = {fastest: commands[fastest]}
        epochs = str(one_trial.WORKLOADS[name].epochs)
        other = run([sys.executable, "-B", "train_torch.py", "--workload", name, "--threads", "1", "--epochs", epochs],
                    cwd=folder)
        ratios.append(other["epoch_s"] / seconds[fastest])
    return fastest, ratios, []


def of_grid(folder, name, rounds, data):
    command, program = DRIVERS[name]
    wall, processor = [], []
    for _ in range(rounds):
        ours = whole_grid.run_once(whole_grid.PROGRAMS[program], "grid", data, None).watched
        with tempfile.TemporaryDirectory() as scratch:
            more = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                        PYTHONDONTWRITEBYTECODE="1", OPTUNA_DB=f"{scratch}/study.db")
            theirs = watch(command, cwd=folder / "sweep", env=more)
        wall.append(theirs.wall_seconds / ours.wall_seconds)
        processor.append(theirs.processor_seconds / ours.processor_seconds)
    return program, wall, processor


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    names = [*one_trial.WORKLOADS, *DRIVERS]
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    given = parser.parse_args()
    folder = given.folder.resolve()
    with tempfile.TemporaryDirectory() as data:
        peer_data.write(data)
        for name in given.only:
            what, wall, processor = (of_grid(folder, name, given.rounds, data) if name in DRIVERS
                                     else of_trial(folder, name, given.rounds))
            print(f"{name}: {what} runs at {middle(wall)} of the other's speed"
                  + (f", at {middle(processor)} by processor time" if processor else ""), flush=True)


if __name__ == "__main__":
    sys.exit(main())
