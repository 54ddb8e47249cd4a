"""A sweep on a cluster of four nodes under Slurm, sent by `mlpsweep slurm`, and what happens to it there.

usage: scenarios.py PROGRAM [--times N] [--seed N] [--only WORD] [--beside N]

Each scenario has a cluster of its own and ends without a human: every trial is done, none that was
finished was trained twice, and the digest is that of a run of one process. Ends with 77 where clusters
can't be made, saying what is missing.
"""

import argparse
import concurrent.futures
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "faults"))

from campaign import write_data  # noqa: E402  the folder beside this
from lost_ranks import SPEC, TRIALS  # noqa: E402
from sweeps_under_fault import Broken, Sweep  # noqa: E402
from journal_frames import RECORD, frames  # noqa: E402
from slurm_cluster import Cluster, call, in_own_world, missing, until  # noqa: E402

NODES = 4       # one more than a job has
ENDING = 240    # seconds, at most, from a disturbance to a job's end: Slurm looks for dead nodes, requeued jobs wait for 10 s
LONGEST = 480   # a scenario
LIMIT_SEEN = 30  # seconds between Slurm's looks at its time limits


class Submitted(Sweep):
    """A sweep that goes to the cluster by the batch script of `mlpsweep slurm`."""

    def __init__(self, cluster, program, spec, folder):
        super().__init__(program, "", spec, folder, 1, TRIALS)
        self.cluster, self.log, self.jobs = cluster, str(folder) + ".log", []

    def submit(self, *options, nodes=3, time="10"):
        self.jobs.append(self.cluster.submit(
            self.program, "slurm", self.spec, "-o", str(self.folder), "--nodes", str(nodes), "--time", time,
            "--partition", "low", "--submit", f"--sbatch=--output={self.log}", *options))
        return self.jobs[-1]

    def running(self, records):
        """Once so many trials have ended, and others run: the nodes it runs on."""
        until(lambda: len(self.records()) >= records, ENDING, f"record {records}")
        job = self.cluster.job(self.jobs[-1])[0]
        if job["JobState"] != "RUNNING":
            raise Broken(f"job {self.jobs[-1]} is {job['JobState']} after {len(self.records())} trials")
        return call("scontrol", "show", "hostnames", job["NodeList"]).split()

    def end(self, restarts=0, states=("COMPLETED",)):
        tasks = self.cluster.wait(self.jobs[-1], ENDING, states)
        if sum(int(task["Restarts"]) for task in tasks) < restarts:
            raise Broken(f"it was not put back into the queue: {tasks}")
        return tasks

    def expect_whole(self, reference):
        self.expect_complete(reference)  # by the cluster alone: what follows trains what is missing
        super().expect_whole(reference)

    def said(self):
        path = pathlib.Path(self.log)
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""

    def expect_nodes(self, count):
        """So many ranks of one start had a part in it."""
        trained = [journal.name for journal in self.journals()
                   if any(kind == RECORD for kind, _, _ in frames(journal.read_bytes()))]
        if len(trained) < count:
            raise Broken(f"only {trained} hold records")


def undisturbed(cluster, sweep, reference, draw, *options):
    sweep.submit(*options)
    sweep.end()
    sweep.expect_nodes(3)
    sweep.expect_whole(reference)
    return "3 nodes had a part in it"


def by_mpirun(cluster, sweep, reference, draw):
    return undisturbed(cluster, sweep, reference, draw, "--launcher", "mpirun")


