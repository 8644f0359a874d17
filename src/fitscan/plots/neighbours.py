"""Which places have a marked point among those that what is there is interpolated from.

Takes the points with their values, NaN where a point has none and is left out, and which of them
are marked; gives one truth a place.
"""

import numpy as np
from matplotlib.tri import Triangulation
from numpy.typing import ArrayLike, NDArray

from fitscan.contour import triangulate

__all__ = ["beside_marked", "between_marked"]

Truths = NDArray[np.bool_]


def beside_marked(
    x: ArrayLike, y: ArrayLike, values: ArrayLike, marked: ArrayLike, places: ArrayLike
) -> Truths:
    """Tell which places of a plane are in a triangle with a marked corner.

    The triangles are those of `fitscan.contour.triangulate`; where diagonals cross, a cell of four
    points counts as one.

    Args:
        x: Abscissae of the points, shape ``(points,)``.
        y: Ordinates of the points, shape ``(points,)``.
        values: Of the points, shape ``(points,)``.
        marked: Which of them are marked, shape ``(points,)``.
        places: Places in the plane, shape ``(n, 2)``, none of them on a side of a triangle.

    Raises:
        FitscanError: As `fitscan.contour.triangulate`.
    """
    plane = triangulate(
        x, y, np.where(np.isfinite(values), np.asarray(marked, dtype=float), np.nan)
    )
    find = Triangulation(plane.points[:, 0], plane.points[:, 1], plane.triangles).get_trifinder()
    found = np.asarray(find(*np.reshape(places, (-1, 2)).T))
    touched = np.any(plane.values[plane.triangles] > 0.0, axis=1)
    return np.asarray(touched[found] & (found >= 0))


def between_marked(x: ArrayLike, values: ArrayLike, marked: ArrayLike, places: ArrayLike) -> Truths:
    """Tell which places along one parameter have a marked point as a neighbour.

    Args:
        x: Places of the points, shape ``(points,)``, in any order.
        values: Of the points, shape ``(points,)``.
        marked: Which of them are marked, shape ``(points,)``.
        places: Other places, shape ``(n,)``.
    """
    x, marked = np.asarray(x, dtype=float), np.asarray(marked, dtype=bool)
    usable = np.isfinite(x) & np.isfinite(values)
    if not usable.any():
        return np.zeros(np.shape(places), dtype=bool)
    order = np.argsort(x[usable], kind="stable")
    nodes, flags = x[usable][order], marked[usable][order]
    right = np.searchsorted(nodes, places)
    last = len(nodes) - 1
    return np.asarray(flags[np.clip(right - 1, 0, last)] | flags[np.clip(right, 0, last)])
