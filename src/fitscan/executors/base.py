"""The contract of every executor: bytes go in, a future of bytes comes out."""

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from fitscan.errors import ExecutorError

__all__ = ["Capabilities", "Executor"]


@dataclass(frozen=True)
class Capabilities:
    """What callers may ask of an executor; they look here and never at its type.

    Attributes:
        workers: Tasks that run at the same time, as far as that is known before they start.
        max_request_bytes: Largest request it carries, None for no limit.
        points_per_task: Points that one task should hold, so that its way there is worth it.
        shared_filesystem: Whether workers read the files of this machine under the same paths.
        remote_environment: Whether workers may run other versions than this process, which have
            to be compared before work is sent.
        lease_s: Seconds after which a task without an answer is resubmitted; None never.
        retries: How often a task is resubmitted after its worker was lost.
        cores: Cores of this machine that its workers keep busy.

    Raises:
        ExecutorError: A value makes no sense, or is not a number.
    """

    workers: int
    max_request_bytes: int | None = None
    points_per_task: int = 1
    shared_filesystem: bool = True
    remote_environment: bool = True
    lease_s: float | None = None
    retries: int = 2
    cores: int = 1

    def __post_init__(self) -> None:
        least = {"workers": 1, "points_per_task": 1, "retries": 0, "cores": 1}
        for name, number in least.items():
            value = getattr(self, name)
            if type(value) is not int or value < number:  # True is an integer too
                raise ExecutorError(
                    f"{name} of an executor must be a whole number of at least {number}",
                    value=value,
                )
        if type(self.shared_filesystem) is not bool:
            raise ExecutorError(
                "shared_filesystem of an executor must be true or false",
                value=self.shared_filesystem,
            )
        lease = self.lease_s
        if lease is not None and (type(lease) not in {int, float} or not 0.0 < lease < math.inf):
            raise ExecutorError(
                "lease_s of an executor must be a time in seconds above 0, or null", value=lease
            )

    @property
    def has_workers(self) -> bool:
        """Whether it has workers to divide a scan among, here or elsewhere, and takes it whole.

        If not, it runs one task after the other, and parallel work is left to Snakemake.
        """
        return self.workers > 1 or self.remote_environment


class Executor(Protocol):
    """Runs ``fitscan.worker.run.run`` on requests, here or elsewhere; knows no likelihood.

    ``submit`` returns at once. The future gives the response, or the exception that kept the
    worker from answering. Leaving the context cancels what has not begun and waits for the rest;
    it does not wait after an error, nor for tasks that outlive this process.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What this executor can do."""

    @property
    def log(self) -> str:
        """Where a person reads what workers write; empty where they have no log of their own."""

    def submit(self, request: bytes) -> Future[bytes]:
        """Hand over a request."""

    def look_after_workers(self) -> Sequence[str]:
        """Return what a person should know of the workers, each thing once.

        It is called again and again while nobody answers.

        Raises:
            ExecutorError: No task will be answered any more.
        """

    def ticket(self, future: Future[bytes]) -> str | None:
        """Return what finds a task again after this process has ended, once there is such a thing.

        None while the task is on its way, and for ever where tasks end with this process.
        """

    def recover(self, tickets: Sequence[str]) -> Mapping[str, Future[bytes]]:
        """Return the tasks of an earlier process that are still known, by their tickets."""

    def __enter__(self) -> Self:
        """Start the workers."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the workers."""
