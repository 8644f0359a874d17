"""A scan in a program: the rows of the workflow without its files.

Points are planned, fitted and made into rows by the code of the workflow. With more than one
process this one fits too, so a short scan does not wait for others to start.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pandas as pd
from tqdm import tqdm

from fitscan import strictjson
from fitscan.columns import Row
from fitscan.config.points import check_point_name, named_points
from fitscan.dispatch.delivery import Delivery
from fitscan.dispatch.requests import Requests
from fitscan.engines.base import Fit, Work
from fitscan.engines.registry import engine_of
from fitscan.executors.process_pool import ProcessPool
from fitscan.kinds.registry import kind_of, planned_scan
from fitscan.likelihood import Index, JsonPatch, Point
from fitscan.likelihood.checked_patches import checked_patches
from fitscan.likelihood.labels import labels_as_columns
from fitscan.likelihood.patches import Patches
from fitscan.likelihood.workspace import Workspace
from fitscan.plan.keys import data_settings
from fitscan.plan.rows import all_rows
from fitscan.plan.scan import Scan
from fitscan.tables.results import results_table
from fitscan.worker.finite_rows import finite_row

__all__ = ["scan_table"]

# So few that the processes end at about the same time.
_POINTS_PER_TASK = 3


def scan_table(
    workspace: Workspace,
    patches: Patches,
    *,
    measurement: str,
    config: Mapping[str, Any],
    processes: int = 1,
    progress: bool = False,
) -> pd.DataFrame:
    """Return the results of a scan; see ``fitscan.tables.results.results_table``.

    Args:
        workspace: The background-only workspace, checked.
        patches: The signal hypotheses.
        measurement: Name of the measurement.
        config: A checked configuration with a scan of the name ``scan``.
        processes: Processes that fit, this one included.
        progress: Whether a progress bar is shown.

    Raises:
        ConfigError: The configuration names a point that there is not.
        LikelihoodError: No patch can be fitted; or see ``labels_as_columns``.
    """
    names = [patch.name for patch in patches.patches]
    for key, name in named_points(config["scans"]["scan"]):
        check_point_name(names, name, key=key)
    patches = labels_as_columns(patches)
    patches, measured = checked_patches(patches, workspace, measurement=measurement)
    digest = strictjson.digest(workspace)
    index = Index(patches.labels, digest, measured, _points(patches), source={})
    scan = planned_scan(index, config, "scan")
    signals = {
        key: JsonPatch(patch.operations)
        for key, patch in zip(scan.keys, patches.patches, strict=True)
    }
    keys = [*dict.fromkeys(scan.fitted_keys)]
    kind = kind_of(scan)
    with _bar(scan, shown=progress) as bar, _fitting(workspace, scan, processes, bar) as fit:
        rows = kind.rows(scan, keys, [signals[key] for key in keys], fit, bar.expect)
    by_key = dict(zip(keys, rows, strict=True))
    found = all_rows(scan, (by_key[key] for key in scan.fitted_keys))
    points = [vars(point) for point in scan.points]
    return results_table(points, found, labels=scan.labels, columns=scan.columns)


def _points(patches: Patches) -> tuple[Point, ...]:
    """Return the points of a plan, which are in no file."""
    return tuple(
        Point(
            patch.name,
            patch.values,
            strictjson.digest(patch.operations),
            offset=0,
            length=0,
            refused="" if patch.refused is None else str(patch.refused),
        )
        for patch in patches.patches
    )


class _Bar:
    """A progress bar of points or of toys.

    Args:
        scan: The scan.
        bar: The bar.
    """

    def __init__(self, scan: Scan, bar: "tqdm[Any]") -> None:
        self._has_blocks = kind_of(scan).has_blocks
        self._amounts = kind_of(scan).initial_amounts(scan)
        self._bar = bar

    def expect(self, amounts: Mapping[str, int]) -> None:
        """Count works that are asked for later."""
        self._amounts |= amounts
        self._bar.total = sum(self._amounts.values())
        self._bar.refresh()

    def finished(self, work: Work) -> None:
        """Count a work; beside toys, tests of the data do not count."""
        done = 0 if self._has_blocks else 1
        self._bar.update(done if work.block is None else self._amounts.get(work.key, 0))


@contextmanager
def _bar(scan: Scan, *, shown: bool) -> Iterator[_Bar]:
    kind = kind_of(scan)
    total = sum(kind.initial_amounts(scan).values())
    with tqdm(total=total, unit=f" {kind.unit}", disable=not shown) as bar:
        yield _Bar(scan, bar)


@contextmanager
def _fitting(workspace: Workspace, scan: Scan, processes: int, bar: _Bar) -> Iterator[Fit]:
    """Yield what answers works: this process, or a pool to which it belongs."""
    if processes == 1:
        engine = engine_of(scan.settings)
        answer = engine.start(workspace, data_settings(scan), None)

        def one(work: Work) -> Row:
            (row,) = answer([work])
            bar.finished(work)
            return finite_row({"key": work.key, **row})

        yield _taking(lambda works: map(one, works))
        return
    with tempfile.TemporaryDirectory(prefix="fitscan-") as folder:
        path = Path(folder) / "workspace.json"
        path.write_bytes(orjson.dumps(workspace))
        requests = Requests(
            settings=data_settings(scan), workspace=path, digest=scan.workspace, engine=scan.engine
        )
        pool = ProcessPool(workers=processes, points_per_task=_POINTS_PER_TASK, joins=True)
        with pool as running:
            yield _taking(partial(_delivered, running, requests, bar))


def _delivered(
    pool: ProcessPool, requests: Requests, bar: _Bar, works: Sequence[Work]
) -> Iterator[Row]:
    """Yield the rows of works in order, once all are there."""
    by_key = {work.key: work for work in works}
    rows: dict[str, Row] = {}

    def accept(answered: list[Row]) -> None:
        for row in answered:
            rows[row["key"]] = row
            bar.finished(by_key[row["key"]])

    Delivery(pool, requests, accept=accept).run([*by_key.values()])
    return (rows[work.key] for work in works)


def _taking(answered: Callable[[Sequence[Work]], Iterator[Row]]) -> Fit:
    """Return what gives the rows of works, or has each taken."""

    def fit(works: Sequence[Work], *, take: Callable[[Row], object] | None = None) -> list[Row]:
        if take is None:
            return [*answered(works)]
        for row in answered(works):
            take(row)
        return []

    return fit
