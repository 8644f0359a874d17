"""Both answers of a scan on one figure: from the default initial values, and the lowest minima."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike, NDArray

from fitscan.contour import SIGNIFICANCE, Space, crossings, interpolate_scan
from fitscan.plots.header import Handle, draw_header, leave_room, remarks
from fitscan.plots.plane import contour_lines, draw_points
from fitscan.plots.style import (
    COLORS,
    Colors,
    confidence,
    new_figure,
    padded,
    style,
    verdict,
)
from fitscan.tables.method import DEFAULT, LOWEST

__all__ = ["draw_minima_plane", "draw_minima_scan"]

Array = NDArray[np.float64]
Curves = Mapping[str, ArrayLike]

_LINES = {"Observed": ("CLs_obs", "-"), "Expected": ("CLs_exp_0", "--")}


def draw_minima_plane(
    x: ArrayLike,
    y: ArrayLike,
    default: Curves,
    lowest: Curves,
    changed: ArrayLike,
    *,
    x_title: str,
    y_title: str,
    title: str = "",
    method: str = "",
    test_size: float = 0.05,
    space: Space = SIGNIFICANCE,
    colors: Colors = COLORS,
) -> Figure:
    """Draw the contours of both answers, and ring the points whose exclusion changes.

    Args:
        x: Abscissae of the points, shape ``(points,)``.
        y: Ordinates of the points, shape ``(points,)``.
        default: ``CLs_obs`` and ``CLs_exp_0`` from the default initial values, shape
            ``(points,)`` each.
        lowest: The same from the lowest minima.
        changed: Which points are excluded by one answer only, shape ``(points,)``.
        x_title: Title of the abscissa; it may hold math text, as may all texts here.
        y_title: Title of the ordinate.
        title: Name of the analysis, the first line of the figure.
        method: How CLs was found, a line of the figure.
        test_size: The CLs of the contours; points below it are excluded.
        space: In which CLs is linear between the points.
        colors: Colours of the figure, and its style.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    ringed = np.asarray(changed, dtype=bool)
    with style(colors.style):
        figure, ax = new_figure(x_title, y_title)
        legend = _answer_keys(colors)
        missing: dict[str, str] = {}
        for answer, curves, color, width in _answers(default, lowest, colors):
            for name, (column, dash) in _LINES.items():
                CLs = np.asarray(curves[column], dtype=float)
                lines, reason = contour_lines(x, y, CLs, test_size=test_size, space=space)
                for line in lines:
                    ax.plot(*line.T, color=color, linestyle=dash, linewidth=width, zorder=4)
                if reason:
                    missing[f"{name.lower()} ({answer})"] = reason
        observed = np.asarray(default["CLs_obs"], dtype=float)
        draw_points(ax, x, y, observed, test_size=test_size, colors=colors)
        if ringed.any():
            legend["Exclusion changes"] = _rings(ax, x[ringed], y[ringed])
        legend |= _curve_keys(colors)
        _finish(
            ax,
            title=title,
            notes=[method, *_notes(missing)],
            legend=legend,
            places=(x, y),
            test_size=test_size,
        )
    return figure


def draw_minima_scan(
    x: ArrayLike,
    default: Curves,
    lowest: Curves,
    changed: ArrayLike,
    *,
    x_title: str,
    title: str = "",
    method: str = "",
    test_size: float = 0.05,
    space: Space = SIGNIFICANCE,
    colors: Colors = COLORS,
) -> Figure:
    """Draw CLs of both answers along one parameter; see ``draw_minima_plane``."""
    x = np.asarray(x, dtype=float)
    ringed = np.asarray(changed, dtype=bool)
    drawn: list[Array] = []
    with style(colors.style):
        figure, ax = new_figure(x_title, "CL$_{s}$")
        legend = _answer_keys(colors)
        missing: dict[str, str] = {}
        for answer, curves, color, width in _answers(default, lowest, colors):
            for name, (column, dash) in _LINES.items():
                values = np.asarray(curves[column], dtype=float)
                places, CLs = interpolate_scan(x, values, space=space)
                ax.plot(places, CLs, color=color, linestyle=dash, linewidth=width, zorder=4)
                ax.plot(x, values, ".", markersize=3.0 * width, color=color, zorder=4)
                drawn.append(np.asarray(CLs))
                if not len(crossings(x, values, test_size=test_size, space=space)):
                    missing[f"{name.lower()} ({answer})"] = verdict(values, test_size)
        ax.axhline(test_size, color=colors.points, linewidth=1.0, zorder=1)
        if ringed.any():
            place = np.full(int(ringed.sum()), test_size)
            legend["Exclusion changes"] = _rings(ax, x[ringed], place)
        legend |= _curve_keys(colors)
        _finish(
            ax,
            title=title,
            notes=[method, *_notes(missing)],
            legend=legend,
            places=(x, np.concatenate([*drawn, [0.0, 1.0]])),
            test_size=test_size,
        )
    return figure


def _answers(
    default: Curves, lowest: Curves, colors: Colors
) -> tuple[tuple[str, Curves, str, float], ...]:
    """Return name, curves, colour and line width of both answers, the thinner one last."""
    # In grey they are told apart by their width.
    return (DEFAULT, default, colors.observed, 2.4), (LOWEST, lowest, colors.other, 1.3)


def _notes(missing: Mapping[str, str]) -> list[str]:
    """Return what is said of each curve, or in short what is said of all four."""
    if len(missing) == 4 and len(set(missing.values())) == 1:
        return [f"All curves: {next(iter(missing.values()))}"]
    return remarks(missing)


def _answer_keys(colors: Colors) -> dict[str, Handle]:
    """Return the entries of the legend that tell the answers apart, which are long."""
    return {
        answer.capitalize(): _key(color, "-", width)
        for answer, _, color, width in _answers({}, {}, colors)
    }


def _curve_keys(colors: Colors) -> dict[str, Handle]:
    """Return those that tell observed from expected."""
    return {name: _key(colors.points, dash, 1.8) for name, (_, dash) in _LINES.items()}


def _key(color: str, dash: str, width: float) -> Line2D:
    look: dict[str, Any] = {"color": color, "linestyle": dash, "linewidth": width}
    return Line2D([], [], **look)


def _rings(ax: Axes, x: Array, y: Array) -> Line2D:
    """Ring points, and return the entry of the legend."""
    look: dict[str, Any] = {
        "linestyle": "none",
        "marker": "o",
        "markerfacecolor": "none",
        "markeredgewidth": 1.2,
        "color": "#20242c",
    }
    ax.plot(x, y, markersize=11.0, zorder=6, **look)
    return Line2D([], [], markersize=8.0, **look)


def _finish(
    ax: Axes,
    *,
    title: str,
    notes: list[str],
    legend: dict[str, Handle],
    places: tuple[Array, Array],
    test_size: float,
) -> None:
    """Write the header and set the limits so that it covers nothing."""
    lines = [f"All limits at {confidence(test_size)}", *notes]
    used = draw_header(ax, title=title, lines=lines, legend=legend)
    ax.set_xlim(padded(places[0]))
    leave_room(ax, *padded(places[1]), used=used)
