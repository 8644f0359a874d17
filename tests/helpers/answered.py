"""What a worker answers to a workspace, a patch and settings, in a process of its own.

A fit in compiled code can be stopped by nothing but the end of its process, so that process answers
and this one waits. Warnings are errors there.
"""

import json
import multiprocessing
import tempfile
import time
import warnings
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple, Self

import psutil

from fitscan import strictjson
from fitscan.engines.registry import engine_version
from fitscan.worker.request import FORMAT

__all__ = ["Question", "Worker", "read_question"]

EXTREMES = Path(__file__).parents[1] / "cases" / "extremes"


class Question(NamedTuple):
    """What a worker is asked about one point.

    Attributes:
        ws: The background-only workspace.
        ops: The patch.
        settings: What is computed and how; see ``plan.scan.Scan``.
        blocks: Toys to throw or experiments to make; None tests the data.
    """

    ws: dict[str, Any]
    ops: list[dict[str, Any]]
    settings: dict[str, Any]
    blocks: Sequence[dict[str, Any] | None] = (None,)

    def request(self, folder: Path) -> bytes:
        """Return the request, as a shard sends it; the workspace is written into a folder."""
        point = {"key": "key", "name": "point", "signal": {"patch": self.ops}}
        path = folder / "workspace.json"
        path.write_text(json.dumps(self.ws))
        request = {
            "format": FORMAT,
            "engine": engine_version(self.settings),
            "workspace": {"digest": strictjson.digest(self.ws), "path": str(path)},
            "settings": self.settings,
            "points": [point | {"block": block} for block in self.blocks],
        }
        return json.dumps(request).encode()


def read_question(path: Path | str) -> Question:
    """Read a question from a file, or from one of ``tests/cases/extremes`` by its name."""
    path = path if isinstance(path, Path) else EXTREMES / f"{path}.json"
    return Question(**json.loads(path.read_text()))


class Worker:
    """A process that answers questions, made anew after it has been stopped."""

    def __init__(self) -> None:
        self._process: multiprocessing.Process | None = None
        self._connection: Connection | None = None
        self._folder = tempfile.TemporaryDirectory()

    def answer(self, question: Question, *, within_cpu_s: float) -> dict[str, Any] | None:
        """Return the response; None if there is none in time, or the process has died.

        Args:
            question: What is asked.
            within_cpu_s: CPU time that the answer may take, which other jobs of the machine do not
                change; and 20 times as long by the clock.
        """
        if self._connection is None:
            self._start()
        assert self._connection is not None
        try:
            self._connection.send_bytes(question.request(Path(self._folder.name)))
            if self._is_answered(within_cpu_s):
                answer: dict[str, Any] = json.loads(self._connection.recv_bytes())
                return answer
        except (EOFError, BrokenPipeError, psutil.NoSuchProcess):
            pass
        self.stop()
        return None

    def _is_answered(self, within_cpu_s: float) -> bool:
        """Wait for an answer, and tell whether there is one."""
        assert self._process is not None
        assert self._connection is not None
        process, begin = psutil.Process(self._process.pid), time.monotonic()
        spent = process.cpu_times().user
        while not self._connection.poll(0.5):
            if process.cpu_times().user - spent > within_cpu_s:
                return False
            if time.monotonic() - begin > 20.0 * within_cpu_s:
                return False
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._folder.cleanup()

    def stop(self) -> None:
        """End the process."""
        if self._process is not None and self._connection is not None:
            self._process.kill()
            self._process.join()
            self._connection.close()
        self._process = self._connection = None

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        first = _everything().request(Path(self._folder.name))
        process = context.Process(target=_answer_all, args=(theirs, first), daemon=True)
        process.start()
        theirs.close()
        self._process = process  # type: ignore[assignment]
        # Until it says that it is there and has compiled what it needs.
        self._connection.recv_bytes()


def _everything() -> Question:
    """Return a question for which everything is compiled."""
    easy = read_question("slow_point")
    toys = {"stream": "0123456789abcdef" * 2, "first": 0, "count": 1}
    blocks = (None, {**toys, "hypothesis": "signal", "mu_test": 1.0}, {**toys, "toys": 1})
    limits = {"kind": "limits", "level": 0.95, "minima": "exhaustive"}
    return easy._replace(settings=easy.settings | limits, blocks=blocks)


def _answer_all(connection: Connection, first: bytes) -> None:
    """Answer requests until nobody asks any more; the first one only to have all compiled."""
    from fitscan.worker import run as worker  # noqa: PLC0415, the parent needs none of it
    from fitscan.worker import workspace_cache  # noqa: PLC0415

    worker.run(first)
    connection.send_bytes(b"")
    warnings.simplefilter("error")
    while True:
        try:
            request = connection.recv_bytes()
        except EOFError:
            return
        connection.send_bytes(worker.run(request))
        worker._engines.clear()
        workspace_cache._known.clear()
