"""Make the experiments of points: ask for their blocks, and make the row of each point of these."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fitscan.columns import COVERAGE, result_columns
from fitscan.engines.base import Answer, Row, Work
from fitscan.kinds.named_points import named_keys
from fitscan.likelihood import JsonPatch, Signal
from fitscan.plan.blocks import block_key, blocks_of
from fitscan.plan.keys import data_keys
from fitscan.plan.scan import Scan
from fitscan.plan.streams import stream_of
from fitscan.statistics.coverage import coverage

__all__ = ["CoveragePoint", "cover_points", "coverage_points", "experiment_keys"]


@dataclass(frozen=True)
class CoveragePoint:
    """A point that gets experiments.

    Attributes:
        point: Its key, its name and its signal.
        test_key: Its key without experiments: that of its test of the data.
        stream: The random stream of its experiments.
        chosen: Whether it gets any.
    """

    point: Work
    test_key: str
    stream: str
    chosen: bool = True

    @property
    def test(self) -> Work:
        """The test of the data."""
        return Work(self.test_key, self.point.name, self.point.signal)

    def blocks(self, options: Mapping[str, Any]) -> Iterator[Work]:
        """Yield the blocks of its experiments, each a work of its own."""
        for block in blocks_of(
            self.stream,
            experiments=options["experiments"],
            toys=options["toys"],
            size=options["experiments_per_task"],
        ):
            key = block_key(self.test_key, block)
            yield Work(key, self.point.name, self.point.signal, block)


def coverage_points(
    scan: Scan, keys: Sequence[str], signals: Sequence[Signal] | None = None
) -> list[CoveragePoint]:
    """Return points of a scan, by key, with their random streams.

    Args:
        scan: The scan.
        keys: Keys of the points.
        signals: Their signals; None where only keys of blocks are wanted.
    """
    signals = [JsonPatch([])] * len(keys) if signals is None else signals
    named = named_keys(scan)
    of_key = dict(zip(scan.keys, zip(scan.points, data_keys(scan), strict=True), strict=True))
    points = []
    for key, signal in zip(keys, signals, strict=True):
        planned, test_key = of_key[key]
        stream = stream_of(
            scan.settings["coverage"]["seed"],
            workspace=scan.workspace,
            patch=planned.digest,
            hypothesis="experiment",
        )
        point = Work(key, planned.name, signal)
        points.append(CoveragePoint(point, test_key, stream, key in named))
    return points


def experiment_keys(scan: Scan) -> dict[str, int]:
    """Return how many experiments each block has, by its key."""
    return {
        block.key: block.block.count
        for point in coverage_points(scan, scan.fitted_keys)
        if point.chosen
        for block in point.blocks(scan.settings["coverage"])
        if block.block is not None
    }


def cover_points(
    points: Sequence[CoveragePoint],
    *,
    settings: Mapping[str, Any],
    fit: Answer,
    expect: Callable[[Mapping[str, int]], object],
) -> list[Row]:
    """Return the rows of points, in order.

    Args:
        points: The points.
        settings: Those of the scan.
        fit: Makes the test of the data of points, or blocks; gives rows in order.
        expect: Told of blocks that are not made, with 0 by key: the progress counts them already.
    """
    tests = fit([point.test for point in points])
    blocks = []
    for point, test in zip(points, tests, strict=True):
        of_point = [*point.blocks(settings["coverage"])] if point.chosen else []
        # Experiments are drawn at the fit to the data, so a failed test gets none.
        if of_point and test["status"] != "ok":
            expect(dict.fromkeys((block.key for block in of_point), 0))
            of_point = []
        blocks.append(of_point)
    made = iter(fit([block for of_point in blocks for block in of_point]))
    return [
        _row(point.point.key, test, [next(made) for _ in of_point], settings)
        for point, test, of_point in zip(points, tests, blocks, strict=True)
    ]


def _row(key: str, test: Row, blocks: Sequence[Row], settings: Mapping[str, Any]) -> Row:
    """Return the row of a point from those of its test and of its blocks."""
    row: Row = dict.fromkeys((*result_columns(settings), *COVERAGE)) | test | {"key": key}
    row |= {time: round(sum(b[time] for b in (test, *blocks)), 6) for time in ("wall_s", "cpu_s")}
    row |= {"level": settings["level"], "n_experiments": 0}
    if not blocks:
        return row
    options = settings["coverage"]
    row |= {"n_experiments": options["experiments"], "n_toys": options["toys"]}
    row["n_experiments_failed"] = sum(block.get("failed", 0) for block in blocks)
    row["n_toys_failed"] = sum(block.get("toys_failed", 0) for block in blocks)
    failure = _failure(row, blocks, most=options["max_failed_fraction"])
    if failure:
        return row | {"status": "failed", "message": failure}
    return row | coverage(blocks, level=settings["level"])


def _failure(row: Row, blocks: Sequence[Row], *, most: float) -> str:
    """Say why the experiments of a point cannot be trusted; nothing if they can.

    Args:
        row: The row of the point, with its numbers of experiments and toys.
        blocks: Those of its blocks.
        most: Share of experiments, and of toys, that may have failed.
    """
    for block in blocks:
        if block["status"] != "ok":
            return str(block["message"])
    experiments, toys = row["n_experiments"], 2 * row["n_experiments"] * row["n_toys"]
    for what, failed, made in (
        ("experiments", row["n_experiments_failed"], experiments),
        ("toys", row["n_toys_failed"], toys),
    ):
        if failed > most * made:
            return f"{failed} of {made} {what} could not be fitted"
    return ""
