"""Exclusion lines and the band between two of them, over a plane of points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import Delaunay

from fitscan.contour.significance import CURVES, Array, significance
from fitscan.errors import FitscanError

__all__ = [
    "PLANE_METHOD",
    "Plane",
    "exclusion_band",
    "exclusion_lines",
    "plane_table",
    "triangulate",
]

PLANE_METHOD = "linear in significance on Delaunay triangulation"

# Distances and areas in the unit square below which points count as being on one line.
FLAT = 1e-9


@dataclass(frozen=True)
class Plane:
    """Points of a plane and the triangles between them.

    Attributes:
        points: Coordinates, shape ``(points, 2)``.
        triangles: Corners, as indices of points, counterclockwise, shape ``(triangles, 3)``.
        values: What is taken to be linear over each triangle, such as significances, shape
            ``(points,)`` or ``(points, curves)``.
    """

    points: Array
    triangles: NDArray[np.intp]
    values: Array


def triangulate(x: ArrayLike, y: ArrayLike, values: ArrayLike) -> Plane:
    """Join the points to triangles, over each of which their values are taken to be linear.

    It is the Delaunay triangulation of the points scaled to the unit square, so that the units of
    the axes do not matter. Points with a NaN are left out.

    Args:
        x: Abscissae of the points, shape ``(points,)``.
        y: Ordinates of the points, shape ``(points,)``.
        values: Of the points, shape ``(points,)`` or ``(points, curves)``.

    Raises:
        FitscanError: Fewer than three points are usable, they lie on one line, or two of them
            share a place in the plane.
    """
    points, of_points = np.column_stack([x, y]).astype(float), np.asarray(values, dtype=float)
    usable = np.isfinite(np.column_stack([points, of_points])).all(axis=1)
    points, of_points = points[usable], of_points[usable]
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
    return Plane(points, triangles[np.abs(ux * vy - uy * vx) > FLAT], of_points)


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
    plane = triangulate(x, y, significance(CLs))
    above = plane.values - significance(test_size)
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
    plane = triangulate(x, y, significance(np.column_stack([CLs_low, CLs_high])))
    inside = (plane.values - significance(test_size)) * (1.0, -1.0)
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
