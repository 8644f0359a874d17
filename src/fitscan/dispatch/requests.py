"""Points as requests to workers, none larger than an executor carries."""

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from fitscan.columns import Row, result_columns
from fitscan.engines.base import Settings, Work
from fitscan.engines.registry import engine_of
from fitscan.errors import ExecutorError
from fitscan.executors import Capabilities
from fitscan.plan.row_check import row_fault
from fitscan.plan.rows import failed_row
from fitscan.worker.request import FORMAT, packed

__all__ = ["Requests", "columns_of"]


class Requests:
    """The requests of one scan.

    Args:
        settings: What is computed and how.
        workspace: The background-only workspace.
        digest: Its digest.
        engine: The version of the engine that the scan was planned with.
    """

    def __init__(
        self, *, settings: dict[str, Any], workspace: Path, digest: str, engine: str
    ) -> None:
        self._settings = settings
        self._workspace = workspace
        self._digest = digest
        self._engine = engine

    def split(
        self, points: Sequence[Work], capabilities: Capabilities
    ) -> Iterator[tuple[Work, ...]]:
        """Divide points among tasks: yield the points of each.

        Raises:
            ExecutorError: One point alone is larger than the executor carries.
        """
        limit = capabilities.max_request_bytes
        # No worker is left without a task, unless the engine likes more works in one call.
        most = min(capabilities.points_per_task, math.ceil(len(points) / capabilities.workers))
        most = max(most, engine_of(self._settings).batch)
        if any(point.block is not None for point in points):
            most = 1  # a block is a task's work
        together: list[Work] = []
        # Each task may have to carry the workspace as well.
        frame = len(
            self.request((), capabilities, with_workspace=not capabilities.shared_filesystem)
        )
        size = frame
        for point in points:
            length = 0 if limit is None else len(orjson.dumps(_point(point))) + 1
            if limit is not None and frame + length > limit:
                raise ExecutorError(
                    f"the signal of {point.name!r} is too large for this executor",
                    value=f"{frame + length} bytes with the workspace, {limit} at most"
                    if not capabilities.shared_filesystem
                    else f"{frame + length} bytes, {limit} at most",
                    hint="choose an executor whose workers are on this machine or cluster",
                )
            full = limit is not None and size + length > limit
            if together and (full or len(together) >= most):
                yield tuple(together)
                together, size = [], frame
            together.append(point)
            size += length
        if together:
            yield tuple(together)

    def request(
        self, points: Sequence[Work], capabilities: Capabilities, *, with_workspace: bool = False
    ) -> bytes:
        """Return the request of a task.

        Args:
            points: The points of the task.
            capabilities: Those of the executor.
            with_workspace: Send the workspace too, to a worker that has not got it.

        Raises:
            ExecutorError: It is larger than the executor carries.
        """
        workspace: dict[str, str] = {"digest": self._digest}
        if with_workspace:
            workspace["content"] = self._packed
        elif capabilities.shared_filesystem:
            workspace["path"] = str(self._workspace.absolute())
        request = orjson.dumps(
            {
                "format": FORMAT,
                "engine": self._engine,
                "workspace": workspace,
                "settings": self._settings,
                "points": [_point(point) for point in points],
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

    def failed_row(self, point: Work, message: str) -> Row:
        """Return the row of a point that no worker survives."""
        columns = result_columns(self._settings)
        return failed_row(point.key, message, settings=self._settings, columns=columns)

    def row_fault(self, point: Work, row: Row) -> str:
        """Say why a worker's row cannot be that of a point; nothing if it can."""
        return row_fault(row, columns_of(point, self._settings))

    @cached_property
    def _packed(self) -> str:
        return packed(self._workspace.read_bytes())


def columns_of(point: Work, settings: Settings) -> tuple[str, ...]:
    """Return the columns of numbers in the row of a work; a block has none."""
    return result_columns(settings) if point.block is None else ()


def _point(point: Work) -> dict[str, Any]:
    block = None if point.block is None else point.block.model_dump()
    return {"key": point.key, "name": point.name, "signal": point.signal.content, "block": block}
