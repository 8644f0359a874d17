"""Slurm on this machine: a controller and several nodes on loopback, with what jobs need.

The daemons are the real ones, without accounting and control groups. Configuration, keys, logs and
the state of the controller lie in the stack's folder, and nothing in /etc.
"""

import contextlib
import getpass
import os
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterable
from pathlib import Path

import psutil
from stacks.processes import Processes, free_port, port_is_open, wait_for

__all__ = ["SlurmStack", "missing"]

COMMANDS = ("sbatch", "scancel", "scontrol", "sinfo", "squeue", "srun")

# Debian's package of each program, and where its daemons are.
PACKAGES = {
    "munged": "munge",
    "slurmctld": "slurmctld",
    "slurmd": "slurmd",
    "sbatch": "slurm-client",
}
DAEMONS = "/usr/sbin:/sbin"

# Times are short so that a drill is: a dead node is noticed after MessageTimeout and SlurmdTimeout,
# and its jobs start again when their credentials have expired. MinJobAge: without accounting,
# squeue alone knows how a job has ended.
CONFIGURATION = """\
ClusterName=loopback
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.sock,cred_expire=5
CredType=cred/munge
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/linux
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc={folder}/jobs.log
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory,CR_LLN
DefMemPerCPU=100
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=0,sched_min_interval=0
SlurmdParameters=config_overrides
ReturnToService=2
MinJobAge=3600
KillWait=3
CompleteWait=0
MessageTimeout=5
SlurmctldTimeout=30
SlurmdTimeout={node_timeout_s}
BatchStartTimeout=10
JobRequeue=1
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool.%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.%n.log
PartitionName=debug Nodes=ALL Default=YES MaxTime=60 DefaultTime=30 State=UP
"""
NODE = "NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=2 RealMemory=4000\n"

# To an endpoint, which must not be privileged, a namespace shows root as nobody (see globus.py);
# its jobs are root's all the same.
WRAPPER = """\
#!/bin/sh
export SLURM_CONF={configuration}
test "$(id -u)" = 0 || exec unshare --user --map-root-user {program} "$@"
exec {program} "$@"
"""


def missing() -> str:
    """Say what has to be installed or be different for the stack; nothing when all is there."""
    if os.getuid() != 0:
        return "the right to start Slurm's nodes (root)"
    path = os.pathsep.join([os.environ["PATH"], DAEMONS])
    packages = {p for program, p in PACKAGES.items() if not shutil.which(program, path=path)}
    return f"Slurm (Debian: {' '.join(sorted(packages))})" if packages else ""


