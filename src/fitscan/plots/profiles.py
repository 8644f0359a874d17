"""Quantities along the one axis of a grid, as panels above each other.

Takes the panels of ``colormap``, of which the scales of colours become ordinates.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from fitscan.plots.colormap import MapPanel, failed_look, legend_of
from fitscan.plots.header import LETTER, readable
from fitscan.plots.panels import new_canvas, write_header
from fitscan.plots.scales import label_scale
from fitscan.plots.style import COLORS, Colors, padded, rasterised, style

__all__ = ["draw_profiles"]

# Inches: a panel, and the room at its left, right, below and above.
WIDE, HIGH = 6.4, 1.9
LEFT, RIGHT, BELOW, ABOVE = 1.1, 0.3, 0.65, 0.35


def draw_profiles(
    x: ArrayLike,
    panels: Sequence[MapPanel],
    *,
    x_title: str,
    title: str = "",
    lines: Sequence[str] = (),
    colors: Colors = COLORS,
) -> Figure:
    """Draw the panels along one axis.

    A filled panel has a line through its points, straight on its own scale; what is beyond the ends
    of a scale is drawn at them.

    Args:
        x: The places of the points, shape ``(points,)``, in any order.
        panels: What is drawn; their lines are given with ordinates from 0 to 1.
        x_title: Title of the abscissa; it may hold math text, as may all texts here.
        title: Name of the analysis, the first line of the figure.
        lines: More lines.
        colors: Colours of the figure, and its style.
    """
    x = np.asarray(x, dtype=float)
    legend = legend_of(panels, colors)
    width = LEFT + WIDE + RIGHT
    height = len(panels) * (ABOVE + HIGH) + BELOW
    height += 0.25 * (1 + len(lines)) + 0.35 * bool(legend) + 0.1
    with style(colors.style):
        figure = new_canvas(width, height)
        top = height * write_header(figure, title=title, lines=lines, legend=legend)
        for number, panel in enumerate(panels):
            bottom = top - (number + 1) * (ABOVE + HIGH)
            place = LEFT / width, bottom / height, WIDE / width, HIGH / height
            ax = figure.add_axes(place)
            ax.set_title(readable(panel.title), fontsize=LETTER, loc="left", pad=6)
            draw_profile(ax, x, panel, colors=colors)
            last = number == len(panels) - 1
            ax.tick_params(which="both", labelsize=LETTER - 1.5, labelbottom=last)
        figure.axes[-1].set_xlabel(readable(x_title), fontsize=LETTER)
    return figure


def draw_profile(ax: Axes, x: NDArray[np.float64], panel: MapPanel, *, colors: Colors) -> None:
    """Draw one panel."""
    shades = np.clip(panel.shades(), 0.0, 1.0)
    known = np.isfinite(shades)
    order = np.argsort(x[known], kind="stable")
    look: dict[str, Any] = {"marker": "o", "markersize": 4.5, "color": colors.expected}
    line = {"linewidth": 1.4} if panel.filled else {"linestyle": "none"}
    many = rasterised(len(x))
    ax.plot(x[known][order], shades[known][order], zorder=4, rasterized=many, **look, **line)
    bottom = np.zeros(np.count_nonzero(~known))
    ax.plot(x[~known], bottom, zorder=4, rasterized=many, **failed_look(colors))
    for name, lines in panel.lines.items():
        for each in lines:
            ax.plot(*each.T, zorder=3, **panel.looks.get(name, {}))
    label_scale(ax, panel.norm, panel.ticks)
    ax.set_ylabel(readable(panel.bar_title), fontsize=LETTER)
    ax.set_xlim(padded(x))
    ax.set_ylim(-0.06, 1.06)
