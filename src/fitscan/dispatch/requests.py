"""Points as requests to workers, none larger than an executor carries."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from fitscan import __version__, worker
from fitscan.columns import result_columns
from fitscan.errors import ExecutorError
from fitscan.executors import Capabilities
from fitscan.likelihood.patching import Operation
from fitscan.request import FORMAT, packed

__all__ = ["Requests", "Task"]


@dataclass(frozen=True)
class Task:
    """A point to fit.

    Attributes:
        key: Its key.
        first_key: Its key if nothing were tried again after a failure: a row that is ok under it
            needed no second try, so it is this point's row too.
        name: Its name for messages.
        operations: Its patch.
    """

    key: str
    first_key: str
    name: str
    operations: list[Operation]


class Requests:
    """The requests of one scan.

    Args:
        settings: What is computed and how.
        workspace: The background-only workspace.
        digest: Its digest.
    """

    def __init__(self, *, settings: dict[str, Any], workspace: Path, digest: str) -> None:
        self._settings = settings
        self._workspace = workspace
        self._digest = digest

    def batches(
        self, tasks: Sequence[Task], capabilities: Capabilities
    ) -> Iterator[tuple[Task, ...]]:
        """Yield the points that go into a request together.

        Raises:
            ExecutorError: One point alone is larger than the executor carries.
        """
        limit = capabilities.max_request_bytes
        # No worker is left without a task.
        most = min(capabilities.points_per_task, math.ceil(len(tasks) / capabilities.workers))
        batch: list[Task] = []
        # Each may have to carry the workspace as well.
        frame = len(self.request((), capabilities, with_workspace=not capabilities.sees_files))
        size = frame
        for task in tasks:
            length = 0 if limit is None else len(orjson.dumps(_point(task))) + 1
            if limit is not None and frame + length > limit:
                raise ExecutorError(
                    f"the patch of {task.name!r} is too large for this executor",
                    value=f"{frame + length} bytes with the workspace, {limit} at most"
                    if not capabilities.sees_files
                    else f"{frame + length} bytes, {limit} at most",
                    hint="choose an executor whose workers are on this machine or cluster",
                )
            full = limit is not None and size + length > limit
            if batch and (full or len(batch) >= most):
                yield tuple(batch)
                batch, size = [], frame
            batch.append(task)
            size += length
        if batch:
            yield tuple(batch)

    def request(
        self, tasks: Sequence[Task], capabilities: Capabilities, *, with_workspace: bool = False
    ) -> bytes:
        """Return the request for some points.

        Args:
            tasks: The points.
            capabilities: Those of the executor.
            with_workspace: Send the workspace too, to a worker that has not got it.

        Raises:
            ExecutorError: It is larger than the executor carries.
        """
        workspace: dict[str, str] = {"digest": self._digest}
        if with_workspace:
            workspace["content"] = self._packed
        elif capabilities.sees_files:
            workspace["path"] = str(self._workspace.absolute())
        request = orjson.dumps(
            {
                "format": FORMAT,
                "engine": worker.engine_version(self._settings),
                "workspace": workspace,
                "settings": self._settings,
                "points": [_point(task) for task in tasks],
            }
        )
        limit = capabilities.max_request_bytes
        if limit is not None and len(request) > limit:
            raise ExecutorError(
                "the workspace is too large for this executor, even compressed",
                value=f"{len(request)} bytes, {limit} at most",
                hint="choose an executor whose workers are on this machine or cluster",
            )
        return request

    def failed_row(self, task: Task, message: str) -> dict[str, Any]:
        """Return the row of a point that no worker survives."""
        return {
            "key": task.key,
            **dict.fromkeys(result_columns(self._settings)),
            "mu_test": self._settings["mu_test"],
            "status": "failed",
            "message": message,
            "engine": f"{self._settings['engine']}-{__version__}",
            "wall_s": 0.0,
            "cpu_s": 0.0,
        }

    @cached_property
    def _packed(self) -> str:
        return packed(self._workspace.read_bytes())


def _point(task: Task) -> dict[str, Any]:
    return {"key": task.key, "name": task.name, "patch": task.operations}
