"""The contract of every executor: bytes go in, a future of bytes comes out."""

from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

__all__ = ["Capabilities", "Executor"]


@dataclass(frozen=True)
class Capabilities:
    """What callers may ask of an executor; they look here and never at its type.

    Attributes:
        workers: Tasks that run at the same time.
        max_request_bytes: Largest request it carries, None for no limit.
    """

    workers: int
    max_request_bytes: int | None = None


class Executor(Protocol):
    """Runs ``fitscan.worker.run`` on requests, here or elsewhere; knows no likelihood.

    ``submit`` returns at once. The future gives the response, or the exception that kept the
    worker from answering. Leaving the context cancels what has not begun and waits for the rest.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What this executor can do."""

    def submit(self, request: bytes) -> Future[bytes]:
        """Hand over a request."""

    def __enter__(self) -> Self:
        """Start the workers."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the workers."""
