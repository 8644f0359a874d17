"""Run tasks one after the other in this process: nothing to set up, nothing to go wrong."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from fitscan.executors.base import Capabilities
from fitscan.worker.run import run

__all__ = ["InProcess"]


class InProcess:
    """The executor ``in_process``: a thread of this process.

    One thread only, since pyhf's backend is one for the whole process. Parallel work comes from
    Snakemake, which runs several shards at a time.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="fitscan-worker")

    @property
    def capabilities(self) -> Capabilities:
        """One task at a time, of any size."""
        return Capabilities(workers=1, remote_environment=False)

    @property
    def log(self) -> str:
        """Workers write to the log of this process."""
        return ""

    def submit(self, request: bytes) -> Future[bytes]:
        """Queue a request; the future gives the response."""
        return self._thread.submit(run, request)

    def look_after_workers(self) -> Sequence[str]:
        """There are none."""
        return ()

    def ticket(self, future: Future[bytes]) -> str | None:
        """Tasks end with this process."""
        return None

    def recover(self, tickets: Sequence[str]) -> Mapping[str, Future[bytes]]:
        """Tasks end with this process."""
        return {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)
