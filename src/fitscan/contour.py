"""Where CLs crosses the test size: lines over a plane of points, crossings along one parameter.

Takes arrays: the coordinates of the points, and for each curve one CLs a point, NaN where the point
failed. Gives lines, regions, and tables of what a figure shows. Between the points everything is
linear in the one-sided significance, which varies slowly where CLs spans decades.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import Delaunay
from scipy.special import ndtr, ndtri

from fitscan.columns import BANDS
from fitscan.errors import FitscanError

__all__ = [
    "CURVES",
    "PLANE_METHOD",
    "SCAN_METHOD",
    "Plane",
    "crossings",
    "exclusion_band",
    "exclusion_lines",
    "interpolate_scan",
    "plane_table",
    "scan_table",
    "significance",
    "triangulate",
]

CURVES = {"observed": "CLs_obs", "expected": "CLs_exp_0"} | {
    f"expected_{band}": f"CLs_exp_{band}" for band in BANDS if band != "0"
}
"""From the name of a curve to its column in the results."""

PLANE_METHOD = "linear in significance on Delaunay triangulation"
SCAN_METHOD = "linear in significance between points"

# 1 - CLs cannot be told from 1 below half the spacing of floats at 1, so neither end of CLs means
# anything beyond this.
CLS_RESOLUTION = 2.0**-53

# Distances and areas in the unit square below which points count as being on one line.
FLAT = 1e-9

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Plane:
    """Points of a plane and the triangles between them.

    Attributes:
        points: Coordinates, shape ``(points, 2)``.
        triangles: Corners, as indices of points, counterclockwise, shape ``(triangles, 3)``.
        Z: Significances, shape ``(points,)`` or ``(points, curves)``.
    """

    points: Array
    triangles: NDArray[np.intp]
    Z: Array


def significance(CLs: ArrayLike) -> Array:
    """Return the one-sided Gaussian significance ``Z = Phi^-1(1 - CLs)``, of the shape of ``CLs``.

    CLs is first clipped to ``[2^-53, 1 - 2^-53]``, so that ``|Z| < 8.3`` is finite: an asymptotic
    CLs underflows to 0 deep in the excluded region, and toys can give 0, or a ratio just above 1.
    NaN stays NaN.

    >>> significance([0.0, 0.05, 1.0]).round(3).tolist()
    [8.21, 1.645, -8.21]
    """
    clipped = np.clip(np.asarray(CLs, dtype=float), CLS_RESOLUTION, 1.0 - CLS_RESOLUTION)
    return np.asarray(-ndtri(clipped))


def triangulate(x: ArrayLike, y: ArrayLike, CLs: ArrayLike) -> Plane:
    """Join the points to triangles, over each of which the significance is taken to be linear.

    It is the Delaunay triangulation of the points scaled to the unit square, so that the units of
    the axes do not matter. Points with a NaN are left out.

    Args:
        x: Abscissae of the points, shape ``(points,)``.
        y: Ordinates of the points, shape ``(points,)``.
        CLs: CLs of the points, shape ``(points,)`` or ``(points, curves)``.

    Raises:
        FitscanError: Fewer than three points are usable, they lie on one line, or two of them
            share a place in the plane.
    """
    points, Z = np.column_stack([x, y]).astype(float), significance(CLs)
    usable = np.isfinite(np.column_stack([points, Z])).all(axis=1)
    points, Z = points[usable], Z[usable]
    if len(points) < 3:
        raise FitscanError("Fewer than three points have a CLs", value=len(points))
    origin, extent = points.min(axis=0), np.ptp(points, axis=0)
    # On a regular grid the diagonal of a cell is a tie; rounding lets no change of units decide it.
    unit = np.round((points - origin) / np.where(extent > 0.0, extent, 1.0), 12)
    if np.linalg.matrix_rank(unit - unit.mean(axis=0), tol=FLAT) < 2:
        raise FitscanError("All points with a CLs lie on one line")
    _, first, repeats = np.unique(unit, axis=0, return_index=True, return_counts=True)
    if repeats.max() > 1:
        raise FitscanError(
            "Several points share one place in the plane",
            value=tuple(points[first[repeats.argmax()]].tolist()),
            hint="choose two labels that tell the points apart, or a part of the points",
        )
    triangles = Delaunay(unit).simplices.astype(np.intp)
    a, b, c = np.moveaxis(unit[triangles], 1, 0)
    (ux, uy), (vx, vy) = (b - a).T, (c - a).T
    # Neighbours on a straight, slanting hull are off it by a rounding: no triangle is between them.
    return Plane(points, triangles[np.abs(ux * vy - uy * vx) > FLAT], Z)


def exclusion_lines(
    x: ArrayLike, y: ArrayLike, CLs: ArrayLike, *, test_size: float = 0.05
) -> list[Array]:
    """Return the polylines of shape ``(n, 2)`` along which CLs equals ``test_size``.

    They are exact: straight across each triangle, with vertices on its edges. A closed line ends
    where it began, an open one at the hull of the points. There are none when all points are
    excluded, and none when no point is.

    Args:
        x: Abscissae of the points, shape ``(points,)``.
        y: Ordinates of the points, shape ``(points,)``.
        CLs: CLs of the points, shape ``(points,)``; those with a NaN are left out.
        test_size: The CLs of the lines.

    Raises:
        FitscanError: Fewer than three points are usable, they lie on one line, or two of them
            share a place in the plane.
    """
    plane = triangulate(x, y, CLs)
    above = plane.Z - significance(test_size)
    excluded = above[plane.triangles] > 0.0
    count = excluded.sum(axis=1)
    cut = (count == 1) | (count == 2)
    # A line parts one corner, ``a``, from the two others, so it crosses the edges ab and ac.
    alone = np.argmax(excluded[cut] == (count[cut] == 1)[:, None], axis=1)
    a, b, c = (
        np.take_along_axis(plane.triangles[cut], (alone[:, None] + i) % 3, axis=1) for i in range(3)
    )
    edges, ends = np.unique(
        np.sort(np.hstack([a, b, a, c]).reshape(-1, 2)), axis=0, return_inverse=True
    )
    i, j = edges.T
    part = (above[i] / (above[i] - above[j]))[:, None]
    vertices = plane.points[i] + part * (plane.points[j] - plane.points[i])
    return [vertices[path] for path in chains(ends.reshape(-1, 2).tolist())]


def chains(segments: list[list[int]]) -> list[list[int]]:
    """Join segments, given by the nodes at their ends, to the longest paths; open ones first.

    A node belongs to one segment or to two. A closed path ends with the node it began with.
    """
    neighbours: dict[int, list[int]] = {}
    for i, j in segments:
        neighbours.setdefault(i, []).append(j)
        neighbours.setdefault(j, []).append(i)
    paths = []
    for start in sorted(neighbours, key=lambda node: len(neighbours[node])):
        path = [start]
        while neighbours[path[-1]]:
            node = neighbours[path[-1]].pop()
            neighbours[node].remove(path[-1])
            path.append(node)
        if len(path) > 1:
            paths.append(path)
    return paths


def exclusion_band(
    x: ArrayLike,
    y: ArrayLike,
    CLs_low: ArrayLike,
    CLs_high: ArrayLike,
    *,
    test_size: float = 0.05,
) -> list[Array]:
    """Return the region between two exclusion lines, as polygons of shape ``(n, 2)``.

    It is where the curve of small CLs excludes and that of large CLs does not; so it is right also
    when one line is absent or open. The polygons are the parts of the triangles in the region;
    they touch and do not overlap, and all turn the same way: filled as one path they show no seam.

    Args:
        x: Abscissae of the points, shape ``(points,)``.
        y: Ordinates of the points, shape ``(points,)``.
        CLs_low: The smaller CLs, for example ``CLs_exp_m1``, shape ``(points,)``.
        CLs_high: The larger CLs, for example ``CLs_exp_p1``, shape ``(points,)``.
        test_size: The CLs of the lines.

    Raises:
        FitscanError: As in `exclusion_lines`.
    """
    plane = triangulate(x, y, np.column_stack([CLs_low, CLs_high]))
    inside = (plane.Z - significance(test_size)) * (1.0, -1.0)
    corners = np.dstack([plane.points[plane.triangles], inside[plane.triangles]])
    touched = np.all(np.any(corners[:, :, 2:] > 0.0, axis=1), axis=1)
    parts = (clip(clip(triangle, 2), 3) for triangle in corners[touched])
    return [part[:, :2] for part in parts if len(part) > 2]


def clip(polygon: Array, column: int) -> Array:
    """Return the part of a convex polygon where a linear function of the place is not negative.

    Args:
        polygon: Corners in order, each with the value of the function in one column.
        column: That column; the others are interpolated with it.
    """
    if polygon[:, column].min(initial=0.0) >= 0.0:
        return polygon
    kept = []
    for p, q in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if p[column] >= 0.0:
            kept.append(p)
        if p[column] * q[column] < 0.0:
            kept.append(p + (q - p) * p[column] / (p[column] - q[column]))
    return np.array(kept).reshape(-1, polygon.shape[1])


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


def plane_table(
    x: ArrayLike,
    y: ArrayLike,
    CLs: Mapping[str, ArrayLike],
    *,
    names: Sequence[str] = ("x", "y"),
    test_size: float = 0.05,
) -> pd.DataFrame:
    """Return the vertices of the lines that an exclusion plane shows.

    Args:
        x: Abscissae of the points, shape ``(points,)``.
        y: Ordinates of the points, shape ``(points,)``.
        CLs: CLs of the points by column of the results; `CURVES` names the columns, and curves of
            the two-sigma bands or without a column are left out.
        names: What to call the columns of the coordinates.
        test_size: The CLs of the lines.

    Returns:
        Columns ``curve``, ``segment`` (lines of a curve, counted from 0), the two coordinates, and
        ``method``. A curve without a line has no rows, be it that no or every point is excluded,
        or that the points span no plane; the figure says which.
    """
    columns = ["curve", "segment", *names, "method"]
    rows = []
    for curve, column in CURVES.items():
        if column not in CLs or curve in {"expected_m2", "expected_p2"}:
            continue
        try:
            found = exclusion_lines(x, y, CLs[column], test_size=test_size)
        except FitscanError:
            continue
        rows += [
            (curve, segment, *vertex, PLANE_METHOD)
            for segment, line in enumerate(found)
            for vertex in line.tolist()
        ]
    return pd.DataFrame(rows, columns=columns)


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
