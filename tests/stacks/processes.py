"""Processes of a stack: started with a log each, found and ended by pid."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

__all__ = ["Processes", "free_port", "port_is_open", "wait_for"]

# Children inherit it, so that what a dead parent leaves behind is found again.
_MARK = "FITSCAN_STACK"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def port_is_open(port: int) -> bool:
    """Tell whether somebody listens on a port."""
    with socket.socket() as client:
        client.settimeout(1.0)
        return client.connect_ex(("127.0.0.1", port)) == 0


def wait_for(condition: Callable[[], bool], *, what: str, seconds: float = 60.0) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: It did not in time.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.1)


class Processes:
    """The processes of one stack.

    Args:
        folder: Where logs go; whatever writes there belongs to the stack.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._started: list[subprocess.Popen[bytes]] = []

    @property
    def mark(self) -> dict[str, str]:
        """The environment by which processes of the stack are known."""
        return {_MARK: str(self.folder)}

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        cwd: Path | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a process; its output goes to ``{name}.log``."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                env={**environment, **self.mark},
                cwd=cwd or self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._started.append(process)
        return process

    def log(self, name: str) -> str:
        """Return what a process has written."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def all(self) -> list[psutil.Process]:
        """Find all processes of the stack.

        Some overwrite their title and with it what the system knows of their environment; these
        write to a file of the stack.
        """
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def end(self) -> list[int]:
        """End what was started, the last first, then what is left; return the pids that remain."""
        for process in reversed(self._started):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait(20)
        for number in (signal.SIGTERM, signal.SIGKILL):
            left = self.all()
            for process in left:
                try:
                    process.send_signal(number)
                except psutil.NoSuchProcess:
                    continue
            psutil.wait_procs(left, timeout=5)
        return [process.pid for process in self.all()]

    def _is_ours(self, process: psutil.Process) -> bool:
        if process.pid == os.getpid():
            return False
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            if process.environ().get(_MARK) == str(self.folder):
                return True
            outputs = [os.readlink(f"/proc/{process.pid}/fd/{number}") for number in (1, 2)]
        except (psutil.Error, OSError):
            return False
        return any(path.startswith(f"{self.folder}/") for path in outputs)
