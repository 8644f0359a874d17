"""Run tasks through Parsl: on this machine, or in jobs that Parsl submits to a cluster."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from parsl.config import Config
from parsl.dataflow.dflow import DataFlowKernel

from fitscan.errors import ExecutorError
from fitscan.executors.base import Capabilities
from fitscan.executors.engines import executor_from, is_local, read_template, workers_of
from fitscan.executors.feeding import Feeder
from fitscan.worker.run import run

__all__ = ["Parsl"]

_LABEL = "fitscan"


class Parsl:
    """The executor ``parsl``: Parsl's HighThroughputExecutor on any of its providers.

    Workers import the installed package by name and live as long as their job, with what they have
    read and compiled. A task whose worker or job is lost fails, and is resubmitted by whoever
    waits for it.

    Args:
        engine: The engine as in a Globus Compute endpoint's configuration; see
            ``fitscan.executors.engines``.
        template: Path of an endpoint's template in place of ``engine``.
        options: Values for the template's variables.
        points_per_task: Points that a task holds.
        retries: How often a task is resubmitted after its worker was lost.
        lease_s: Seconds after which a task without an answer is resubmitted; None never.
        shared_filesystem: Whether workers see the files of this machine, as on a cluster.
        run_dir: Where Parsl keeps its logs.

    Raises:
        ExecutorError: A setting is wrong.
    """

    def __init__(
        self,
        *,
        engine: Mapping[str, Any] | None = None,
        template: str | None = None,
        options: Mapping[str, Any] | None = None,
        points_per_task: int = 20,
        retries: int = 2,
        lease_s: float | None = None,
        shared_filesystem: bool = True,
        run_dir: str = ".fitscan/parsl",
    ) -> None:
        if (engine is None) == (template is None):
            raise ExecutorError("an executor parsl needs an engine or a template, not both")
        if template is not None:
            engine = read_template(Path(template), options or {})
        if not isinstance(engine, Mapping) or not isinstance(engine.get("provider"), Mapping):
            raise ExecutorError(
                "the engine of an executor parsl and its provider must be mappings",
                value=list(engine) if isinstance(engine, Mapping) else type(engine).__name__,
                hint="docs/remote.md shows one; config/endpoints/ has templates",
            )
        self._engine = engine
        self._run_dir = run_dir
        executor_from(engine, label=_LABEL)  # refuses before any work what Parsl would later
        self._capabilities = Capabilities(
            workers=workers_of(engine),
            cores=workers_of(engine) if is_local(engine) else 1,
            points_per_task=points_per_task,
            shared_filesystem=shared_filesystem,
            lease_s=lease_s,
            retries=retries,
        )
        self._kernel: DataFlowKernel | None = None
        self._feeder = Feeder(self._send, at_once=self._capabilities.workers)

    @property
    def capabilities(self) -> Capabilities:
        """As many tasks as there may be workers, of any size."""
        return self._capabilities

    def submit(self, request: bytes) -> Future[bytes]:
        """Queue a request; the future gives the response."""
        return self._feeder.submit(request)

    def ticket(self, future: Future[bytes]) -> str | None:
        """Tasks end with this process."""
        return None

    def recover(self, tickets: Sequence[str]) -> Mapping[str, Future[bytes]]:
        """Tasks end with this process."""
        return {}

    def __enter__(self) -> Self:
        logging.getLogger("parsl").setLevel(logging.WARNING)
        # Parsl starts its programs by name, and this environment need not be activated.
        programs = str(Path(sys.executable).parent)
        if programs not in os.environ["PATH"].split(os.pathsep):
            os.environ["PATH"] = f"{programs}{os.pathsep}{os.environ['PATH']}"
        polling = self._engine.get("job_status_kwargs", {})
        config = Config(
            executors=[executor_from(self._engine, label=_LABEL)],
            exit_mode="skip",
            garbage_collect=True,
            initialize_logging=False,
            run_dir=self._run_dir,
            strategy=self._engine.get("strategy", "simple"),
            **{key: polling[key] for key in ("max_idletime", "strategy_period") if key in polling},
        )
        with _deaf_children():
            self._kernel = DataFlowKernel(config)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._feeder.cancel()
        if error is None:
            self._feeder.wait()
        assert self._kernel is not None
        self._kernel.cleanup()
        self._kernel = None

    def _send(self, request: bytes) -> Future[bytes]:
        assert self._kernel is not None
        sent: Future[bytes] = self._kernel.submit(
            run,
            app_args=(request,),
            executors=[_LABEL],
            cache=False,
            ignore_for_cache=None,
            app_kwargs={},
        )
        return sent


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Let programs that start meanwhile ignore ctrl-c, which a terminal sends to all.

    Without its interchange Parsl waits for ever when it is to end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # where signals cannot be set
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
