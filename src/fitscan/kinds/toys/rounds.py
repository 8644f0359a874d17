"""Throw toys at points, in rounds, until each is answered.

A round submits the blocks of all points that are not answered yet, so that workers have enough to
do. The next one doubles the toys of those whose CLs is not known well enough, up to a maximum
(as Combine does, arXiv:2404.06614). Points far from the contour may go without.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fitscan.engines.base import Row, Work
from fitscan.kinds.named_points import named_keys
from fitscan.kinds.toys.limits import find_limits
from fitscan.kinds.toys.points import ToyPoint, toy_points
from fitscan.kinds.toys.precision import enough_toys
from fitscan.kinds.toys.row import row_of
from fitscan.kinds.toys.tally import Dispatch, ToyTest, throw
from fitscan.plan.blocks import HYPOTHESES
from fitscan.plan.scan import Scan

__all__ = ["first_blocks", "throw_points"]

log = logging.getLogger(__name__)


def first_blocks(scan: Scan) -> dict[str, int]:
    """Return how many toys each block of the first round has, by its key."""
    options, mu, named = scan.settings["toys"], scan.settings["mu_test"], named_keys(scan)
    return {
        key: block.count
        for point in toy_points(scan, [key for key in scan.fitted_keys if key in named])
        for key, block in _first_test(point, mu, options).blocks(options)
    }


def throw_points(
    points: Sequence[ToyPoint], dispatch: Dispatch, *, settings: Mapping[str, Any]
) -> list[Row]:
    """Return the rows of points, in order.

    Args:
        points: The points.
        dispatch: How data are tested and toys are thrown.
        settings: Those of the scan.
    """
    options, mu = dispatch.options, settings["mu_test"]
    data = dispatch.fit([Work(p.test_key, p.name, p.signal) for p in points])
    tests = []
    for row, point in zip(data, points, strict=True):
        test = _first_test(point, mu, options)
        if not _gets_toys(row, options, point.name):
            # The progress counts its toys already.
            dispatch.expect({key: 0 for key, _ in test.blocks(options)})
            test = ToyTest(point, mu)
        tests.append(test)
    still_open = [test for test in tests if test.has_toys]
    while still_open:
        throw(still_open, dispatch)
        still_open = [test for test in still_open if _more_toys(test, options)]
        if still_open:
            log.info("%d points get more toys", len(still_open))
    limits = find_limits(tests, data, dispatch, level=settings.get("level"))
    return [
        row_of(test, of_data, limits.get(test), settings)
        for test, of_data in zip(tests, data, strict=True)
    ]


def _first_test(point: ToyPoint, mu: float, options: Mapping[str, Any]) -> ToyTest:
    return ToyTest(point, mu, {hypothesis: options[hypothesis] for hypothesis in HYPOTHESES})


def _gets_toys(data: Row, options: Mapping[str, Any], name: str) -> bool:
    """Tell whether a point gets toys: if its test succeeded, it is wanted, and near the contour.

    Points that are named for limits get them wherever they lie.
    """
    if data["status"] != "ok":
        return False
    if name in ((options["limits"] or {}).get("points") or ()):
        return True
    within, size, points = (options[key] for key in ("near_contour_factor", "test_size", "points"))
    is_near = within is None or bool(size / within <= data["CLs_obs"] <= size * within)
    return is_near and (points is None or name in points)


def _more_toys(test: ToyTest, options: Mapping[str, Any]) -> bool:
    """Double the toys of a point whose CLs is not known well enough; tell whether it gets more."""
    precision = options["precision"]
    if precision is None or test.problem(options["max_failed_fraction"]):
        return False
    doubled = {h: min(2 * toys, precision["maximum"]) for h, toys in test.toys.items()}
    if doubled == test.toys or enough_toys(test.toy_CLs(), options):
        return False
    test.toys = doubled
    return True
