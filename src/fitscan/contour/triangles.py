"""The triangles between the points of a plane: where there is anything between points, and what."""

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fitscan.contour.space import Array
from fitscan.contour.ties import Ties, cross_ties, sides
from fitscan.errors import FitscanError

__all__ = ["Mesh", "Plane", "delaunay", "mesh", "on_mesh", "triangulate"]

# Distances and areas, in steps of the grid, below which points count as being on one line.
FLAT = 1e-9

# Where most points have one coordinate, but for such a part of the extent, which may be noise, the
# extent is what scales the axis.
NARROW = 1e-4

# How often the measure of the axes is corrected at most; once does, unless points are far apart.
ROUNDS = 3

# The angle from which on three points count as being nearly on one line.
SLIVER = np.radians(165.0)


@dataclass(frozen=True)
class Mesh:
    """Points and what is between them, whatever their values.

    Attributes:
        points: Coordinates, shape ``(points, 2)``.
        unit: The same in typical steps of the grid, see `in_steps`.
        ties: The triangles between them, with ties crossed.
    """

    points: Array
    unit: Array
    ties: Ties


@dataclass(frozen=True)
class Plane:
    """A plane of triangles: the points, and after them the vertices where diagonals cross.

    Attributes:
        points: Coordinates of points and vertices, shape ``(points, 2)``.
        triangles: Corners, as indices of points, counterclockwise, shape ``(triangles, 3)``.
        values: What is taken to be linear over each triangle, such as significances, shape
            ``(points,)`` or ``(points, curves)``.
    """

    points: Array
    triangles: NDArray[np.intp]
    values: Array


