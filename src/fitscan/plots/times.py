"""How long each point of a scan took: a map of the plane, or along one parameter."""

from collections.abc import Sequence

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from fitscan.plots.header import draw_header
from fitscan.plots.look import COLORS, Colors, new_figure, padded, rasterised, style

__all__ = ["draw_times_plane", "draw_times_scan"]

# What timings.csv resolves, in ms: a logarithm needs more than 0.
_LEAST = 0.1

_TITLE = "Wall time of a point [ms]"

# By this factor, to have room for the scale.
_WIDER = 1.18


def draw_times_plane(
    x: ArrayLike,
    y: ArrayLike,
    seconds: ArrayLike,
    *,
    x_title: str,
    y_title: str,
    title: str = "",
    lines: Sequence[str] = (),
    colors: Colors = COLORS,
) -> Figure:
    """Colour the points by the time that each took.

    Args:
        x: Abscissae of the points, shape ``(points,)``.
        y: Ordinates of the points, shape ``(points,)``.
        seconds: Their wall times, shape ``(points,)``.
        x_title: Title of the abscissa; it may hold math text, as may all texts here.
        y_title: Title of the ordinate.
        title: Name of the analysis, the first line of the figure.
        lines: More lines.
        colors: Colours of the figure.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    times = np.maximum(1e3 * np.asarray(seconds, dtype=float), _LEAST)
    size = float(np.clip(120.0 / np.sqrt(max(len(x), 1)), 3.0, 10.0))
    with style():
        figure, ax = new_figure(x_title, y_title)
        width, height = figure.get_size_inches()
        left, low, right, high = ax.get_position().extents
        figure.set_size_inches(_WIDER * width, height)
        ax.set_position((left / _WIDER, low, (right - left) / _WIDER, high - low))
        points = ax.scatter(
            x,
            y,
            c=times,
            s=size**2,
            cmap="viridis_r",  # even to the eye, also of the colour-blind and in grey
            norm=LogNorm(),  # the first point of a job loads the engine
            edgecolors=colors.points,
            linewidths=0.5,
            rasterized=rasterised(len(x)),
        )
        place = figure.add_axes(((right + 0.015) / _WIDER, low, 0.03 / _WIDER, high - low))
        bar = figure.colorbar(points, cax=place)
        bar.solids.set_edgecolor("face")  # type: ignore[union-attr]  # else viewers show seams
        bar.set_label(_TITLE)
        used = draw_header(ax, title=title, lines=lines, legend={})
        bottom, top = padded(y)
        ax.set_xlim(padded(x))
        ax.set_ylim(bottom, top + (top - bottom) * used / (1.0 - used))
    return figure


def draw_times_scan(
    x: ArrayLike,
    seconds: ArrayLike,
    *,
    x_title: str,
    title: str = "",
    lines: Sequence[str] = (),
    colors: Colors = COLORS,
) -> Figure:
    """Draw the time of each point along one parameter; see the plane."""
    x = np.asarray(x, dtype=float)
    times = np.maximum(1e3 * np.asarray(seconds, dtype=float), _LEAST)
    with style():
        figure, ax = new_figure(x_title, _TITLE)
        ax.plot(x, times, linestyle="none", marker="o", color=colors.expected)
        used = draw_header(ax, title=title, lines=lines, legend={})
        low, high = times.min(initial=1.0) / 1.5, times.max(initial=1.0) * 1.5
        ax.set_xlim(padded(x))
        ax.set_yscale("log")
        ax.set_ylim(low, high * (high / low) ** (used / (1.0 - used)))
    return figure
