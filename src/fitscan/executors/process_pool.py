"""Run tasks in processes of this machine; each survives the death of the others."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self

from fitscan.errors import ExecutorError, WorkerLost
from fitscan.executors.base import Capabilities
from fitscan.lifeline import end_with
from fitscan.machine import cores
from fitscan.worker.run import run

__all__ = ["ProcessPool"]


class ProcessPool:
    """The executor ``process_pool``: processes that keep what they have read and compiled.

    Each process is served by a thread of its own, so that only the task of a worker that dies is
    lost, and another worker takes its place; the pool of the standard library is broken for ever
    then. Processes are spawned: a fork would inherit the locks of threads in the middle of
    something.

    Args:
        workers: Number of processes; 0 for one a core.
        points_per_task: Points that a task holds.
        retries: How often a task is resubmitted after its worker died.
        joins: Whether one of the workers is this process, which need not start.

    Raises:
        ExecutorError: See ``Capabilities``.
    """

    def __init__(
        self,
        *,
        workers: int = 0,
        points_per_task: int = 10,
        retries: int = 2,
        joins: bool = False,
    ) -> None:
        # 0 is allowed here alone; whether it is a number at all is checked with the rest.
        if isinstance(workers, int) and workers < 0:  # type: ignore[redundant-expr]
            raise ExecutorError(
                "workers of an executor must be a whole number of at least 0", value=workers
            )
        workers = workers or cores()
        self._capabilities = Capabilities(
            workers=workers,
            cores=workers,
            points_per_task=points_per_task,
            remote_environment=False,
            retries=retries,
        )
        self._queue: SimpleQueue[tuple[Future[bytes], bytes] | None] = SimpleQueue()
        self._futures: set[Future[bytes]] = set()
        self._processes: dict[int, SpawnProcess] = {}
        self._starting = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._stopped = False
        self._script: Any = None
        self._joins = joins

    @property
    def capabilities(self) -> Capabilities:
        """As many tasks as there are processes, of any size."""
        return self._capabilities

    @property
    def log(self) -> str:
        """Workers write nothing."""
        return ""

    def submit(self, request: bytes) -> Future[bytes]:
        """Queue a request; the future gives the response."""
        if not self._threads:
            raise ExecutorError("the executor has not been started: enter it with `with`")
        future: Future[bytes] = Future()
        self._futures.add(future)
        future.add_done_callback(self._futures.discard)
        self._queue.put((future, request))
        return future

    def look_after_workers(self) -> Sequence[str]:
        """A worker that dies fails its task."""
        return ()

    def ticket(self, future: Future[bytes]) -> str | None:
        """Tasks end with this process."""
        return None

    def recover(self, tickets: Sequence[str]) -> Mapping[str, Future[bytes]]:
        """Tasks end with this process."""
        return {}

    def __enter__(self) -> Self:
        # A spawned process runs the main script again, which for a job of Snakemake means to read
        # its environment for seconds, and which no task needs.
        self._script = vars(sys.modules["__main__"]).pop("__file__", None)
        self._stopped = False
        self._threads = [
            threading.Thread(target=self._serve, args=(number,), daemon=True)
            for number in range(self._capabilities.workers)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for future in list(self._futures):
            future.cancel()
        for _ in self._threads:
            self._queue.put(None)
        if error is not None:
            with self._starting:
                self._stopped = True
                for process in self._processes.values():
                    process.kill()
        for thread in self._threads:
            thread.join()
        self._threads = []
        if self._script is not None:  # a notebook has none
            sys.modules["__main__"].__file__ = self._script

    def _serve(self, number: int) -> None:
        """Give tasks to one process after the other, and start another process when it dies."""
        pipe: Connection | None = None
        while (task := self._queue.get()) is not None:
            future, request = task
            if not future.set_running_or_notify_cancel():
                continue
            try:
                if self._joins and number == 0:
                    response = run(request)
                else:
                    # One that died with nothing to do costs no task.
                    if pipe is None or not self._processes[number].is_alive():
                        pipe = self._start(number)
                    pipe.send_bytes(request)
                    response = pipe.recv_bytes()
            except (EOFError, OSError) as error:
                pipe = None
                process = self._processes.get(number)
                if process is None:
                    lost = WorkerLost("no worker could be started", value=str(error))
                else:
                    process.join()
                    lost = WorkerLost("a worker died", value=f"exit code {process.exitcode}")
                future.set_exception(lost)
            except Exception as error:  # else the thread would end, and its tasks never
                future.set_exception(error)
            else:
                future.set_result(response)
        if pipe is not None:
            pipe.close()  # which tells the process to end
            self._processes[number].join()

    def _start(self, number: int) -> Connection:
        """Start a process and return the pipe to it."""
        with self._starting:
            if self._stopped:
                raise WorkerLost("the executor was stopped")
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            process = context.Process(target=_answer_requests, args=(theirs,), daemon=True)
            process.start()
            theirs.close()  # so that the pipe ends when the process does
            self._processes[number] = process
        return ours


def _answer_requests(pipe: Connection) -> None:
    """Answer requests until the pipe ends: the work of one process."""
    # A terminal sends ctrl-c to all processes; it is for the one that submits tasks.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The pipe tells only between two tasks.
    end_with(os.getppid(), grace_s=0.0)
    try:
        while True:
            pipe.send_bytes(run(pipe.recv_bytes()))
    except (EOFError, OSError):
        pass  # whoever asked has ended
