"""How far a contour may be off because its points are only so dense and so exact.

Each point near the line is left out in turn, and its height predicted from the others. The
residuals say how wrong the interpolation is in a hole twice as wide as a cell, noise of the fits
included; a fixed part of them is the uncertainty of the heights between the points.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, eye_array, vstack

from fitscan.contour.plane import between, level_lines
from fitscan.contour.space import SIGNIFICANCE, Array, Space
from fitscan.contour.ties import cross_product, cross_ties
from fitscan.contour.triangles import Mesh, Plane, delaunay, mesh, on_mesh
from fitscan.errors import FitscanError

__all__ = ["LineUncertainty", "line_uncertainty", "residuals_left_out"]

Indices = NDArray[np.intp]

# The uncertainty is this part of the residual that 68 % of the points stay below: a hole is twice
# as wide as a cell, so residuals are larger than errors. On known surfaces, with noise and
# without, the band then holds 60 to 75 % of the line: tests/unit/contour/test_uncertainty.py.
PART, QUANTILE = 0.6, 0.68

# How many residuals it takes, and the points that are left out at most: those whose heights are
# nearest to the line, so that the cost of 10,000 points is that of some hundred.
FEWEST, MOST = 8, 400

# Barycentric coordinate down to which a point counts as inside of a triangle: points along a
# straight edge of the grid lie on the sides of triangles, or off them by a rounding.
ON_SIDE = 1e-3


@dataclass(frozen=True)
class LineUncertainty:
    """The uncertainty of a line by interpolation.

    Attributes:
        height: That of the heights between the points, in the space of the interpolation.
        half_width: Half of the mean width of the band, across the line, in the units of the axes.
        band: The region whose heights are within ``height`` of the line's, as polygons of shape
            ``(n, 2)``; see `fitscan.contour.plane.between`.
        inner: The side of the band that excludes less, as polylines of shape ``(n, 2)``.
        outer: The side that excludes more.
        points: The points that were left out, one at a time.
    """

    height: float
    half_width: float
    band: Sequence[Array]
    inner: Sequence[Array]
    outer: Sequence[Array]
    points: int


def line_uncertainty(
    x: ArrayLike,
    y: ArrayLike,
    CLs: ArrayLike,
    *,
    test_size: float = 0.05,
    space: Space = SIGNIFICANCE,
) -> LineUncertainty | None:
    """Return how uncertain the line of one CLs is by interpolation; None where it is unknown.

    That is where there is no line, or fewer than `FEWEST` points near it are surrounded by
    others. Near are the corners of the cells that the line crosses, and of the cells around these.

    Args:
        x: Abscissae of the points, shape ``(points,)``.
        y: Ordinates of the points, shape ``(points,)``.
        CLs: CLs of the points, shape ``(points,)``; those with a NaN are left out.
        test_size: The CLs of the line.
        space: In which CLs is linear over each triangle.
    """
    points, heights = np.column_stack([x, y]).astype(float), space.height(CLs)
    usable = np.isfinite(points).all(axis=1) & np.isfinite(heights)
    try:
        joined = mesh(points[usable])
    except FitscanError:
        return None
    above = heights[usable] - space.height(test_size)
    plane = on_mesh(joined, above)
    near = _near_the_line(joined, plane)
    residuals = residuals_left_out(joined, above, near)
    residuals = np.abs(residuals[np.isfinite(residuals)])
    if len(residuals) < FEWEST:
        return None
    height = PART * float(np.quantile(residuals, QUANTILE))
    inner, line, outer = (
        level_lines(replace(plane, values=plane.values + shift)) for shift in (-height, 0.0, height)
    )
    band = between(plane, np.column_stack([plane.values + height, height - plane.values]))
    length = sum(float(np.hypot(*np.diff(part, axis=0).T).sum()) for part in line)
    area = sum(_area(polygon) for polygon in band)
    return LineUncertainty(height, area / (2.0 * length), band, inner, outer, len(residuals))


def residuals_left_out(joined: Mesh, heights: Array, which: Indices) -> Array:
    """Return the heights of points less what the others say, NaN where these do not surround it.

    Args:
        joined: The triangles between the points.
        heights: Of all points, shape ``(points,)`` or ``(points, curves)``.
        which: The points to leave out, one at a time, shape ``(points left out,)``.

    Returns:
        Residuals, shape ``(points left out,)`` or ``(points left out, curves)``.
    """
    cells = _cells(joined)
    neighbours = cells.T @ cells
    near = csr_array(neighbours @ neighbours)
    residuals = np.full((len(which), *heights.shape[1:]), np.nan)
    for number, point in enumerate(which.tolist()):
        # Without the point there are other triangles in its place, and only there.
        others = near.indices[near.indptr[point] : near.indptr[point + 1]]
        others = others[others != point]
        places = joined.unit[others] - joined.unit[point]
        residuals[number] = heights[point] - _at_origin(places, heights[others])
    return residuals


def _near_the_line(joined: Mesh, plane: Plane) -> Indices:
    """Return the points near the line, at most `MOST` of them."""
    excluded = plane.values[plane.triangles] > 0.0
    cells = _cells(joined)
    crossed = excluded.any(axis=1) & ~excluded.all(axis=1)
    touched = cells.T @ crossed.astype(float) > 0.0
    around = cells @ touched.astype(float) > 0.0
    near = np.flatnonzero(cells.T @ around.astype(float) > 0.0)
    return near[np.argsort(np.abs(plane.values[near]), kind="stable")[:MOST]]


def _at_origin(places: Array, heights: Array) -> Array | float:
    """Return the height that some points give to the origin; NaN where they do not surround it."""
    around = _around_origin(places.tobytes())
    if around is None:
        return np.nan
    of_crossings, corners, shares = around
    heights = np.concatenate([heights, of_crossings @ heights])
    return np.asarray(shares @ heights[corners])


@functools.lru_cache(maxsize=4096)  # lines of one scan leave out many of the same points
def _around_origin(content: bytes) -> tuple[csr_array, Indices, Array] | None:
    """Return what gives the origin its height: the triangle around it.

    Args:
        content: Places of the points, as in the memory of an array of shape ``(points, 2)``.

    Returns:
        The heights of the crossings of diagonals as shares of those of the points, the corners of
        the triangle as indices of both, and their shares; None where no triangle is around it.
    """
    from scipy.spatial import QhullError  # noqa: PLC0415  (see delaunay)

    places = np.frombuffer(content, dtype=float).reshape(-1, 2)
    try:
        triangles = delaunay(places)
    except (QhullError, ValueError):  # too few points, or all on one line
        return None
    if not len(triangles):
        return None
    ties = cross_ties(places, triangles)
    places = np.vstack([places, ties.places @ places])
    a, b, c = (places[corner] for corner in ties.triangles.T)
    areas = np.column_stack([cross_product(b, c), cross_product(c, a), cross_product(a, b)])
    shares = areas / areas.sum(axis=1, keepdims=True)
    best = int(shares.min(axis=1).argmax())
    if shares[best].min() < -ON_SIDE:
        return None
    return ties.values, ties.triangles[best], shares[best]


def _cells(joined: Mesh) -> csr_array:
    """Return which points decide about each triangle, ``(triangles, points)``.

    They are its corners or, where a corner is a crossing of diagonals, all points of the cell.
    """
    triangles, count = joined.ties.triangles, len(joined.points)
    behind = vstack([eye_array(count), joined.ties.values])
    rows = np.repeat(np.arange(len(triangles)), 3)
    corners = csr_array(
        (np.ones(triangles.size), (rows, triangles.ravel())),
        shape=(len(triangles), behind.shape[0]),
    )
    return csr_array(corners @ behind)


def _area(polygon: Array) -> float:
    """Return the area of a convex polygon."""
    from_first = polygon[1:] - polygon[0]
    return 0.5 * abs(float(cross_product(from_first[:-1], from_first[1:]).sum()))
