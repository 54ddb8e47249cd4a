"""A real Slurm cluster on one machine: every node has its own network, processes, host name and mounts.

All of it lives in namespaces of the process that calls `in_own_world` first: it ends with that process,
whichever way that ends, and two clusters side by side do not meet. The disk is shared, as a cluster's is.
"""

import os
import pathlib
import re
import shutil
import subprocess
import time

from sweeps_under_fault import Broken

NEEDED = {"slurmctld": "slurmctld", "slurmd": "slurmd", "sbatch": "slurm-client", "srun": "slurm-client",
          "munged": "munge", "ip": "iproute2", "unshare": "util-linux", "mpirun": "openmpi-bin"}
OWN_WORLD = ["unshare", "--net", "--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc"]
STARTING = 60  # seconds, at most
CORES = 2      # of a node; Slurm need not believe in them (config_overrides)
ENDS = {"COMPLETED", "CANCELLED", "FAILED", "TIMEOUT", "NODE_FAIL", "BOOT_FAIL", "DEADLINE", "OUT_OF_MEMORY"}

# Short times: a node is dead after 6 s instead of 300, a requeued job waits for twice cred_expire.
CONFIGURATION = """ClusterName=namespaces
SlurmctldHost=ctl(10.77.0.1)
SlurmctldPort=17001
SlurmdPort=17011
AuthType=auth/munge
AuthInfo=socket={folder}/munge.sock,cred_expire=5
SlurmUser=root
SlurmdUser=root
StateSaveLocation={folder}/state
SlurmctldPidFile={folder}/slurmctld.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdSpoolDir={folder}/spool.%n
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmdLogFile={folder}/slurmd.%n.log
SlurmdParameters=config_overrides
TmpFS={folder}/tmp.%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=0
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
JobRequeue=1
KillWait=5
SlurmdTimeout=6
SlurmctldTimeout=10
ReturnToService=2
MpiDefault=none
SwitchType=switch/none
{nodes}
PartitionName=low Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=1 PreemptMode=REQUEUE GraceTime=3
PartitionName=high Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=10 PreemptMode=OFF
"""


def missing():
    """What this machine lacks for a cluster, or nothing."""
    os.environ["PATH"] += ":/usr/sbin:/sbin"  # where Debian has the daemons
    packages = sorted({package for program, package in NEEDED.items() if not shutil.which(program)})
    if packages:
        return "not installed: " + " ".join(packages)
    if os.geteuid() != 0:
        return "Slurm's daemons and their namespaces need root"
    tried = subprocess.run([*OWN_WORLD, "sh", "-c", "ip link add cluster type bridge && hostname ctl"],
                           capture_output=True, text=True)
    return f"no namespaces here: {tried.stderr.strip()}" if tried.returncode else None


def in_own_world(command):
    """That command, as the first process of namespaces of its own."""
    return [*OWN_WORLD, *command]