class SlurmStack:
    """The stack, in a folder of its own.

    Args:
        folder: Where everything is; its path must be short, since sockets lie there.
        nodes: How many nodes there are, of two cores each: n1, n2, ...
        node_timeout_s: Seconds after which the controller takes a silent node for dead.
    """

    def __init__(self, folder: Path, *, nodes: int = 2, node_timeout_s: int = 6) -> None:
        self.folder = folder
        self.processes = Processes(folder)
        self.nodes = tuple(f"n{number + 1}" for number in range(nodes))
        self._node_timeout_s = node_timeout_s
        self._port = free_port()
        self._daemons: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs that talks to the stack; its jobs inherit it.

        The commands of the stack are first on PATH: they know their configuration, also where
        somebody has taken SLURM_CONF out of the environment.
        """
        return {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}:{DAEMONS}",
            "SLURM_CONF": str(self.folder / "slurm.conf"),
            **self.processes.mark,
        }

    def up(self) -> None:
        """Start everything and wait for the nodes."""
        self._write_files()
        self._start(
            "munged",
            "--foreground",
            "--force",
            f"--socket={self.folder}/munge.sock",
            f"--key-file={self.folder}/munge.key",
            *(f"--{name}-file={self.folder}/munged.{name}" for name in ("pid", "log", "seed")),
        )
        wait_for((self.folder / "munge.sock").exists, what="munged")
        self._start("slurmctld", "-D", "-i")
        wait_for(lambda: port_is_open(self._port), what="slurmctld")
        for node in self.nodes:
            self.start_node(node)

    def down(self) -> list[int]:
        """End jobs and daemons; return the pids of what would not end."""
        # As far as there is somebody to ask.
        with contextlib.suppress(subprocess.SubprocessError, OSError):
            self.run("scancel", *self.jobs())
        self._kill(self._of_nodes(self.nodes))
        left = self.processes.end()
        return left + [process.pid for process in self._of_nodes(self.nodes)]

    def run(self, *command: str) -> str:
        """Run one of Slurm's commands and return what it printed."""
        done = subprocess.run(
            command,
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return done.stdout

    def jobs(self, *options: str) -> list[str]:
        """Return the ids of jobs that wait or run; options are those of squeue."""
        return self.run("squeue", "--noheader", "--format=%i", *options).split()

    def state(self, node: str) -> str:
        """Return what the controller thinks of a node, such as ``idle`` or ``down``."""
        return self.run("sinfo", "--noheader", "--Node", "--nodes", node, "--format=%T").strip()

    def start_node(self, node: str) -> None:
        """Start a node and wait until jobs can run there."""
        (self.folder / f"spool.{node}").mkdir(exist_ok=True)
        self._start("slurmd", "-D", "-N", node, name=node)
        # The controller may still take it for what it was before.
        wait_for(lambda: self.state(node) in {"idle", "mixed", "allocated"}, what=node)

    def kill_node(self, node: str) -> list[int]:
        """Kill a node with all that runs on it, as when its power fails; return the pids."""
        victims = [psutil.Process(self._daemons[node].pid), *self._of_nodes([node])]
        self._kill(victims)
        self._daemons[node].wait(10)
        # What was on its way to being started.
        self._kill(self._of_nodes([node]))
        return [process.pid for process in victims]

    def _start(self, program: str, *arguments: str, name: str = "") -> None:
        name = name or program
        self._daemons[name] = self.processes.start(
            name, [program, *arguments], environment=os.environ | self.environment
        )

    def _of_nodes(self, nodes: Iterable[str]) -> list[psutil.Process]:
        """Find what runs on nodes: the processes of jobs, and the daemon of each step.

        A job knows its node and Slurm; a step's daemon, whose title hides its environment, writes
        to the log of its node.
        """
        configuration = self.environment["SLURM_CONF"]
        logs = {f"{self.folder}/slurmd.{node}.log" for node in nodes}
        names = {*nodes}
        found = []
        for process in psutil.process_iter():
            try:
                if process.name().startswith("slurmstepd"):
                    ours = any(file.path in logs for file in process.open_files())
                else:
                    environment = process.environ()
                    ours = (
                        environment.get("SLURMD_NODENAME") in names
                        and environment.get("SLURM_CONF") == configuration
                    )
            except (psutil.Error, OSError):
                continue
            if ours and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        return found

    @staticmethod
    def _kill(processes: list[psutil.Process]) -> None:
        for process in processes:
            try:
                process.send_signal(signal.SIGKILL)
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(processes, timeout=5)

    def _write_files(self) -> None:
        for name in ("state", "bin"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        key = self.folder / "munge.key"
        key.touch(mode=0o400)
        key.write_bytes(secrets.token_bytes(1024))
        host = socket.gethostname().partition(".")[0]
        text = CONFIGURATION.format(
            folder=self.folder,
            host=host,
            port=self._port,
            user=getpass.getuser(),
            node_timeout_s=self._node_timeout_s,
        )
        text += "".join(NODE.format(name=node, host=host, port=free_port()) for node in self.nodes)
        (self.folder / "slurm.conf").write_text(text)
        # Older ones refuse the entry; newer ones need it where there are no control groups.
        version = subprocess.run(
            ["slurmd", "-V"],
            env={"PATH": self.environment["PATH"]},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()[1]
        if tuple(map(int, version.split(".")[:2])) >= (23, 11):
            (self.folder / "cgroup.conf").write_text("CgroupPlugin=disabled\n")
        for command in COMMANDS:
            wrapper = self.folder / "bin" / command
            program = shutil.which(command)
            wrapper.write_text(
                WRAPPER.format(configuration=f"{self.folder}/slurm.conf", program=program)
            )
            wrapper.chmod(0o755)
