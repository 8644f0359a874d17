"""The triangles between the points of a plane: where there is anything between points, and what."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import Delaunay

from fitscan.contour.space import Array
from fitscan.errors import FitscanError

__all__ = ["Plane", "triangulate"]

# Distances and areas in the unit square below which points count as being on one line.
FLAT = 1e-9

# The angle from which on three points count as being nearly on one line.
SLIVER = np.radians(165.0)


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
    the axes do not matter, and neither does the order of the points; less the slivers at its edge,
    see `without_slivers`. Points with a NaN are left out.

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
    # In an order of their own, so that theirs decides no tie.
    order = np.lexsort(unit.T)
    triangles = order[Delaunay(unit[order]).simplices]
    a, b, c = np.moveaxis(unit[triangles], 1, 0)
    (ux, uy), (vx, vy) = (b - a).T, (c - a).T
    # Neighbours on a straight, slanting hull are off it by a rounding: no triangle is between them.
    triangles = without_slivers(unit, triangles[np.abs(ux * vy - uy * vx) > FLAT])
    if not len(triangles):
        raise FitscanError("All points with a CLs lie nearly on one line")
    return Plane(points, triangles, of_points)


def without_slivers(points: Array, triangles: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the triangles without the flat ones at the edge, one layer after the other.

    A grid often ends along a line that its points follow only nearly, such as that of equal masses.
    There the convex hull runs from one far point to another, and in the slivers between it and the
    line these far points would decide, over the heads of those beside the sliver. A sliver is a
    triangle with an outer edge that its third corner sees under more than ``SLIVER``.

    Nothing is dropped by its length: an edge that is long for a coarse grid would be a gap in a
    fine one, and where axes have steps of different size no length tells them apart.

    Args:
        points: Coordinates in the unit square, shape ``(points, 2)``.
        triangles: Corners, as indices of points, shape ``(triangles, 3)``.
    """
    while True:
        start, end, apex = (np.roll(triangles, -shift, axis=1) for shift in range(3))
        edges = np.sort(np.stack([start, end], axis=-1), axis=-1).reshape(-1, 2)
        _, which, count = np.unique(edges, axis=0, return_inverse=True, return_counts=True)
        outer = count[which.ravel()].reshape(-1, 3) == 1
        one, other = points[start] - points[apex], points[end] - points[apex]
        cosine = np.sum(one * other, axis=-1) / np.hypot(*one.T).T / np.hypot(*other.T).T
        flat = np.any(outer & (cosine < np.cos(SLIVER)), axis=1)
        if not flat.any():
            return triangles
        triangles = triangles[~flat]