def preempted(cluster, sweep, reference, draw):
    sweep.submit()
    sweep.running(draw.randint(2, TRIALS // 3))
    cluster.submit("sbatch", "-p", "high", "--exclusive", f"--nodes={NODES}", "--output=/dev/null", "--wrap", "sleep 2")
    sweep.end(restarts=1)
    sweep.expect_whole(reference)
    return "queued again, and went on"


def out_of_time(cluster, sweep, reference, draw):
    """The notice comes up to half a minute early: at the first of Slurm's looks."""
    time.sleep(max(0, LIMIT_SEEN - 7 + draw.randint(0, 3) - (time.monotonic() - cluster.started)))
    sweep.submit("--notice", "50", time="1")
    sweep.end(restarts=1)
    sweep.expect_whole(reference)
    return "queued again before its time was over, and went on"


def cancelled(cluster, sweep, reference, draw):
    job = sweep.submit()
    sweep.running(draw.randint(2, TRIALS // 3))
    kept = sweep.records()
    call("scancel", job)
    sweep.end(states=("CANCELLED",))
    sweep.wait_until_gone(30)
    sweep.expect_kept(kept)
    if len(sweep.records()) == TRIALS:
        raise Broken("it was cancelled too late")
    sweep.submit()
    sweep.end()
    sweep.expect_whole(reference)
    return "stayed so; sent again, it went on"


def expect_whole_but(sweep, rank, reference):
    """A rank that nobody hears may end what others train again."""
    sweep.expect_complete(reference)
    if twice := sweep.repeated_elsewhere(rank):
        raise Broken(f"{len(twice)} trials were trained twice, {min(twice)} for one")


def lose(sweep, draw, rank, deed):
    """Something happens to that rank's node; how the sweep went on. Whether Slurm takes the job back or the
    other ranks come to its end before, the loss must have been seen."""
    sweep.submit()
    node = sweep.running(draw.randint(2, TRIALS // 3))[rank]
    deed(node)
    restarts = int(sweep.end()[0]["Restarts"])
    if restarts:
        return "queued again, and went on with another node"
    if f"rank {rank} on {node}" not in pathlib.Path(sweep.log).read_text(errors="replace"):
        raise Broken(f"nobody missed rank {rank} on {node}")
    return f"the others gave rank {rank} up and went on"


def node_dies(cluster, sweep, reference, draw):
    went = lose(sweep, draw, draw.randint(1, 2), cluster.kill)
    sweep.expect_whole(reference)
    return went


def first_node_dies(cluster, sweep, reference, draw):
    """It has the batch script, srun and rank 0."""
    went = lose(sweep, draw, 0, cluster.kill)
    sweep.expect_whole(reference)
    return went


def cut_off(cluster, sweep, reference, draw):
    rank = draw.randint(1, 2)
    went = lose(sweep, draw, rank, cluster.cut)
    sweep.wait_until_gone(60)  # the rank that was cut off ends by itself
    expect_whole_but(sweep, rank, reference)
    return f"{went}; rank {rank} ended by itself"


def two_at_once(cluster, sweep, reference, draw):
    """And a third job that was sent by mistake, into the directory of the first."""
    other = Submitted(cluster, sweep.program, sweep.spec, str(sweep.folder) + "-other")
    third = Submitted(cluster, sweep.program, sweep.spec, sweep.folder)
    third.log += "-third"
    sweep.submit(nodes=2)
    other.submit(nodes=1)
    host = sweep.running(1)[0]
    third.submit(nodes=1)
    third.end(states=("FAILED",))
    if f"on {host} " not in third.said() or f"job {sweep.jobs[0]}" not in third.said():
        raise Broken(f"a third job is not told of {host} and job {sweep.jobs[0]}: {third.said()}")
    for each in (sweep, other):
        each.end()
        each.expect_whole(reference)
    return "both done; a third, on the first one's directory, was refused"


def job_array(cluster, sweep, reference, draw):
    """Parts side by side; one of them is put back into the queue."""
    job = sweep.submit("--shards", "3", nodes=1)
    part = f"shard-{draw.randint(1, 3)}"
    begun = Sweep(sweep.program, "", sweep.spec, sweep.folder / part)
    until(lambda: len(begun.records()) >= 2, ENDING, f"two records of {part}")
    call("scontrol", "requeue", f"{job}_{part[-1]}")
    sweep.end(restarts=1)
    call(sweep.program, "merge", str(sweep.folder))
    sweep.expect_complete(reference)
    if sum(sweep.records().values()) != TRIALS:
        raise Broken(f"{sum(sweep.records().values())} records of {TRIALS} trials")
    for each in sweep.folder.glob("shard-*"):
        if twice := [f for f, n in Sweep(sweep.program, "", sweep.spec, each).records().items() if n > 1]:
            raise Broken(f"{each.name}: {len(twice)} trials were trained twice")
    return "three parts, one of them queued again, joined"


SCENARIOS = {"srun": undisturbed, "mpirun": by_mpirun, "preemption": preempted, "time limit": out_of_time,
             "scancel": cancelled, "a node dies": node_dies, "the first node dies": first_node_dies,
             "a cut link": cut_off, "two sweeps": two_at_once, "a job array": job_array}


def play(options, work, name, seed):
    """One scenario, in this process' own world."""
    cluster = Cluster(work / "cluster", NODES)
    sweep = Submitted(cluster, options.program, work.parent / "sixty.yaml", work / "sweep")
    try:
        print(SCENARIOS[name](cluster, sweep, options.reference, random.Random(f"{name} {seed}")))
    except Broken as fault:
        sys.exit(f"{fault}\n--- its log\n{sweep.said()}\n{cluster.words()}")


def play_apart(options, work, name, seed):
    """The same, from here: (what it said, seconds)."""
    folder = work / f"{name.replace(' ', '-')}-{seed}"
    folder.mkdir()
    begun = time.monotonic()
    words = [sys.executable, "-B", __file__, options.program, "--seed", str(seed), "--play", name,
             "--work", str(folder), "--reference", options.reference]
    done = subprocess.run(in_own_world(words), capture_output=True, text=True, timeout=LONGEST, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise Broken(f"{name}, seed {seed}: {done.stdout}{done.stderr}")
    shutil.rmtree(folder)
    return done.stdout.strip(), time.monotonic() - begun


def play_all(options, work):
    write_data(work / "tiny.csv")
    spec = work / "sixty.yaml"
    spec.write_text((SPEC % (work / "tiny.csv")).replace("epochs: 3000", "epochs: 2000"))
    calm = Sweep(options.program, "", spec, work / "calm", 1, TRIALS)
    if calm.run().code != 0:
        raise Broken("the undisturbed run fails")
    options.reference = calm.digest()[0]
    chosen = [(name, options.seed + time) for time in range(options.times) for name in SCENARIOS
              if options.only in name]
    if not chosen:
        raise Broken(f"no scenario has '{options.only}' in its name: {', '.join(SCENARIOS)}")
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.beside) as pool:
        plays = [pool.submit(play_apart, options, work, *choice) for choice in chosen]
        for (name, seed), played in zip(chosen, plays):
            try:
                print("{0}, seed {1}: {2[0]} ({2[1]:.0f} s)".format(name, seed, played.result()), flush=True)
            except (Broken, subprocess.TimeoutExpired) as fault:
                print(f"FAILED: {fault}", flush=True)
                failed += 1
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--beside", type=int, default=3, help="clusters at once: they wait more than they work")
    parser.add_argument("--play", help=argparse.SUPPRESS)
    parser.add_argument("--work", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--reference", help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    if options.play:
        return play(options, options.work, options.play, options.seed)
    if reason := missing():
        print(f"skipped: {reason}")
        return 77
    with tempfile.TemporaryDirectory(prefix="cluster-") as folder:
        os.chmod(folder, 0o755)  # or munge warns
        return play_all(options, pathlib.Path(folder))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Broken as fault:
        sys.exit(f"FAILED: {fault}")