def call(*words, **options):
    done = subprocess.run(words, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise Broken(f"{' '.join(words)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def until(holds, seconds, what):
    deadline = time.monotonic() + seconds
    while not (value := holds()):
        if time.monotonic() > deadline:
            raise Broken(f"{what} has not come within {seconds} s")
        time.sleep(0.1)
    return value


class Cluster:
    """Nodes n1 to nN and a controller; this process is on the controller's host."""

    def __init__(self, folder, count):
        self.folder = pathlib.Path(folder)
        self.nodes, self.booted = {}, 0
        names = {f"n{at}": f"10.77.0.{10 + at}" for at in range(1, count + 1)}
        (self.folder / "state").mkdir(parents=True)
        self.folder.chmod(0o755)
        self.configure(names)
        call("hostname", "ctl")
        call("mount", "--bind", self.folder / "hosts", "/etc/hosts")
        for words in ("link add cluster type bridge", "address add 10.77.0.1/24 dev cluster",
                      "link set cluster up", "link set lo up"):
            call("ip", *words.split())
        self.authenticate()
        for name, address in names.items():
            self.boot(name, address)
        self.started = time.monotonic()
        call("slurmctld", "-f", os.environ["SLURM_CONF"])
        until(lambda: len(self.idle()) == count, STARTING, "a cluster of idle nodes")

    def configure(self, names):
        lines = (f"NodeName={name} NodeAddr={address} CPUs={CORES} CoresPerSocket={CORES} RealMemory=4000 State=UNKNOWN"
                 for name, address in names.items())
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(folder=self.folder, nodes="\n".join(lines)))
        os.environ["SLURM_CONF"] = str(self.folder / "slurm.conf")
        hosts = {"localhost": "127.0.0.1", "ctl": "10.77.0.1", **names}
        (self.folder / "hosts").write_text("".join(f"{address} {name}\n" for name, address in hosts.items()))

    def authenticate(self):
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o600)
        call("munged", "--force", f"--key-file={key}",
             *(f"--{what}={self.folder}/munge.{end}" for what, end in
               (("socket", "sock"), ("pid-file", "pid"), ("log-file", "log"), ("seed-file", "seed"))))

    def boot(self, name, address):
        for kind in ("spool", "tmp"):
            (self.folder / f"{kind}.{name}").mkdir(exist_ok=True)
        start = f"hostname {name}; mount --bind {self.folder}/hosts /etc/hosts; " \
                f"until ip -4 address show eth0 2>/dev/null | grep -q inet; do sleep 0.02; done; " \
                f"exec slurmd -D -f {self.folder}/slurm.conf -N {name}"
        with open(self.folder / f"{name}.out", "a") as log:
            node = subprocess.Popen([*OWN_WORLD, "sh", "-c", start], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        network = pathlib.Path(f"/proc/{node.pid}/ns/net")
        until(lambda: os.readlink(network) != os.readlink("/proc/self/ns/net"), STARTING, f"{name}'s network")
        call("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", str(node.pid))
        call("ip", "link", "set", name, "master", "cluster", "up")
        for words in (f"address add {address}/24 dev eth0", "link set eth0 up", "link set lo up"):
            call("nsenter", "--target", str(node.pid), "--net", "ip", *words.split())
        self.nodes[name] = node

    def kill(self, name):
        """As when its power goes: nothing of it says a word, not even that a connection ends."""
        self.cut(name)
        self.nodes[name].kill()
        self.nodes[name].wait()

    def cut(self, name):
        """Its cable: it goes on by itself."""
        call("ip", "link", "set", name, "down")

    def idle(self):
        found = subprocess.run(["sinfo", "-h", "-N", "-p", "low", "-t", "idle", "-o", "%N"], capture_output=True, text=True)
        return found.stdout.split()

    def submit(self, *words, **options):
        """The job's number, of what sbatch was told by these words."""
        return re.search(r"Submitted batch job (\d+)", call(*words, **options))[1]

    def job(self, number):
        """What Slurm knows of it: one dictionary a task of an array."""
        told = call("scontrol", "--oneliner", "show", "job", number)
        return [dict(word.split("=", 1) for word in line.split() if "=" in word) for line in told.splitlines()]

    def wait(self, number, seconds, states=("COMPLETED",)):
        """What is known of its tasks once all of them have come to an end of this kind."""
        def ended():
            tasks = self.job(number)
            return tasks if all(task["JobState"] in ENDS for task in tasks) else None

        tasks = until(ended, seconds, f"the end of job {number}")
        if any(task["JobState"] not in states for task in tasks):
            raise Broken(f"job {number} ends {[task['JobState'] for task in tasks]} instead of {states}")
        return tasks

    def words(self):
        """The last of what its daemons wrote down, for whoever looks for a fault."""
        return "".join(f"--- {path.name}\n" + "\n".join(path.read_text(errors="replace").splitlines()[-15:]) + "\n"
                       for path in sorted(self.folder.glob("*.log")))
