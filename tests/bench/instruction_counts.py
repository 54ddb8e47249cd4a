#!/usr/bin/env python3
"""Whether our own code takes more instructions than it did: small fixed work under callgrind.

    instruction_counts.py ENGINE_BENCH COMPILER            compare with instruction_counts.json
    instruction_counts.py ENGINE_BENCH COMPILER --update   write that file anew, also after a gain

Seconds on a shared machine tell nothing below 10 %; instructions of the same work are the same. Counted
is what train() executes in functions of ENGINE_BENCH itself (the engine, and what it inlines), on one
thread, with AVX2: oneDNN, oneTBB and the C library, which choose code by the processor, are objects of
their own and left out, and ours is held to one instruction set. So the counts hang on compiler and
sources, not on the processor; with another compiler than the file's the test is skipped (exit code 77).
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter

FILE = pathlib.Path(__file__).with_suffix(".json")
WORK = {"w1": 640, "w2": 320, "w3": 640, "w4a": 200, "w4b": 400}  # rows, each for one epoch
SKIPPED = 77
# Runs on an idle and a busy machine, on one core and two, with a larger environment, another malloc setting
# and from another folder gave the same counts to the last instruction: nothing is allowed for chance. What
# is allowed is what an edit of anything else may add once a trial, which weighs more in work this small.
TOLERANCE = 0.005
SMALL = 0.005  # of a workload's sum: functions below it stand together under OTHERS
OTHERS = "all others"


def self_costs(profile, binary):
    """Instructions of each function of `binary`, without those of what it calls."""
    names, costs, current, of_call = {}, Counter(), {}, False
    for line in profile.splitlines():
        if named := re.match(r"(ob|fn)=\((\d+)\)(?: (.*))?$", line):
            kind, number, name = named.groups()
            names.setdefault((kind, number), name)
            current[kind] = names[kind, number]
        elif named := re.match(r"(cob|cfn)=\((\d+)\) (.*)$", line):  # also gives a number its name
            names.setdefault((named[1][1:], named[2]), named[3])
        elif line.startswith("calls="):
            of_call = True  # the next line is what the call cost
        elif counted := re.match(r"[+*-]?\d* (\d+)$", line):
            if not of_call and current.get("ob") == str(binary):
                costs[current["fn"]] += int(counted[1])
            of_call = False
    return costs


def count(binary, workload):
    with tempfile.TemporaryDirectory() as folder:
        profile = pathlib.Path(folder) / "profile"
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}",
                   "--toggle-collect=mlpsweep::engine::train(*", binary, workload, "1", "1", "avx2",
                   str(WORK[workload])]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit(f"instruction_counts.py: {workload} ended with {done.returncode}:\n{done.stderr}")
        costs = self_costs(profile.read_text(), binary)
    if not costs:
        sys.exit(f"instruction_counts.py: {workload}: no function of {binary} was counted")
    total = sum(costs.values())
    kept = {name: costs[name] for name in sorted(costs) if costs[name] >= SMALL * total}
    return {**kept, OTHERS: total - sum(kept.values())}


def changes(before, now):
    """A line for each function that has a part in the change, what grew first."""
    allowed = TOLERANCE * sum(before.values())
    grown = {name: now.get(name, 0) - before.get(name, 0) for name in {*before, *now}}
    for name in sorted(grown, key=lambda name: -grown[name]):
        if abs(grown[name]) > allowed / 10:
            yield f"    {before.get(name, 0):>11,} -> {now.get(name, 0):>11,}  {name}"


def compare(before, now):
    """Whether no workload takes more than it may; tells what changed where one takes more or less."""
    good = True
    for workload, functions in now.items():
        old, new = sum(before[workload].values()), sum(functions.values())
        print(f"{workload:<4} {old:>12,} -> {new:>12,} instructions, {100 * (new / old - 1):+.2f} %")
        if abs(new / old - 1) > TOLERANCE:
            print("\n".join(changes(before[workload], functions)))
        good &= new <= old * (1 + TOLERANCE)
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine_bench", type=pathlib.Path)
    parser.add_argument("compiler", help="name and version, as CMake has them")
    parser.add_argument("--update", action="store_true")
    given = parser.parse_args()
    if not shutil.which("valgrind"):
        print("skipped: no valgrind")
        return SKIPPED
    kept = {} if given.update else json.loads(FILE.read_text())
    if not given.update and kept["compiler"] != given.compiler:
        print(f"skipped: the counts are {kept['compiler']}'s, this is {given.compiler}")
        return SKIPPED
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        counted = pool.map(lambda workload: count(given.engine_bench.resolve(), workload), WORK)
        counts = dict(zip(WORK, counted))
    if given.update:
        FILE.write_text(json.dumps({"compiler": given.compiler, "counts": counts}, indent=1) + "\n")
        return 0
    if compare(kept["counts"], counts):
        return 0
    print(f"Over {100 * TOLERANCE} % more instructions. If they are worth it, say why in the commit, and add:\n"
          f"  python3 tests/bench/instruction_counts.py {given.engine_bench} '{given.compiler}' --update")
    return 1


if __name__ == "__main__":
    sys.exit(main())
