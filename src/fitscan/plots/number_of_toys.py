"""How many toys each point of a scan got: a map of the plane, or along one parameter."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullFormatter, NullLocator
from numpy.typing import ArrayLike, NDArray

from fitscan.contour import SIGNIFICANCE, Space, crossings
from fitscan.plots.header import Handle, draw_header, leave_room, remarks
from fitscan.plots.plane import contour_lines
from fitscan.plots.style import (
    COLORS,
    Colors,
    confidence,
    grouped,
    new_figure,
    padded,
    rasterised,
    style,
    verdict,
)

__all__ = ["draw_number_of_toys_plane", "draw_number_of_toys_scan"]

Array = NDArray[np.float64]

# Even to the eye, also of the colour-blind and in grey; the more toys, the darker.
_MAP = "viridis_r"

_TITLE = "Toys of both hypotheses"

# By this factor, to have room for the scale.
_WIDER = 1.18

# So many numbers beside a scale do not touch each other.
_MOST_TICKS = 12


def draw_number_of_toys_plane(
    x: ArrayLike,
    y: ArrayLike,
    toys: ArrayLike,
    CLs: ArrayLike,
    *,
    x_title: str,
    y_title: str,
    title: str = "",
    lines: Sequence[str] = (),
    test_size: float = 0.05,
    space: Space = SIGNIFICANCE,
    colors: Colors = COLORS,
    few: ArrayLike | None = None,
) -> Figure:
    """Colour the points by the number of their toys, and draw the observed limit over them.

    Args:
        x: Abscissae of the points, shape ``(points,)``.
        y: Ordinates of the points, shape ``(points,)``.
        toys: How many toys each point has, of both hypotheses together, shape ``(points,)``.
        CLs: Observed CLs, shape ``(points,)``, NaN where a point failed.
        x_title: Title of the abscissa; it may hold math text, as may all texts here.
        y_title: Title of the ordinate.
        title: Name of the analysis, the first line of the figure.
        lines: More lines.
        test_size: The CLs of the contour.
        space: In which CLs is linear between the points.
        colors: Colours of the figure, and its style.
        few: At which points these are too few, shape ``(points,)``; by default at none.
    """
    x, y, toys = (np.asarray(values, dtype=float) for values in (x, y, toys))
    thrown = toys > 0.0
    size = float(np.clip(120.0 / np.sqrt(max(len(x), 1)), 3.0, 10.0))
    with style(colors.style):
        figure, ax = new_figure(x_title, y_title)
        if thrown.any():
            points = ax.scatter(
                x[thrown],
                y[thrown],
                c=toys[thrown],
                s=size**2,
                cmap=_MAP,
                norm=LogNorm(*_extent(toys[thrown])),
                edgecolors=colors.points,
                linewidths=0.5,
                zorder=3,
                rasterized=rasterised(len(x)),
            )
            _draw_bar(figure, ax, points, toys[thrown])
        legend = _draw_hollow(ax, x[~thrown], y[~thrown], size=min(size, 6.0), colors=colors)
        short = np.zeros(len(x), dtype=bool) if few is None else np.asarray(few, dtype=bool)
        legend |= _draw_rings(ax, x[short], y[short], size=size, colors=colors)
        known = np.asarray(CLs, dtype=float)
        found, reason = contour_lines(x, y, known, test_size=test_size, space=space)
        look: dict[str, Any] = {"color": colors.observed, "linewidth": 1.2}
        for line in found:
            ax.plot(*line.T, zorder=5, **look)
        if found:
            legend["Observed limit"] = Line2D([], [], **look)
        notes = remarks({"observed": reason} if reason else {})
        used = draw_header(ax, title=title, lines=_said(lines, notes, test_size), legend=legend)
        ax.set_xlim(padded(x))
        leave_room(ax, *padded(y), used=used)
    return figure


def draw_number_of_toys_scan(
    x: ArrayLike,
    toys: ArrayLike,
    CLs: ArrayLike,
    *,
    x_title: str,
    title: str = "",
    lines: Sequence[str] = (),
    test_size: float = 0.05,
    space: Space = SIGNIFICANCE,
    colors: Colors = COLORS,
    few: ArrayLike | None = None,
) -> Figure:
    """Draw the number of toys along one parameter, and where the limit is; see the plane."""
    x, toys, CLs = (np.asarray(values, dtype=float) for values in (x, toys, CLs))
    thrown = toys > 0.0
    with style(colors.style):
        figure, ax = new_figure(x_title, _TITLE)
        ax.set_xlim(padded(x))
        low, high = _extent(toys[thrown])
        legend: dict[str, Handle] = {}
        if thrown.any():
            look: dict[str, Any] = {"linestyle": "none", "marker": "o", "color": colors.expected}
            ax.plot(x[thrown], toys[thrown], zorder=3, rasterized=rasterised(len(x)), **look)
            legend["Toys"] = Line2D([], [], **look)
        place = np.full(np.count_nonzero(~thrown), low)
        legend |= _draw_hollow(ax, x[~thrown], place, size=6.0, colors=colors)
        short = np.zeros(len(x), dtype=bool) if few is None else np.asarray(few, dtype=bool)
        legend |= _draw_rings(ax, x[short], toys[short], size=8.0, colors=colors)
        found = crossings(x, CLs, test_size=test_size, space=space)
        if len(found):
            ax.vlines(found, low, high, color=colors.observed, linewidth=1.2, zorder=2)
            legend["Observed limit"] = Line2D([], [], color=colors.observed, linewidth=1.2)
        notes = [] if len(found) else remarks({"observed": verdict(CLs, test_size)})
        used = draw_header(ax, title=title, lines=_said(lines, notes, test_size), legend=legend)
        ax.set_yscale("log")
        leave_room(ax, low / (high / low) ** 0.06, high, used=used)
        _mark(ax, toys[thrown])
    return figure


def _said(lines: Sequence[str], notes: Sequence[str], test_size: float) -> list[str]:
    return [*lines, f"Limit at {confidence(test_size)}", *notes]


def _extent(toys: Array) -> tuple[float, float]:
    """Return the limits of a logarithmic scale: wide enough where all points have as many toys."""
    low, high = (float(toys.min()), float(toys.max())) if len(toys) else (1.0, 1.0)
    return (low, high) if high >= 2.0 * low else (low / 2.0, high * 2.0)


def _draw_bar(figure: Figure, ax: Axes, points: PathCollection, toys: Array) -> None:
    """Draw the colours and their numbers beside the plane, which stays as large as it is."""
    width, height = figure.get_size_inches()
    left, bottom, right, top = ax.get_position().extents
    figure.set_size_inches(_WIDER * width, height)
    ax.set_position((left / _WIDER, bottom, (right - left) / _WIDER, top - bottom))
    place = figure.add_axes(((right + 0.015) / _WIDER, bottom, 0.03 / _WIDER, top - bottom))
    bar = figure.colorbar(points, cax=place)
    bar.solids.set_edgecolor("face")  # type: ignore[union-attr]  # else viewers show seams
    bar.set_label(_TITLE)
    _mark(bar.ax, toys)


def _mark(ax: Axes, toys: Array) -> None:
    """Put ticks at numbers that occur, from the largest, where there is room."""
    low, high = _extent(toys)
    apart = (high / low) ** (1.0 / _MOST_TICKS)
    marked: list[float] = []
    for number in np.unique(toys)[::-1]:
        if not marked or number * apart <= marked[-1]:
            marked.append(float(number))
    ax.set_yticks(marked, [grouped(round(number)) for number in marked])
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_minor_formatter(NullFormatter())


def _draw_hollow(ax: Axes, x: Array, y: Array, *, size: float, colors: Colors) -> dict[str, Handle]:
    """Draw the points without toys; return the entry of the legend."""
    if not len(x):
        return {}
    look: dict[str, Any] = {
        "linestyle": "none",
        "marker": "o",
        "markersize": size,
        "color": colors.points,
        "markerfacecolor": "white",
    }
    ax.plot(x, y, zorder=3, rasterized=rasterised(len(x)), **look)
    return {"No toys": Line2D([], [], **look)}


def _draw_rings(ax: Axes, x: Array, y: Array, *, size: float, colors: Colors) -> dict[str, Handle]:
    """Draw rings around the points with too few toys; return the entry of the legend."""
    if not len(x):
        return {}
    look: dict[str, Any] = {
        "linestyle": "none",
        "marker": "o",
        "markersize": 1.6 * size,
        "markeredgewidth": 1.5,
        "color": colors.observed,
        "markerfacecolor": "none",
    }
    ax.plot(x, y, zorder=4, rasterized=rasterised(len(x)), **look)
    return {"Too few toys": Line2D([], [], **look | {"markersize": 9.6})}
