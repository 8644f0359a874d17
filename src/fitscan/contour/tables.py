"""The table of an exclusion plane: the lines that its figure shows, and how uncertain they are."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from fitscan.columns import HALF_WIDTH, UNCERTAINTY
from fitscan.contour.plane import Contour, plane_contours, plane_curves, plane_method
from fitscan.contour.space import SIGNIFICANCE, Space
from fitscan.contour.uncertainty import LineUncertainty, line_uncertainty

__all__ = ["line_uncertainties", "plane_table"]


def line_uncertainties(
    x: ArrayLike,
    y: ArrayLike,
    CLs: Mapping[str, ArrayLike],
    *,
    test_size: float = 0.05,
    space: Space = SIGNIFICANCE,
) -> dict[str, LineUncertainty]:
    """Return how uncertain the lines of a plane are by interpolation, by the name of the curve.

    Args are those of `plane_table`. A curve whose uncertainty is unknown is left out.
    """
    found = {
        curve: line_uncertainty(x, y, CLs[column], test_size=test_size, space=space)
        for curve, column in plane_curves(CLs).items()
    }
    return {curve: uncertainty for curve, uncertainty in found.items() if uncertainty is not None}


def plane_table(
    x: ArrayLike,
    y: ArrayLike,
    CLs: Mapping[str, ArrayLike],
    *,
    names: Sequence[str] = ("x", "y"),
    test_size: float = 0.05,
    space: Space = SIGNIFICANCE,
    contours: Mapping[str, Contour] | None = None,
    uncertainties: Mapping[str, LineUncertainty] | None = None,
    band: bool = False,
) -> pd.DataFrame:
    """Return the vertices of the lines that an exclusion plane shows.

    Args:
        x: Abscissae of the points, shape ``(points,)``.
        y: Ordinates of the points, shape ``(points,)``.
        CLs: CLs of the points by column of the results; see `plane_curves` for those that count.
        names: What to call the columns of the coordinates.
        test_size: The CLs of the lines.
        space: In which CLs is linear over each triangle.
        contours: See `plane_contours`, which is called where they are not given.
        uncertainties: See `line_uncertainties`, which is called where they are not given.
        band: Whether the sides of the band around the observed line are lines of their own,
            ``observed_interpolation_inner`` and ``_outer``.

    Returns:
        Columns ``curve``, ``segment`` (lines of a curve, counted from 0), the two coordinates,
        ``method``, ``interpolation_uncertainty`` in the space of the method, and
        ``interpolation_half_width`` of the band that it makes, across the line in the units of the
        axes; both are NaN where there are too few points to tell. A curve without a line has no
        rows, be it that no or every point is excluded, or that the points span no plane; the
        figure says which.
    """
    numbers: dict[str, Any] = {"test_size": test_size, "space": space}
    if uncertainties is None:
        uncertainties = line_uncertainties(x, y, CLs, **numbers)
    if contours is None:
        contours = plane_contours(x, y, CLs, **numbers)
    columns = ["curve", "segment", *names, "method", UNCERTAINTY, HALF_WIDTH]
    rows = []
    for curve, column in plane_curves(CLs).items():
        found = uncertainties.get(curve)
        spread = (found.height, found.half_width) if found else (np.nan, np.nan)
        rows += [
            (curve, segment, *vertex, plane_method(space), *spread)
            for segment, line in enumerate(contours[column].lines)
            for vertex in line.tolist()
        ]
        if band and found and curve == "observed":
            rows += [
                (f"{curve}_interpolation_{side}", segment, *vertex, plane_method(space), *spread)
                for side, lines in (("inner", found.inner), ("outer", found.outer))
                for segment, line in enumerate(lines)
                for vertex in line.tolist()
            ]
    return pd.DataFrame(rows, columns=columns)
