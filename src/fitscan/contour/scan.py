"""Crossings of the test size along one parameter."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from fitscan.columns import CURVES
from fitscan.contour.space import SIGNIFICANCE, Array, Space
from fitscan.errors import FitscanError

__all__ = ["crossings", "interpolate_scan", "scan_crossings", "scan_method", "scan_table"]


def scan_method(space: Space = SIGNIFICANCE) -> str:
    """Return in words what is taken to be between the points."""
    return f"linear in {space.title} between points"


def sorted_scan(x: ArrayLike, CLs: ArrayLike, space: Space) -> tuple[Array, Array]:
    """Return the abscissae in order and the heights there, without the points that have a NaN.

    Raises:
        FitscanError: Two points share an abscissa.
    """
    places, heights = np.asarray(x, dtype=float), space.height(CLs)
    usable = np.isfinite(places) & np.isfinite(heights)
    order = np.argsort(places[usable], kind="stable")
    places, heights = places[usable][order], heights[usable][order]
    shared = places[:-1][np.diff(places) == 0.0]
    if len(shared):
        raise FitscanError(
            "Several points have the same value of the parameter",
            value=float(shared[0]),
            hint="choose a label that differs between the points, or select points with `slice`",
        )
    return places, heights


def crossings(
    x: ArrayLike, CLs: ArrayLike, *, test_size: float = 0.05, space: Space = SIGNIFICANCE
) -> Array:
    """Return where CLs crosses ``test_size`` along one parameter, in ascending order.

    Between neighbouring points CLs is taken to be linear in ``space``. Points may come in any
    order; those with a NaN are left out. A point that touches ``test_size`` from above without
    being excluded is not a crossing.

    >>> crossings([100.0, 200.0], [0.01, 0.5]).round(1).tolist()
    [129.3]

    Raises:
        FitscanError: Two points share an abscissa.
    """
    places, heights = sorted_scan(x, CLs, space)
    above = heights - space.height(test_size)
    (i,) = np.nonzero(np.diff(above > 0.0))
    return places[i] + np.diff(places)[i] * above[i] / (above[i] - above[i + 1])


def interpolate_scan(
    x: ArrayLike, CLs: ArrayLike, *, resolution: int = 400, space: Space = SIGNIFICANCE
) -> tuple[Array, Array]:
    """Return abscissae and CLs of the curve through the points, linear in ``space``.

    The points themselves are among the ``resolution`` or more nodes, all of ascending abscissa;
    without a usable point there are no nodes.

    Raises:
        FitscanError: Two points share an abscissa.
    """
    places, heights = sorted_scan(x, CLs, space)
    if len(places) == 0:
        return places, heights
    nodes = np.union1d(places, np.linspace(places[0], places[-1], resolution))
    return nodes, space.CLs(np.interp(nodes, places, heights))


def scan_crossings(
    x: ArrayLike,
    CLs: Mapping[str, ArrayLike],
    *,
    test_size: float = 0.05,
    space: Space = SIGNIFICANCE,
) -> dict[str, Array]:
    """Return the crossings of each curve by column of the results, to draw and to write them.

    Raises:
        FitscanError: Two points share an abscissa.
    """
    return {
        column: crossings(x, CLs[column], test_size=test_size, space=space)
        for column in CURVES.values()
        if column in CLs
    }


def scan_table(
    x: ArrayLike,
    CLs: Mapping[str, ArrayLike],
    *,
    name: str = "x",
    test_size: float = 0.05,
    space: Space = SIGNIFICANCE,
    crossed: Mapping[str, Array] | None = None,
) -> pd.DataFrame:
    """Return the points and crossings that a scan of one parameter shows.

    Args:
        x: Values of the parameter, shape ``(points,)``.
        CLs: CLs by column of the results, shape ``(points,)`` each.
        name: Name of the parameter.
        test_size: The CLs of the crossings.
        space: In which CLs is linear between the points.
        crossed: See ``scan_crossings``, which is called where they are not given.

    Returns:
        Columns ``curve``, ``kind`` (``point`` or ``crossing``), the parameter under ``name``,
        ``CLs`` and ``method``.

    Raises:
        FitscanError: Two points share an abscissa.
    """
    rows, method = [], scan_method(space)
    if crossed is None:
        crossed = scan_crossings(x, CLs, test_size=test_size, space=space)
    for curve, column in CURVES.items():
        if column not in CLs:
            continue
        points = zip(*np.broadcast_arrays(x, CLs[column]), strict=True)
        rows += [(curve, "point", *point, method) for point in points]
        found = crossed[column].tolist()
        rows += [(curve, "crossing", value, test_size, method) for value in found]
    return pd.DataFrame(rows, columns=["curve", "kind", name, "CLs", "method"])