def triangulate(x: ArrayLike, y: ArrayLike, values: ArrayLike) -> Plane:
    """Join the points to triangles, over each of which their values are taken to be linear.

    It is the Delaunay triangulation of the points in typical steps, see `in_steps`; less the
    slivers at its edge, see `without_slivers`; with a vertex where the diagonals of tied cells
    cross, see `fitscan.contour.ties`. Neither the order of the points matters, nor the directions
    of the axes, nor roundings of the coordinates, nor points far away. Points with a NaN are left
    out.

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
    return on_mesh(mesh(points[usable]), of_points[usable])


def on_mesh(joined: Mesh, values: Array) -> Plane:
    """Return the plane of values on a mesh."""
    ties = joined.ties
    return Plane(
        np.vstack([joined.points, ties.places @ joined.points]),
        ties.triangles,
        np.concatenate([values, ties.values @ values]),
    )


def mesh(points: Array) -> Mesh:
    """Join points to triangles; see `triangulate`. The same points are joined once.

    Args:
        points: Their places, shape ``(points, 2)``, all finite.

    Raises:
        FitscanError: As in `triangulate`.
    """
    return _mesh(points.tobytes())


@functools.lru_cache(maxsize=32)
def _mesh(content: bytes) -> Mesh:
    """Return the mesh of points in the memory of an array; figures ask for the same ones often."""
    points = np.frombuffer(content, dtype=float).reshape(-1, 2)
    if len(points) < 3:
        raise FitscanError("Fewer than three points have a CLs", value=len(points))
    extent = np.ptp(points, axis=0)
    square = np.round((points - points.min(axis=0)) / np.where(extent > 0.0, extent, 1.0), 12)
    if np.linalg.matrix_rank(square - square.mean(axis=0), tol=FLAT) < 2:
        raise FitscanError("All points with a CLs lie on one line")
    _, first, repeats = np.unique(square, axis=0, return_index=True, return_counts=True)
    if repeats.max() > 1:
        raise FitscanError(
            "Several points have the same coordinates",
            value=tuple(points[first[repeats.argmax()]].tolist()),
            hint="choose two labels that differ between the points, or select points with `slice`",
        )
    unit, triangles = in_steps(points)
    triangles = without_slivers(unit, triangles)
    if not len(triangles):
        raise FitscanError("All points with a CLs lie nearly on one line")
    return Mesh(points, unit, cross_ties(unit, triangles))


def in_steps(points: Array) -> tuple[Array, NDArray[np.intp]]:
    """Return the points in steps of the grid, on axes that can be compared, and their triangles.

    Delaunay's triangulation asks which of two points is nearer, so both axes need one measure. If
    the extent of all points gave it, a far point, or a second search at other masses, would move
    lines between points that have nothing to do with it. So a unit of one axis counts as 1, as
    1000, or another power of 1000 units of the other one: the power at which typical steps along
    both are most alike. It is 1 where both are masses in GeV, whatever other points there are, and
    another one where one of them is in TeV.

    Args:
        points: Places of the points, shape ``(points, 2)``; they span a plane.

    Returns:
        The places in typical steps, of the same shape, and Delaunay's triangles.
    """
    extent = np.ptp(points, axis=0)
    low, high = np.quantile(points, (0.1, 0.9), axis=0)
    scale = np.where(high - low > NARROW * extent, high - low, extent)
    steps = typical_steps(*triangulated(points, scale)) * scale
    for _ in range(ROUNDS):
        ratio = 1000.0 ** np.round(np.log10(steps[0] / steps[1]) / 3.0)
        scale = steps[1] * np.array([ratio, 1.0])
        unit, triangles = triangulated(points, scale)
        steps = typical_steps(unit, triangles) * scale
        if np.round(np.log10(steps[0] / steps[1] / ratio) / 3.0) == 0.0:
            break
    return unit, triangles


def triangulated(points: Array, scale: Array) -> tuple[Array, NDArray[np.intp]]:
    """Return the points on scaled axes, and their triangles."""
    # On a regular grid the diagonal of a cell is a tie; rounding lets no change of units decide it.
    unit = np.round((points - points.min(axis=0)) / scale, 12)
    return unit, delaunay(unit)


def typical_steps(unit: Array, triangles: NDArray[np.intp]) -> Array:
    """Return the median length along each axis of the sides that lie more along it, ``(2,)``."""
    start, end = np.divmod(np.unique(sides(triangles, len(unit))), len(unit))
    lengths = np.abs(unit[end] - unit[start])
    along_x = lengths[:, 0] > lengths[:, 1]
    along = (lengths[along_x, 0], lengths[~along_x, 1])
    return np.array([np.median(of_axis) if len(of_axis) else 1.0 for of_axis in along])


def delaunay(unit: Array) -> NDArray[np.intp]:
    """Return Delaunay's triangles, counterclockwise, shape ``(triangles, 3)``.

    Args:
        unit: Places of the points on scaled axes, shape ``(points, 2)``.
    """
    # Imported here: the report has lines but makes no triangles, and this takes as long as it does.
    from scipy.spatial import Delaunay  # noqa: PLC0415

    # In an order of their own, so that theirs decides no tie.
    order = np.lexsort(unit.T)
    triangles = order[Delaunay(unit[order]).simplices]
    a, b, c = np.moveaxis(unit[triangles], 1, 0)
    (ux, uy), (vx, vy) = (b - a).T, (c - a).T
    # Neighbours on a straight, slanting hull are off it by a rounding: no triangle is between them.
    return np.asarray(triangles[np.abs(ux * vy - uy * vx) > FLAT])


def without_slivers(points: Array, triangles: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the triangles without the flat ones at the edge, one layer after the other.

    A grid often ends along a line that its points follow only nearly, such as that of equal masses.
    There the convex hull runs from one far point to another, and in the slivers between it and the
    line these far points would decide, over the heads of those beside the sliver. A sliver is a
    triangle with an outer edge that its third corner sees under more than ``SLIVER``.

    Nothing is dropped by its length: an edge that is long for a coarse grid would be a gap in a
    fine one, and where axes have steps of different size no length tells them apart.

    Args:
        points: Coordinates in typical steps, shape ``(points, 2)``.
        triangles: Corners, as indices of points, shape ``(triangles, 3)``.
    """
    while True:
        start, end, apex = (np.roll(triangles, -shift, axis=1) for shift in range(3))
        _, which, count = np.unique(
            sides(triangles, len(points)), return_inverse=True, return_counts=True
        )
        outer = count[which].reshape(-1, 3) == 1
        one, other = points[start] - points[apex], points[end] - points[apex]
        cosine = np.sum(one * other, axis=-1) / np.hypot(*one.T).T / np.hypot(*other.T).T
        flat = np.any(outer & (cosine < np.cos(SLIVER)), axis=1)
        if not flat.any():
            return triangles
        triangles = triangles[~flat]
