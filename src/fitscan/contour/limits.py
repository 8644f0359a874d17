"""Upper limits over a grid: what is between the points, where they are 1, and what they exclude.

Takes upper limits on the signal strength and, along one axis, a cross-section; gives the lines and
crossings of a figure, and its table. Between points everything is linear in the logarithm of the
limit, and of the cross-section.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from fitscan.columns import HALF_WIDTH, MU_UP, UNCERTAINTY
from fitscan.contour.plane import contour, plane_method
from fitscan.contour.scan import crossings, scan_method
from fitscan.contour.space import Array, Space
from fitscan.contour.uncertainty import LineUncertainty, line_uncertainty
from fitscan.errors import ConfigError

__all__ = [
    "LIMIT_CURVES",
    "LOG_LIMIT",
    "CrossSection",
    "limit_contours",
    "limit_plane_table",
    "limit_scan_table",
    "limit_uncertainties",
    "mass_limits",
]

# A point is excluded where its limit is below 1, as it is where CLs is below the test size.
LOG_LIMIT = Space(
    title="log of the upper limit",
    height=lambda limit: -np.log(np.asarray(limit, dtype=float)),
    CLs=lambda height: np.exp(-np.asarray(height, dtype=float)),
)

LIMIT_CURVES = {
    "observed": "mu_up_obs",
    "expected": "mu_up_exp_0",
    **{
        column.replace("mu_up_exp", "expected"): column
        for column in MU_UP
        if column not in {"mu_up_obs", "mu_up_exp_0"}
    },
    "observed_lowest": "mu_up_obs_lowest",
    "expected_lowest": "mu_up_exp_0_lowest",
}
"""From the name of a curve to its column in the results; the last two are there where lower minima
give other limits."""


@dataclass(frozen=True)
class CrossSection:
    """The cross-section of the signal along one axis.

    Attributes:
        x: Where it is given, in ascending order, (rows,).
        value: The cross-section there.
        uncertainty: Its standard deviation; 0 where none is given.
    """

    x: Array
    value: Array
    uncertainty: Array

    def at(self, x: ArrayLike, *, shift: float = 0.0) -> Array:
        """Return the cross-section, moved by a number of standard deviations, at other places.

        It is linear in its logarithm between the rows of the file.

        Raises:
            ConfigError: A place is beyond the first or the last row.
        """
        places = np.asarray(x, dtype=float)
        outside = (places < self.x[0]) | (places > self.x[-1])
        if outside.any():
            raise ConfigError(
                "the cross-section is missing at a point of the grid",
                value=float(places[outside][0]),
                hint=f"its file covers {self.x[0]:g} to {self.x[-1]:g}",
            )
        moved = self.value + shift * self.uncertainty
        return np.asarray(np.exp(np.interp(places, self.x, np.log(moved))))


def mass_limits(
    x: ArrayLike,
    limits: Mapping[str, ArrayLike],
    *,
    cross_section: CrossSection | None = None,
) -> dict[str, list[float]]:
    """Return where limits along one axis are 1: there the grid changes from excluded to not.

    Args:
        x: Places of the points, shape ``(points,)``.
        limits: Upper limits by column of the results, shape ``(points,)`` each, NaN where there is
            none.
        cross_section: The cross-section of the signal; where the observed limit crosses one that
            is a standard deviation larger or smaller is returned too.

    Returns:
        Places by the name of the curve, in ascending order; of the moved cross-section as
        ``observed_theory_up`` and ``observed_theory_down``.
    """
    places = np.asarray(x, dtype=float)
    shifted: dict[str, Array] = {
        curve: np.asarray(limits[column], dtype=float)
        for curve, column in LIMIT_CURVES.items()
        if column in limits
    }
    if cross_section is not None and cross_section.uncertainty.any():
        central = cross_section.at(places)
        for name, shift in (("up", 1.0), ("down", -1.0)):
            moved = cross_section.at(places, shift=shift) / central
            shifted[f"observed_theory_{name}"] = shifted["observed"] / moved
    return {
        curve: crossings(places, values, test_size=1.0, space=LOG_LIMIT).tolist()
        for curve, values in shifted.items()
    }


def limit_scan_table(
    x: ArrayLike,
    limits: Mapping[str, ArrayLike],
    *,
    name: str = "x",
    cross_section: CrossSection | None = None,
    unit: str = "",
    crossed: Mapping[str, Sequence[float]] | None = None,
) -> pd.DataFrame:
    """Return what a figure of limits along one axis shows.

    Returns:
        Columns ``curve``, ``kind`` (``point``, or ``crossing`` where the limit is 1), the axis,
        ``mu_up``, ``cross_section`` and ``cross_section_up`` (the limit on it) in ``unit``, empty
        without one, and ``method``.
    """
    places = np.asarray(x, dtype=float)
    if crossed is None:
        crossed = mass_limits(places, limits, cross_section=cross_section)
    rows: list[tuple[Any, ...]] = []
    for curve, found in crossed.items():
        shift = {"observed_theory_up": 1.0, "observed_theory_down": -1.0}.get(curve)
        if shift is None:
            values = np.asarray(limits[LIMIT_CURVES[curve]], dtype=float).tolist()
            rows += [
                (curve, "point", *point) for point in zip(places.tolist(), values, strict=True)
            ]
        rows += [(curve, "crossing", place, 1.0) for place in found]
    table = pd.DataFrame(rows, columns=["curve", "kind", name, "mu_up"])
    theory = np.full(len(table), np.nan)
    if cross_section is not None:
        theory = cross_section.at(table[name])
    return table.assign(
        cross_section=theory,
        cross_section_up=theory * table["mu_up"],
        unit=unit,
        method=scan_method(LOG_LIMIT),
    )


def limit_contours(
    x: ArrayLike, y: ArrayLike, limits: Mapping[str, ArrayLike]
) -> dict[str, list[Array]]:
    """Return the lines along which limits over a plane are 1, by column of the results.

    There are none where points span no plane.
    """
    return {
        column: contour(x, y, limits[column], test_size=1.0, space=LOG_LIMIT).lines
        for column in LIMIT_CURVES.values()
        if column in limits
    }


def limit_uncertainties(
    x: ArrayLike, y: ArrayLike, limits: Mapping[str, ArrayLike]
) -> dict[str, LineUncertainty]:
    """Return how uncertain the lines are by interpolation along which limits over a plane are 1.

    They are by the name of the curve; one whose uncertainty is unknown is left out.
    """
    found = {
        curve: line_uncertainty(x, y, limits[column], test_size=1.0, space=LOG_LIMIT)
        for curve, column in LIMIT_CURVES.items()
        if column in limits
    }
    return {curve: uncertainty for curve, uncertainty in found.items() if uncertainty is not None}


def limit_plane_table(
    x: ArrayLike,
    y: ArrayLike,
    limits: Mapping[str, ArrayLike],
    *,
    names: Sequence[str],
    contours: Mapping[str, Sequence[Array]] | None = None,
    uncertainties: Mapping[str, LineUncertainty] | None = None,
) -> pd.DataFrame:
    """Return what a map of limits shows: the points, and the lines along which limits are 1.

    Args:
        x: Abscissae of the points, shape ``(points,)``.
        y: Ordinates of the points, shape ``(points,)``.
        limits: Upper limits by column of the results, shape ``(points,)`` each.
        names: What to call the columns of the coordinates.
        contours: See `limit_contours`, which is called where they are not given.
        uncertainties: See `limit_uncertainties`, which is called where they are not given.

    Returns:
        Columns ``curve``, ``kind`` (``point``, or ``line`` for its vertices), ``segment`` of a
        line, the two coordinates, ``mu_up``, and ``method``; of lines also
        ``interpolation_uncertainty`` of the logarithm of the limit and
        ``interpolation_half_width`` of the band that it makes, in the units of the axes.
    """
    if uncertainties is None:
        uncertainties = limit_uncertainties(x, y, limits)
    if contours is None:
        contours = limit_contours(x, y, limits)
    rows: list[tuple[Any, ...]] = []
    for curve, column in LIMIT_CURVES.items():
        if column not in limits:
            continue
        found = uncertainties.get(curve)
        spread = (found.height, found.half_width) if found else (np.nan, np.nan)
        points = np.column_stack([x, y, limits[column]]).tolist()
        rows += [(curve, "point", None, *point, np.nan, np.nan) for point in points]
        rows += [
            (curve, "line", segment, *vertex, 1.0, *spread)
            for segment, line in enumerate(contours[column])
            for vertex in line.tolist()
        ]
    columns = ["curve", "kind", "segment", *names, "mu_up", UNCERTAINTY, HALF_WIDTH]
    table = pd.DataFrame(rows, columns=columns)
    return table.astype({"segment": "Int64"}).assign(method=plane_method(LOG_LIMIT))
