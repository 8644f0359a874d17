"""Exclusion lines and the band between two of them, over a plane of points."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from fitscan.columns import CURVES
from fitscan.contour.space import SIGNIFICANCE, Array, Space
from fitscan.contour.triangles import Plane, triangulate
from fitscan.errors import FitscanError

__all__ = [
    "Contour",
    "between",
    "contour",
    "exclusion_band",
    "exclusion_lines",
    "level_lines",
    "plane_contours",
    "plane_curves",
    "plane_method",
]


@dataclass(frozen=True)
class Contour:
    """The exclusion lines of one curve over a plane.

    Attributes:
        lines: Polylines of shape ``(n, 2)``, see ``exclusion_lines``.
        problem: Why there can be none: the points span no plane.
    """

    lines: list[Array]
    problem: str = ""


def plane_method(space: Space = SIGNIFICANCE) -> str:
    """Return in words what is taken to be between the points."""
    return f"linear in {space.title} on Delaunay triangulation with tied diagonals crossed"


def exclusion_lines(
    x: ArrayLike,
    y: ArrayLike,
    CLs: ArrayLike,
    *,
    test_size: float = 0.05,
    space: Space = SIGNIFICANCE,
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
        space: In which CLs is linear over each triangle.

    Raises:
        FitscanError: Fewer than three points are usable, they lie on one line, or two of them
            share a place in the plane.
    """
    heights = space.height(CLs) - space.height(test_size)
    return level_lines(triangulate(x, y, heights))


def contour(
    x: ArrayLike,
    y: ArrayLike,
    CLs: ArrayLike,
    *,
    test_size: float = 0.05,
    space: Space = SIGNIFICANCE,
) -> Contour:
    """Return the lines of ``exclusion_lines``, or why there can be none."""
    try:
        return Contour(exclusion_lines(x, y, CLs, test_size=test_size, space=space))
    except FitscanError as error:
        return Contour([], error.what)


def plane_contours(
    x: ArrayLike,
    y: ArrayLike,
    CLs: Mapping[str, ArrayLike],
    *,
    test_size: float = 0.05,
    space: Space = SIGNIFICANCE,
) -> dict[str, Contour]:
    """Return the contours of a plane by column of the results, to draw them and to write them."""
    return {
        column: contour(x, y, CLs[column], test_size=test_size, space=space)
        for column in plane_curves(CLs).values()
    }


def plane_curves(CLs: Mapping[str, ArrayLike]) -> dict[str, str]:
    """Return from the name of a curve to its column, but for those of two standard deviations."""
    return {
        curve: column
        for curve, column in CURVES.items()
        if column in CLs and curve not in {"expected_m2", "expected_p2"}
    }


def level_lines(plane: Plane) -> list[Array]:
    """Return the polylines of shape ``(n, 2)`` along which the values of a plane are 0."""
    above = plane.values
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
    space: Space = SIGNIFICANCE,
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
        space: In which CLs is linear over each triangle.

    Raises:
        FitscanError: As in `exclusion_lines`.
    """
    heights = space.height(np.column_stack([CLs_low, CLs_high])) - space.height(test_size)
    plane = triangulate(x, y, heights)
    return between(plane, plane.values * (1.0, -1.0))


def between(plane: Plane, inside: Array) -> list[Array]:
    """Return the region where neither of two functions is negative, as polygons.

    Args:
        plane: The triangles over which they are linear.
        inside: Their values at the points and vertices of the plane, shape ``(n, 2)``.
    """
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
