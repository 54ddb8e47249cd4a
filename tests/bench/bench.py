#!/usr/bin/env python3
"""All comparisons with peers, in turns on this machine, and one table of them.

    python3 tests/bench/bench.py BUILD_FOLDER [--minutes 14] [--only w1 w2 w3 w4a w4b grid five unequal]

Needs a Release build. A peer that is not installed is skipped, with the reason; README.md says what to
install. Run it on an idle machine: seconds and ratios are wall time, which is what a user waits for. On a
busy one believe processor time, which leaves out the moments in which something else had the core.
"""
import argparse
import os
import pathlib
import sys
import time

import one_trial
import whole_grid
from grids import GRIDS
from measuring import Skipped, print_table
from workloads import WORKLOADS

# Shares of the time: rounds end where the next one would go past it, the first one is always run.
SHARES = {"trials": 0.36, "grid": 0.4, "five": 0.1, "unequal": 0.14}


def built(build):
    """The programs of a Release build."""
    programs = [build / "tests/bench/engine_bench", build / "mlpsweep"]
    for program in programs:
        if not program.exists():
            sys.exit(f"bench.py: {program}: no such program; build the targets engine_bench and mlpsweep")
    if "CMAKE_BUILD_TYPE:STRING=Release\n" not in (build / "CMakeCache.txt").read_text():
        sys.exit(f"bench.py: {build}: no Release build (CMAKE_BUILD_TYPE in CMakeCache.txt)")
    return programs


def measure(given):
    engine_bench, mlpsweep = built(given.build.resolve())
    seconds = {part: 60 * given.minutes * share for part, share in SHARES.items()}
    names = [name for name in given.only if name in WORKLOADS]
    rows = one_trial.measure(engine_bench, names, given.core, given.rounds, seconds["trials"])
    for name in [name for name in given.only if name in GRIDS]:
        rows += whole_grid.measure(mlpsweep, name, given.rounds, seconds[name])
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path, metavar="BUILD_FOLDER")
    parser.add_argument("--minutes", type=float, default=14)
    parser.add_argument("--rounds", type=int, default=9, help="at most (9)")
    parser.add_argument("--core", type=int, help="pin single trials to this core")
    parser.add_argument("--only", nargs="+", choices=[*WORKLOADS, *GRIDS], default=[*WORKLOADS, *GRIDS])
    begun = time.monotonic()
    try:
        rows = measure(parser.parse_args())
    except Skipped as why:
        sys.exit(f"bench.py: {why}")
    print(f"Seconds of an epoch or of a whole grid, by the clock and of processor time; median [least .. most] over rounds. "
          f"{(time.monotonic() - begun) / 60:.1f} minutes, load {os.getloadavg()[1]:.1f} at the end.\n")
    print_table(rows)


if __name__ == "__main__":
    main()
