"""Run tasks through Parsl: on this machine, or in jobs that Parsl submits to a cluster."""

import atexit
import hashlib
import logging
import os
import re
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import platformdirs
from parsl.config import Config
from parsl.dataflow.dflow import DataFlowKernel
from parsl.executors import HighThroughputExecutor
from parsl.jobs.states import JobState, JobStatus

from fitscan.address import expand_path
from fitscan.errors import ExecutorError
from fitscan.executors.base import Capabilities
from fitscan.executors.engines import executor_from, is_local, read_template, workers_of
from fitscan.executors.feeding import Feeder
from fitscan.project_files import here_or_bundled
from fitscan.worker.run import run

__all__ = ["Parsl"]

_LABEL = "fitscan"

# So many blocks without a worker are no accident, if there never was one.
_MOST_MISSING = 2

_LAST_LINES = 5


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
            path = Path(expand_path(template, where="template"))
            engine = read_template(here_or_bundled(path), options or {})
        if not isinstance(engine, Mapping) or not isinstance(engine.get("provider"), Mapping):
            raise ExecutorError(
                "the engine of an executor parsl and its provider must be mappings",
                value=list(engine) if isinstance(engine, Mapping) else type(engine).__name__,
                hint="docs/remote.md shows one; config/endpoints/ has templates",
            )
        polling = engine.get("job_status_kwargs", {})
        if not isinstance(polling, Mapping) or not isinstance(engine.get("strategy", ""), str):
            raise ExecutorError(
                "engine.job_status_kwargs must be a mapping, and engine.strategy a name",
                value=[polling, engine.get("strategy", "")],
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
        self._answered = False  # whether any worker has
        self._missing: set[str] = set()  # blocks that were told of
        self._feeder = Feeder(self._send, at_once=self._capabilities.workers)

    @property
    def capabilities(self) -> Capabilities:
        """As many tasks as there may be workers, of any size."""
        return self._capabilities

    @property
    def log(self) -> str:
        """The folder of this run; ``submit_scripts`` in it has what blocks write."""
        return "" if self._kernel is None else f"{self._run_dir}/{Path(self._kernel.run_dir).name}"

    def submit(self, request: bytes) -> Future[bytes]:
        """Queue a request; the future gives the response."""
        return self._feeder.submit(request)

    def look_after_workers(self) -> Sequence[str]:
        """Tell of blocks that ended before any of their workers was there.

        Raises:
            ExecutorError: The interchange has ended, or no block ever had a worker.
        """
        ended = self._interchange_exit()
        if ended is not None:
            raise ExecutorError(
                "Parsl's interchange has ended, so no worker can be reached",
                value=f"exit code {ended}",
                hint=f"start again: finished rows are kept; its log is in {self.log}",
            )
        missing = {
            name: status
            for name, status in dict(self._htex.status_facade).items()
            if status.state == JobState.MISSING
        }
        new = missing.keys() - self._missing
        self._missing |= new
        told = [
            f"block {name} ended without a worker: {_last_words(missing[name])}"
            for name in sorted(new)
        ]
        # Of a hundred blocks two bad nodes are an accident: the others may be queued.
        most = max(_MOST_MISSING, getattr(self._htex.provider, "init_blocks", 1))
        if told and not self._answered and len(self._missing) >= most:
            raise ExecutorError(
                f"{len(self._missing)} blocks ended without a worker",
                value=_last_words(missing[max(new)]),
                hint=f"check worker_init; what blocks wrote is in {self.log}/submit_scripts",
            )
        return told

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
            run_dir=str(_for_shell(Path(self._run_dir))),
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
        if self._interchange_exit() is None:
            self._kernel.cleanup()
        else:
            self._abandon()
        self._kernel = None

    @property
    def _htex(self) -> HighThroughputExecutor:
        assert self._kernel is not None
        htex = self._kernel.executors[_LABEL]
        assert isinstance(htex, HighThroughputExecutor)
        return htex

    def _interchange_exit(self) -> int | None:
        """Return the exit code of the interchange, None while it runs."""
        process = self._htex.interchange_proc
        return None if process is None else process.poll()

    def _abandon(self) -> None:
        """End the blocks, and leave the rest: Parsl waits for its interchange for ever."""
        assert self._kernel is not None
        atexit.unregister(self._kernel.atexit_cleanup)
        assert self._htex.provider is not None
        self._htex.provider.cancel(list(self._htex.blocks_to_job_id.values()))

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
        sent.add_done_callback(self._note_answer)
        return sent

    def _note_answer(self, sent: Future[bytes]) -> None:
        self._answered = self._answered or sent.exception() is None


def _last_words(status: JobStatus) -> str:
    """Return the last lines that a block wrote, or what else is known of its end."""
    written = (status.stderr_summary or "").strip() or (status.stdout_summary or "").strip()
    code = "" if status.exit_code is None else f"exit code {status.exit_code}"
    lines = " | ".join(written.splitlines()[-_LAST_LINES:]) or status.message or ""
    return ", ".join(filter(None, [code, lines]))


def _for_shell(folder: Path) -> Path:
    """Return a path of a folder that a shell reads as one word: Parsl's scripts quote nothing.

    Raises:
        ExecutorError: Neither the folder nor the user's cache has such a path.
    """
    folder = folder.absolute()
    if _is_word(folder):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    cache = Path(os.environ.get("FITSCAN_CACHE") or platformdirs.user_cache_dir("fitscan"))
    link = cache.absolute() / "parsl" / hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    if not _is_word(link):
        raise ExecutorError(
            "Parsl cannot work in a folder with a blank or a sign of the shell in its name",
            value=str(folder),
            hint="set run_dir of the executor to a folder without",
        )
    link.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):  # another shard may make it now
        link.symlink_to(folder)
    return link


def _is_word(path: Path) -> bool:
    return re.fullmatch(r"[\w/.,:=@%+-]+", str(path)) is not None


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
