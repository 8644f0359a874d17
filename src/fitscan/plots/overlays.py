"""Lines beside our own: other results, and our observed limit with another cross-section."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike, NDArray

from fitscan.columns import THEORY
from fitscan.contour import Space, exclusion_lines, interpolate_scan
from fitscan.errors import FitscanError
from fitscan.plots.header import Handle, readable
from fitscan.plots.style import Colors

__all__ = ["Overlays", "draw_overlays", "draw_theory"]

Overlays = Mapping[str, Sequence[NDArray[np.float64]]]
"""The lines of other results by their titles, (vertices, 2) each."""

# Colours that the colour-blind tell apart from each other and from ours; the dashes do so in grey.
_COLORS = ("#117a65", "#7b3294", "#b35900")
_DASHES: tuple[Any, ...] = ((0, (7, 2)), (0, (7, 2, 1.5, 2)), (0, (3, 1.5)))


def draw_overlays(ax: Axes, overlays: Overlays, *, colors: Colors) -> dict[str, Handle]:
    """Draw other results; return the entries of the legend."""
    legend: dict[str, Handle] = {}
    shades = (colors.other, *_COLORS)
    for number, (title, lines) in enumerate(overlays.items()):
        look: dict[str, Any] = {
            "color": shades[number % len(shades)],
            "linestyle": _DASHES[number % len(_DASHES)],
            "linewidth": 1.6,
        }
        for line in lines:
            ax.plot(*line.T, zorder=4.5, **look)
        legend[readable(title)] = Line2D([], [], **look)
    return legend


def draw_theory(
    ax: Axes,
    x: NDArray[np.float64],
    y: NDArray[np.float64] | None,
    curves: Mapping[str, ArrayLike],
    *,
    test_size: float,
    space: Space,
    colors: Colors,
) -> dict[str, Handle]:
    """Draw the observed limit with the cross-section one standard deviation up and down, dotted.

    Args:
        ax: Where to draw.
        x: Abscissae of the points, shape ``(points,)``.
        y: Ordinates of the points; None along one axis, where it is curves of CLs.
        curves: CLs by column of the results; without these columns nothing is drawn.
        test_size: The CLs of the contours.
        space: In which CLs is linear between the points.
        colors: Colours of the figure.
    """
    look: dict[str, Any] = {"color": colors.observed, "linestyle": ":", "linewidth": 1.5}
    drawn = False
    for column in THEORY:
        if column not in curves:
            continue
        if y is None:
            lines = [np.column_stack(interpolate_scan(x, curves[column], space=space))]
        else:
            try:
                lines = exclusion_lines(x, y, curves[column], test_size=test_size, space=space)
            except FitscanError:
                continue  # the observed line fails for the same reason, which is in its note
        for line in lines:
            ax.plot(*line.T, zorder=4.8, **look)
        drawn |= bool(lines)
    title = r"Observed $\pm1\,\sigma_\mathrm{theory}$"
    return {title: Line2D([], [], **look)} if drawn else {}
