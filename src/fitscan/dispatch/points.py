"""Fit the points of a shard that the journal does not hold; each row is journaled as it comes."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from fitscan.columns import Row
from fitscan.dispatch.delivery import Delivery
from fitscan.dispatch.progress import Progress
from fitscan.dispatch.requests import Requests, columns_of
from fitscan.engines.base import Work
from fitscan.executors import Executor
from fitscan.plan.journal import Journal
from fitscan.plan.known_rows import Expected, known_rows

__all__ = ["fit_points"]

log = logging.getLogger(__name__)


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

    def warn(text: str) -> None:
        log.warning(text)
        if progress is not None:
            progress.tell(text)

    for row in _known_rows(journal.folder, points, settings, warn):
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


def _known_rows(
    folder: Path,
    points: Sequence[Work],
    settings: Mapping[str, Any],
    warn: Callable[[str], object],
) -> Iterator[Row]:
    """Return the rows in the journal that are a point's, each point's once."""
    expected: dict[str, Expected] = {}
    for point in points:
        of_point = Expected(point.key, point.name, columns_of(point, settings))
        expected |= dict.fromkeys(filter(None, (point.first_key, point.key)), of_point)
    return known_rows(folder, expected, warn=warn)
