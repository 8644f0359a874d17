"""Throw toys at points, in rounds, until each is answered.

A round gives out the blocks of all points that are not answered yet, so that workers have enough to
do. The next one doubles the toys of those whose CLs is not known well enough, up to a maximum
(as Combine does, arXiv:2404.06614). Points far from the contour may go without.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fitscan.columns import ASYMPTOTIC, CLS, CLS_ERRORS, result_columns
from fitscan.dispatch import Point
from fitscan.distributions import distributions
from fitscan.likelihood.patching import Operation
from fitscan.scan import Scan, data_keys
from fitscan.thrown import DISAGREE
from fitscan.toys.answer import Answer, answer
from fitscan.toys.blocks import (
    HYPOTHESES,
    Hypothesis,
    block_key,
    blocks_of,
    stream_of,
    unpacked_values,
)

__all__ = ["throw_points", "toy_keys", "toy_points"]

log = logging.getLogger(__name__)

Row = dict[str, Any]
Fit = Callable[[list[Point]], list[Row]]


@dataclass(eq=False)
class ToyPoint:
    """A point and the toys it has so far.

    Attributes:
        point: The point.
        test_key: Its key without toys: that of its test of the data.
        streams: The random stream of each hypothesis.
        test: The row of the test of the data.
        blocks: The rows of blocks by hypothesis, in order.
        toys: How many toys each hypothesis is to have.
    """

    point: Point
    test_key: str
    streams: dict[Hypothesis, str]
    test: Row = field(default_factory=dict)
    blocks: dict[Hypothesis, list[Row]] = field(default_factory=dict)
    toys: dict[Hypothesis, int] = field(default_factory=lambda: dict.fromkeys(HYPOTHESES, 0))

    def wanted(self, size: int) -> Iterator[tuple[Hypothesis, Point]]:
        """Yield hypothesis and block, as a point of its own, of all its toys."""
        for hypothesis, toys in self.toys.items():
            stream = self.streams[hypothesis]
            for block in blocks_of(stream, hypothesis, toys=toys, size=size):
                key = block_key(self.test_key, block)
                yield hypothesis, Point(key, key, self.point.name, self.point.operations, block)

    def values(self, column: str, hypothesis: Hypothesis) -> Any:
        """Return ``q`` or ``mu_hat`` of all toys of a hypothesis."""
        return unpacked_values(self.blocks[hypothesis], column)


def toy_points(
    scan: Scan, keys: Sequence[str], operations: Sequence[list[Operation]]
) -> list[ToyPoint]:
    """Return points of a scan, by key, with their random streams."""
    numbers = {key: number for number, key in enumerate(scan.keys)}
    keys_of_tests = data_keys(scan)
    points = []
    for key, patch in zip(keys, operations, strict=True):
        planned = scan.points[numbers[key]]
        points.append(
            ToyPoint(
                Point(key, key, planned.name, patch),
                keys_of_tests[numbers[key]],
                {
                    hypothesis: stream_of(
                        scan.settings["toys"]["seed"],
                        workspace=scan.workspace,
                        patch=planned.digest,
                        hypothesis=hypothesis,
                    )
                    for hypothesis in HYPOTHESES
                },
            )
        )
    return points


def toy_keys(scan: Scan) -> dict[str, int]:
    """Return how many toys each block of the first round has, by its key."""
    keys = {}
    points = toy_points(scan, scan.keys, [[]] * len(scan.keys))
    for point in points:
        point.toys = _first_round(scan.settings["toys"])
        for _, block in point.wanted(scan.settings["toys"]["block"]):
            if block.block is not None:
                keys[block.key] = block.block.count
    return keys


def throw_points(points: Sequence[ToyPoint], *, settings: Mapping[str, Any], fit: Fit) -> list[Row]:
    """Return the rows of points, in order.

    Args:
        points: The points.
        settings: Those of the scan.
        fit: Makes the test of the data of points, or throws blocks; gives rows in order.
    """
    options = settings["toys"]
    tests = fit([Point(p.test_key, p.test_key, p.point.name, p.point.operations) for p in points])
    for point, row in zip(points, tests, strict=True):
        point.test = row
    open_points = [point for point in points if _gets_toys(point.test, options)]
    for point in open_points:
        point.toys = _first_round(options)
    while open_points:
        _throw(open_points, size=options["block"], fit=fit)
        open_points = [point for point in open_points if _more_toys(point, options)]
        if open_points:
            log.info("%d points get more toys", len(open_points))
    return [_row(point, settings) for point in points]


def _throw(points: Sequence[ToyPoint], *, size: int, fit: Fit) -> None:
    """Throw the toys of points."""
    wanted = [(point, *block) for point in points for block in point.wanted(size)]
    # Those of earlier rounds are in the journal.
    rows = fit([block for _, _, block in wanted])
    for point in points:
        point.blocks = {hypothesis: [] for hypothesis in HYPOTHESES}
    for (point, hypothesis, _), row in zip(wanted, rows, strict=True):
        point.blocks[hypothesis].append(row)


def _first_round(options: Mapping[str, Any]) -> dict[Hypothesis, int]:
    return {hypothesis: options[hypothesis] for hypothesis in HYPOTHESES}


def _gets_toys(test: Row, options: Mapping[str, Any]) -> bool:
    """Tell whether a point gets toys: all whose test succeeded, or only those near the contour."""
    if test["status"] != "ok":
        return False
    within, size = options["within"], options["test_size"]
    return within is None or bool(size / within <= test["CLs_obs"] <= size * within)


def _more_toys(point: ToyPoint, options: Mapping[str, Any]) -> bool:
    """Double the toys of a point that is not answered; tell whether it was so."""
    precision = options["precision"]
    if precision is None or _failure(point, options):
        return False
    found = _answer(point)
    value, error = found.CLs[0], found.errors[0]
    absolute, significance = precision.get("absolute"), precision.get("significance")
    known = absolute is not None and error <= absolute
    if significance is not None and np.isfinite(value):
        known = known or abs(value - options["test_size"]) >= significance * error
    doubled = {h: min(2 * toys, precision["maximum"]) for h, toys in point.toys.items()}
    if known or doubled == point.toys:
        return False
    point.toys = doubled
    return True


def _answer(point: ToyPoint) -> Answer:
    q = {hypothesis: point.values("q", hypothesis) for hypothesis in HYPOTHESES}
    return answer(q["signal"], q["background"], point.test["q_obs"])


def _failure(point: ToyPoint, options: Mapping[str, Any]) -> str:
    """Say why the toys of a point cannot be trusted; nothing if they can."""
    for blocks in point.blocks.values():
        for row in blocks:
            if row["status"] != "ok":
                return str(row["message"])
    for hypothesis, blocks in point.blocks.items():
        failed = sum(row["failed"] for row in blocks)
        if failed > options["most_failed"] * point.toys[hypothesis]:
            return f"{failed} of {point.toys[hypothesis]} {hypothesis} toys could not be fitted"
    return ""


def _row(point: ToyPoint, settings: Mapping[str, Any]) -> Row:
    """Return the row of a point."""
    test = point.test
    row: Row = dict.fromkeys(result_columns(settings)) | test | {"key": point.point.key}
    row |= {asymptotic: test[column] for asymptotic, column in zip(ASYMPTOTIC, CLS, strict=True)}
    row |= {f"n_toys_{hypothesis}": toys for hypothesis, toys in point.toys.items()}
    blocks = [block for of_one in point.blocks.values() for block in of_one]
    row |= {time: round(sum(b[time] for b in (test, *blocks)), 6) for time in ("wall_s", "cpu_s")}
    row["n_toys_failed"] = sum(block.get("failed", 0) for block in blocks)
    if not blocks:
        return row
    failure = _failure(point, settings["toys"])
    found = None if failure else _answer(point)
    if found is not None and not np.isfinite(found.CLs[0]):
        failure = "no background toy is as far from the data as the data: more toys are needed"
    if found is None or failure:
        nothing = dict.fromkeys((*CLS, *CLS_ERRORS))
        return row | nothing | {"status": "failed", "message": failure}
    row |= dict(zip(CLS, found.CLs, strict=True))
    row |= dict(zip(CLS_ERRORS, found.errors, strict=True))
    row["distributions"] = distributions(
        {h: (point.values("q", h), point.values("mu_hat", h)) for h in HYPOTHESES}
    )
    difference = found.CLs[0] - test["CLs_obs"]
    # At q = 0 all toys are as extreme as the data, and half of them by the formula.
    if test["q_obs"] > 0.0 and abs(difference) > DISAGREE * found.errors[0]:
        said = f"toys and asymptotics disagree by {abs(difference) / found.errors[0]:.1f} sigma"
        row["message"] = "; ".join(filter(None, [test["message"], said]))
    return row
