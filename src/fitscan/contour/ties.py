"""Vertices where the diagonals of a cell cross, so that no arbitrary diagonal decides.

The four corners of a cell of a regular grid lie on one circle. Either of its diagonals is then as
good for Delaunay's triangulation, and rounding chooses. Here such a tied cell gets a vertex where
the diagonals cross, valued at the mean of both. Away from the tie the weight of the other
diagonal falls continuously to 0, so that a small move of a point makes a small change.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from fitscan.contour.space import Array

__all__ = ["TIE", "Ties", "cross_product", "cross_ties", "sides"]

Indices = NDArray[np.intp]

# Two triangles are a tied cell where the angles opposite to their common side add up to pi, less at
# most this, in radians. Points moved by 0.01 of a cell move lines of three published grids by up to
# 24 GeV at 0.05 and by 4 at 0.2; their accuracy is the same. Above 15 degrees (0.26), which is
# that of SLIVER in triangles.py, flat triangles at the edge would be tied to points far outside.
TIE = 0.2

# As parts of a tie: corners are on one circle, also where there are more than four.
EXACT = 1e-3

# Where the diagonals cross so near to a corner, as parts of a diagonal, the cell is a triangle with
# a point on its side: up to the first there is no tie, from the second on there is.
CORNER = (0.02, 0.05)


@dataclass(frozen=True)
class Ties:
    """A triangulation with its ties crossed.

    Attributes:
        triangles: Corners, shape ``(triangles, 3)``; the new vertices come after the points.
        places: Weights of the points in the places of the new vertices, ``(vertices, points)``.
        values: Weights of the points in their values, of the same shape.
    """

    triangles: Indices
    places: csr_array
    values: csr_array


@dataclass(frozen=True)
class _Pairs:
    """Pairs of triangles with a common side, ``(pairs,)`` each.

    Attributes:
        first: The one triangle.
        second: The other triangle.
        a: Start of the common side, in the direction of the first triangle.
        b: Its end.
        c: The third corner of the first triangle.
        d: The third corner of the second triangle.
        s: Part of the way from ``a`` to ``b`` at which the line through ``c`` and ``d`` crosses.
        t: Part of the way from ``c`` to ``d`` there.
        slack: How far they are from a tie: 0 where all four corners lie on one circle, 1 where the
            cell is not a tie.
        rival: The smallest slack of the four other sides, 1 along an outer edge.
    """

    first: Indices
    second: Indices
    a: Indices
    b: Indices
    c: Indices
    d: Indices
    s: Array
    t: Array
    slack: Array
    rival: Array


def cross_ties(unit: Array, triangles: Indices) -> Ties:
    """Put a vertex where the diagonals of tied cells cross.

    The value there is ``(1 - w)`` times that on the diagonal which is there and ``w`` times that on
    the other one. ``w`` is 1/2 on a tie, and 0 where the cell is not a tie or a neighbour is a
    better one; so every triangle belongs to at most one crossing. Where five corners or more lie on
    one circle, which takes a hole in a regular grid, the vertex is at the mean of all of them.

    Args:
        unit: Places of the points on scaled axes, shape ``(points, 2)``.
        triangles: Corners, as indices of points, shape ``(triangles, 3)``.
    """
    pairs = _pairs(unit, triangles)
    polygon = _polygons(pairs, len(triangles))
    better = pairs.slack < pairs.rival
    w = np.where(better, 1.0 - pairs.slack / np.where(better, pairs.rival, 1.0), 0.0) / 2.0
    crossed = np.flatnonzero((w > 0.0) & (polygon[pairs.first] < 0) & (polygon[pairs.second] < 0))
    # In the order of their corners, since that of the triangles is Qhull's.
    corners = np.column_stack([pairs.a, pairs.b, pairs.c, pairs.d])[crossed]
    crossed = crossed[np.lexsort(np.sort(corners, axis=1).T)]
    a, b, c, d = (corner[crossed] for corner in (pairs.a, pairs.b, pairs.c, pairs.d))
    s, t, w = pairs.s[crossed], pairs.t[crossed], w[crossed]
    rows = np.arange(len(crossed))
    new = len(unit) + rows
    stars = [_star(triangles[polygon == k]) for k in range(polygon.max(initial=-1) + 1)]
    kept = polygon < 0
    kept[pairs.first[crossed]] = kept[pairs.second[crossed]] = False
    around = [
        np.column_stack(side) for side in ((b, c, new), (c, a, new), (a, d, new), (d, b, new))
    ]
    for number, edges in enumerate(stars, start=len(unit) + len(crossed)):
        around.append(np.column_stack([edges, np.full(len(edges), number)]))
    shape = (len(crossed) + len(stars), len(unit))
    of_stars, shares = _means(stars, first=len(crossed))
    return Ties(
        triangles=np.vstack([triangles[kept], *around]),
        places=_weights(shape, (rows, a, 1.0 - s), (rows, b, s), (*of_stars, shares)),
        values=_weights(
            shape,
            (rows, a, (1.0 - w) * (1.0 - s)),
            (rows, b, (1.0 - w) * s),
            (rows, c, w * (1.0 - t)),
            (rows, d, w * t),
            (*of_stars, shares),
        ),
    )


def _pairs(unit: Array, triangles: Indices) -> _Pairs:
    """Find the triangles that share a side, and how near to a tie they are."""
    start, end, apex = (np.roll(triangles, -shift, axis=1).ravel() for shift in range(3))
    side = sides(triangles, len(unit))
    order = np.argsort(side, kind="stable")
    same = np.diff(side[order]) == 0
    i, j = order[:-1][same], order[1:][same]
    a, b, c, d = start[i], end[i], apex[i], apex[j]
    A, B, C, D = unit[a], unit[b], unit[c], unit[d]
    along, across = B - A, D - C
    turn = cross_product(along, across)
    # Both angles lie on different sides of ab, so cd is never parallel to it.
    s, t = cross_product(C - A, across) / turn, cross_product(C - A, along) / turn
    slack = np.clip((np.pi - _angle(A, B, C) - _angle(A, B, D)) / TIE, 0.0, 1.0)
    nearest = np.minimum(s, 1.0 - s)
    slack = np.maximum(slack, np.clip((CORNER[1] - nearest) / (CORNER[1] - CORNER[0]), 0.0, 1.0))
    of_side = np.ones(triangles.size)
    of_side[i] = of_side[j] = slack
    of_sides = of_side.reshape(-1, 3)
    others = np.minimum(np.roll(of_sides, 1, axis=1), np.roll(of_sides, 2, axis=1)).ravel()
    rival = np.minimum(others[i], others[j])
    return _Pairs(i // 3, j // 3, a, b, c, d, s, t, slack, rival)


def sides(triangles: Indices, points: int) -> Indices:
    """Return a number for each side of each triangle, the same for both triangles that share it.

    It is ``low * points + high`` of the ends of the side; the sides ab, bc, ca of a triangle abc
    follow each other, shape ``(3 * triangles,)``.
    """
    start, end = triangles.ravel(), np.roll(triangles, -1, axis=1).ravel()
    return np.asarray(np.minimum(start, end) * points + np.maximum(start, end))


def cross_product(u: Array, v: Array) -> Array:
    """Return the cross products of vectors in a plane, shape ``(n, 2)`` each."""
    return np.asarray(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])


def _angle(a: Array, b: Array, at: Array) -> Array:
    """Return the angle under which ``at`` sees the side ``ab``."""
    u, v = a - at, b - at
    return np.asarray(np.arctan2(np.abs(cross_product(u, v)), np.sum(u * v, axis=1)))


def _polygons(pairs: _Pairs, triangles: int) -> Indices:
    """Number the polygons of five corners or more on one circle; -1 for all other triangles."""
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415  (see delaunay)

    tied = pairs.slack < EXACT
    links = coo_array(
        (np.ones(tied.sum()), (pairs.first[tied], pairs.second[tied])), shape=(triangles, triangles)
    )
    _, group = connected_components(links, directed=False)
    large = np.bincount(group) > 2
    return np.asarray(np.where(large, np.cumsum(large) - 1, -1)[group])


def _star(triangles: Indices) -> Indices:
    """Return the outer edges of some triangles, shape ``(edges, 2)``, counterclockwise."""
    edges = np.concatenate([np.roll(triangles, -shift, axis=1)[:, :2] for shift in range(3)])
    _, which, count = np.unique(
        np.sort(edges, axis=1), axis=0, return_inverse=True, return_counts=True
    )
    return np.asarray(edges[count[which.ravel()] == 1])


def _means(stars: list[Indices], *, first: int) -> tuple[tuple[Indices, Indices], Array]:
    """Return rows, columns and weights of the means of the corners of polygons."""
    rows = [np.full(len(edges), number) for number, edges in enumerate(stars, start=first)]
    columns = [edges[:, 0] for edges in stars]
    shares = [np.full(len(edges), 1.0 / len(edges)) for edges in stars]
    none = np.empty(0, dtype=np.intp)
    return (
        (np.concatenate([none, *rows]), np.concatenate([none, *columns])),
        np.concatenate([np.empty(0), *shares]),
    )


def _weights(shape: tuple[int, int], *parts: tuple[Indices, Indices, Array]) -> csr_array:
    rows, columns, weights = (np.concatenate(part) for part in zip(*parts, strict=True))
    return csr_array((weights, (rows, columns)), shape=shape)
