"""From the points of a shard to rows: tasks through an executor, each row journaled as it comes."""

import logging
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from fitscan import worker
from fitscan.errors import ShardError
from fitscan.executors import Executor
from fitscan.journal import Journal
from fitscan.likelihood.patching import Operation
from fitscan.progress import Progress

__all__ = ["Task", "fit_points"]

log = logging.getLogger(__name__)

Row = dict[str, Any]

# A row with one of these is not fitted again; a line that lacks a status is none of ours.
_LASTING = {"ok", "not_converged"}

# The progress line is renewed this often while nothing finishes.
_PATIENCE_S = 1.0


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


def fit_points(
    tasks: Sequence[Task],
    *,
    settings: dict[str, Any],
    workspace: Path,
    workspace_digest: str,
    executor: Executor,
    journal: Journal,
    progress: Progress | None = None,
) -> list[Row]:
    """Fit the points that the journal does not hold yet and return the rows of all, in order.

    Args:
        tasks: The points of the shard.
        settings: What is computed and how.
        workspace: The background-only workspace.
        workspace_digest: Its digest, by which workers know it.
        executor: Where the tasks run; entered by the caller.
        journal: Where rows are kept; open for writing. Failed points are fitted again, all other
            rows are taken from it.
        progress: Told whenever something may have changed.

    Raises:
        ShardError: A worker could not answer a task. The rows of all others are in the journal.
    """
    rows = _known_rows(journal, tasks)
    if rows:
        log.info("%d of %d points were in the journal", len(rows), len(tasks))
    waiting: dict[Future[bytes], Task] = {}
    for task in {task.key: task for task in tasks}.values():
        if task.key not in rows:
            request = {
                "format": worker.FORMAT,
                "workspace": {"digest": workspace_digest, "path": str(workspace)},
                "settings": settings,
                "points": [{"key": task.key, "name": task.name, "patch": task.operations}],
            }
            waiting[executor.submit(orjson.dumps(request))] = task
    errors = []
    while waiting:
        finished, _ = wait(waiting, timeout=_PATIENCE_S, return_when=FIRST_COMPLETED)
        for future in [future for future in waiting if future in finished]:
            try:
                answered = _rows(future, waiting.pop(future))
            except ShardError as error:  # raised when all other points are done
                errors.append(error)
                continue
            for row in answered:
                journal.append(row)
                rows[row["key"]] = row
        if progress is not None:
            progress.update()
    if errors:
        raise errors[0]
    return [rows[task.key] for task in tasks]


def _rows(future: Future[bytes], task: Task) -> list[Row]:
    """Return the rows of a response, or raise what kept the worker from answering."""
    try:
        response = orjson.loads(future.result())
    except Exception as error:
        log.exception("the executor failed")
        raise ShardError(
            f"the executor lost {task.name!r}", value=f"{type(error).__name__}: {error}"
        ) from error
    if response["ok"]:
        rows: list[Row] = response["rows"]
        return rows
    if response["traceback"]:
        log.error("worker's traceback:\n%s", response["traceback"])
    raise ShardError(
        f"a worker could not fit {task.name!r}: {response['kind']}: {response['message']}"
    )


def _known_rows(journal: Journal, tasks: Sequence[Task]) -> dict[str, Row]:
    """Return the rows in the journal that answer a task, by the key of the task."""
    keys = {task.key for task in tasks}
    first = {task.first_key: task.key for task in tasks}
    rows: dict[str, Row] = {}
    for line in journal.new_rows():
        row = {name: value for name, value in line.items() if name != "time"}
        if row["key"] in keys and row.get("status") in _LASTING:
            rows[row["key"]] = row
        elif row["key"] in first and row.get("status") == "ok":
            rows.setdefault(first[row["key"]], row | {"key": first[row["key"]]})
    return rows
