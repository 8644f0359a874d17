"""Lines beside our own: other results, and our observed limit with another cross-section."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

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
    ax: Axes, lines: Sequence[NDArray[np.float64]], *, colors: Colors
) -> dict[str, Handle]:
    """Draw the observed limit with the cross-section one standard deviation up and down, dotted.

    Args:
        ax: Where to draw.
        lines: Contours in a plane, or curves of CLs along one axis, of shape ``(n, 2)`` each.
        colors: Colours of the figure.
    """
    look: dict[str, Any] = {"color": colors.observed, "linestyle": ":", "linewidth": 1.5}
    for line in lines:
        ax.plot(*line.T, zorder=4.8, **look)
    title = r"Observed $\pm1\,\sigma_\mathrm{theory}$"
    return {title: Line2D([], [], **look)} if lines else {}
