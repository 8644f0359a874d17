"""Crossings of the test size along one parameter."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtr

from fitscan.contour.significance import CURVES, Array, significance
from fitscan.errors import FitscanError

__all__ = ["SCAN_METHOD", "crossings", "interpolate_scan", "scan_table"]

SCAN_METHOD = "linear in significance between points"


def sorted_scan(x: ArrayLike, CLs: ArrayLike) -> tuple[Array, Array]:
    """Return the abscissae in order and their significances, without the points that have a NaN.

    Raises:
        FitscanError: Two points share an abscissa.
    """
    places, Z = np.asarray(x, dtype=float), significance(CLs)
    usable = np.isfinite(places) & np.isfinite(Z)
    order = np.argsort(places[usable], kind="stable")
    places, Z = places[usable][order], Z[usable][order]
    shared = places[:-1][np.diff(places) == 0.0]
    if len(shared):
        raise FitscanError(
            "Several points share one value of the parameter",
            value=float(shared[0]),
            hint="choose a label that tells the points apart, or a part of the points",
        )
    return places, Z


def crossings(x: ArrayLike, CLs: ArrayLike, *, test_size: float = 0.05) -> Array:
    """Return where CLs crosses ``test_size`` along one parameter, in ascending order.

    Between neighbouring points the significance is taken to be linear. Points may come in any
    order; those with a NaN are left out. A point that touches ``test_size`` from above without
    being excluded is no crossing.

    >>> crossings([100.0, 200.0], [0.01, 0.5]).round(1).tolist()
    [129.3]

    Raises:
        FitscanError: Two points share an abscissa.
    """
    places, Z = sorted_scan(x, CLs)
    above = Z - significance(test_size)
    (i,) = np.nonzero(np.diff(above > 0.0))
    return places[i] + np.diff(places)[i] * above[i] / (above[i] - above[i + 1])


def interpolate_scan(x: ArrayLike, CLs: ArrayLike, *, resolution: int = 400) -> tuple[Array, Array]:
    """Return abscissae and CLs of the curve through the points, linear in significance.

    The points themselves are among the ``resolution`` or more nodes, all of ascending abscissa;
    without a usable point there are no nodes.

    Raises:
        FitscanError: Two points share an abscissa.
    """
    places, Z = sorted_scan(x, CLs)
    if len(places) == 0:
        return places, Z
    nodes = np.union1d(places, np.linspace(places[0], places[-1], resolution))
    return nodes, np.asarray(ndtr(-np.interp(nodes, places, Z)))


def scan_table(
    x: ArrayLike, CLs: Mapping[str, ArrayLike], *, name: str = "x", test_size: float = 0.05
) -> pd.DataFrame:
    """Return the points and crossings that a scan of one parameter shows.

    Returns:
        Columns ``curve``, ``kind`` (``point`` or ``crossing``), the parameter under ``name``,
        ``CLs`` and ``method``.

    Raises:
        FitscanError: Two points share an abscissa.
    """
    rows = []
    for curve, column in CURVES.items():
        if column not in CLs:
            continue
        points = zip(*np.broadcast_arrays(x, CLs[column]), strict=True)
        rows += [(curve, "point", *point, SCAN_METHOD) for point in points]
        found = crossings(x, CLs[column], test_size=test_size)
        rows += [(curve, "crossing", value, test_size, SCAN_METHOD) for value in found.tolist()]
    return pd.DataFrame(rows, columns=["curve", "kind", name, "CLs", "method"])
