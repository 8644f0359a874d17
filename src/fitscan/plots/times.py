"""How long each point of a scan took: a map of the plane, or along one parameter."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from fitscan.plots.colormap import MapPanel, draw_colormap
from fitscan.plots.header import draw_header, leave_room
from fitscan.plots.style import COLORS, Colors, new_figure, padded, style

__all__ = ["draw_times_plane", "draw_times_scan"]

Array = NDArray[np.float64]

_TITLE = "Wall time of a point [ms]"

# What timings.csv resolves, in seconds: a logarithm needs more than 0.
_LEAST = 1e-6


def draw_times_plane(x: ArrayLike, y: ArrayLike, seconds: ArrayLike, **look: Any) -> Figure:
    """Colour the points by the time that each took.

    Args:
        x: Abscissae of the points, shape ``(points,)``.
        y: Ordinates of the points, shape ``(points,)``.
        seconds: Their wall times, shape ``(points,)``.
        look: See ``fitscan.plots.colormap``.
    """
    times = _milliseconds(seconds)
    # Not filled: a point's time says nothing of those between it and the next.
    panel = MapPanel(
        times,
        norm=LogNorm(*_extent(times)),
        bar_title=_TITLE,
        filled=False,
        colormap=colormaps["viridis_r"],
    )
    return draw_colormap(x, y, [panel], **look)


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
    times = _milliseconds(seconds)
    low, high = _extent(times)
    with style(colors.style):
        figure, ax = new_figure(x_title, _TITLE)
        ax.plot(x, times, linestyle="none", marker="o", color=colors.expected)
        used = draw_header(ax, title=title, lines=lines, legend={})
        ax.set_xlim(padded(x))
        ax.set_yscale("log")
        leave_room(ax, low, high, used=used)
    return figure


def _milliseconds(seconds: ArrayLike) -> Array:
    times: Array = 1e3 * np.maximum(np.asarray(seconds, dtype=float), _LEAST)
    return times


def _extent(times: Array) -> tuple[float, float]:
    """Return the limits of a logarithmic scale, a decade at the least."""
    low, high = (float(times.min()), float(times.max())) if len(times) else (1.0, 1.0)
    spare = max(1.2, np.sqrt(10.0 * low / high))
    return low / spare, high * spare
