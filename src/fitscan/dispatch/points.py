"""Fit the points of a shard that the journal does not hold; each row is journaled as it comes."""

import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from fitscan.columns import Row
from fitscan.dispatch.delivery import Delivery
from fitscan.dispatch.progress import Progress
from fitscan.dispatch.requests import Requests
from fitscan.engines.base import Work
from fitscan.executors import Executor
from fitscan.plan.journal import Journal

__all__ = ["fit_points"]

log = logging.getLogger(__name__)


# A row with one of these is not fitted again; a line without a status was not written by fitscan.
_LASTING = {"ok", "not_converged"}


def fit_points(
    points: Sequence[Work],
    *,
    settings: dict[str, Any],
    workspace: Path,
    workspace_digest: str,
    engine: str,
    executor: Executor,
    journal: Journal,
    submitted: Journal | None = None,
    progress: Progress | None = None,
    take: Callable[[Row], object] | None = None,
) -> list[Row]:
    """Fit the points that the journal does not hold yet and return the rows of all, in order.

    Args:
        points: The points of the shard.
        settings: What is computed and how.
        workspace: The background-only workspace.
        workspace_digest: Its digest, by which workers know it.
        engine: The version of the engine that the scan was planned with. A worker of another one
            refuses.
        executor: Where the tasks run; entered by the caller.
        journal: Where rows are kept; open for writing. Failed points are fitted again, all other
            rows are taken from it.
        submitted: Where it is kept which task has which points; open for writing. Tasks of an
            earlier process that are still known to the executor are waited for and not sent again.
        progress: Told whenever something may have changed.
        take: Called with each row, as it is found or comes, in place of keeping and returning it.

    Raises:
        ExecutorError: The executor does not work at all.
        ShardError: A worker could not answer a task. The rows of all others are in the journal.
        VersionMismatch: Workers run other code than this process.
    """
    rows: dict[str, Row] = {}
    done: set[str] = set()

    def give(row: Row) -> None:
        done.add(row["key"])
        if take is None:
            rows[row["key"]] = row
        else:
            take(row)

    def accept(answered: list[Row]) -> None:
        for row in answered:
            if row["key"] not in done:
                journal.append(row)
                give(row)

    for row in _known_rows(journal, points):
        give(row)
    if done:
        log.info("%d of %d points were in the journal", len(done), len(points))
    missing = [p for p in {p.key: p for p in points}.values() if p.key not in done]
    if missing:
        requests = Requests(
            settings=settings, workspace=workspace, digest=workspace_digest, engine=engine
        )
        delivery = Delivery(executor, requests, accept=accept, submitted=submitted)
        delivery.run(missing, progress=progress)
    return [rows[point.key] for point in points] if take is None else []


def _known_rows(journal: Journal, points: Sequence[Work]) -> Iterator[Row]:
    """Yield the rows in the journal that are a point's, each point's once."""
    keys = {point.key for point in points}
    first = {
        point.first_key: point.key for point in points if point.first_key not in {None, point.key}
    }
    seconds: dict[str, Row] = {}
    # By a reader of its own: each tells a row once, and a scan of toys asks again and again.
    for line in Journal(journal.folder).new_rows():
        row = {name: value for name, value in line.items() if name != "time"}
        if row["key"] in keys and row.get("status") in _LASTING:
            keys.remove(row["key"])
            yield row
        elif row["key"] in first and row.get("status") == "ok":
            seconds[first[row["key"]]] = row | {"key": first[row["key"]]}
    yield from (row for key, row in seconds.items() if key in keys)
