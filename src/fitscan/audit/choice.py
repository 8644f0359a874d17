"""Which points are audited, and which of these pyhf fits itself.

Log-densities are compared at points all over the grid, since a model that is wrong is wrong
everywhere. A fit of pyhf's own takes seconds to minutes, so these go where a fit may have ended in
another minimum, and where that would matter. Reasons to look at a point are

- it has several minima: ``n_minima`` above 1, or an ``delta_nll``;
- it has a one-sided variation, which makes two of them (``fitscan.model.one_sided``);
- its observed or its median expected CLs is near the test size.

Points with more reasons come first, of equals the one nearest to the test size, and then the order
of the scan decides. So the same results give the same choice.
"""

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

import numpy as np
import pandas as pd

from fitscan.contour import SIGNIFICANCE
from fitscan.likelihood import Point
from fitscan.tables.minima import has_lowest

__all__ = ["audit_sample", "choose_points", "spread"]

T = TypeVar("T")

# Near the test size, in standard deviations: CLs of 0.016 to 0.126 are near 0.05.
_NEAR = 0.5

# How many points, the first by their results, are checked for one-sided variations.
_ASKED = 100


def choose_points(
    points: Sequence[Point],
    results: pd.DataFrame,
    *,
    number: int,
    refits: int,
    test_size: float,
    one_sided: Callable[[Sequence[Point]], Collection[str]],
) -> tuple[list[Point], set[str]]:
    """Choose the points that are audited, in the order of the scan, and those that pyhf fits.

    Args:
        points: All points that were fitted.
        results: Their results by the asymptotic formulae; see ``tables.results.results_table``.
        number: How many points are audited.
        refits: How many of these pyhf fits itself.
        test_size: A point is excluded when its CLs is below this number.
        one_sided: Names those of some points that have one-sided variations.

    Returns:
        The points that are audited, and the names of those that pyhf fits.
    """
    refits = min(refits, number)
    if not refits:
        return audit_sample(points, number), set()
    by_name = {point.name: point for point in points}
    results = results[results["name"].isin(by_name)]
    first = _by_reasons(results, test_size)[:_ASKED]
    found = one_sided([by_name[name] for name in first])
    chosen = set(_by_reasons(results[results["name"].isin(first)], test_size, found)[:refits])
    return audit_sample(points, number, having=chosen), chosen


def audit_sample(
    points: Sequence[Point], number: int, *, having: Collection[str] = ()
) -> list[Point]:
    """Choose points spread evenly over their order, and those with the names given."""
    others = spread([point for point in points if point.name not in having], number - len(having))
    names = {point.name for point in others}.union(having)
    return [point for point in points if point.name in names]


def spread(points: Sequence[T], number: int) -> list[T]:
    """Choose points spread evenly over their order, the first and the last among them.

    A single one is from the middle: the corners of a grid are far from its contour. The choice
    depends on nothing but the order.

    >>> spread(range(9), 3), spread(range(9), 1), spread(range(2), 5)
    ([0, 4, 8], [4], [0, 1])
    """
    last = len(points) - 1
    if number >= len(points):
        return list(points)
    if number == 1:
        return [points[last // 2]]
    return [points[round(n * last / (number - 1))] for n in range(number)]


def _by_reasons(
    results: pd.DataFrame, test_size: float, one_sided: Collection[str] = ()
) -> list[str]:
    """Name points, those with more reasons first."""
    CLs = results[["CLs_obs", "CLs_exp_0"]].to_numpy(dtype=float)
    away = np.abs(SIGNIFICANCE.height(CLs) - SIGNIFICANCE.height(test_size))
    distance = np.nan_to_num(away, nan=np.inf, posinf=np.inf).min(axis=1, initial=np.inf)
    reasons = (distance < _NEAR).astype(int) + results["name"].isin(one_sided).to_numpy()
    if has_lowest(results):
        reasons = reasons + ((results["n_minima"] > 1.0) | (results["delta_nll"] > 0.0)).to_numpy()
    order = np.lexsort((distance, -reasons))
    return [str(name) for name in results["name"].to_numpy()[order]]
