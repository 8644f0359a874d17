"""A scan beside a reference: both limits, and the differences of all CLs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike, NDArray

from fitscan.contour import SIGNIFICANCE, Space, interpolate_scan
from fitscan.plots.few_toys import FewToys, draw_line, few_note, few_toys
from fitscan.plots.header import LETTER, Handle, readable, remarks
from fitscan.plots.panels import new_canvas, short_names, write_header
from fitscan.plots.plane import contour_lines
from fitscan.plots.style import COLORS, Colors, confidence, padded, rasterised, style

__all__ = ["draw_comparison"]

Array = NDArray[np.float64]

CLS_TITLE = r"CL$_\mathrm{s}$"

_CURVES = {"Observed": ("CLs_obs", "-"), "Expected": ("CLs_exp_0", "--")}

# What differs by less is drawn here, and CLs below this at this.
_SMALLEST = 1e-9
_LOWEST_CLS = 1e-6

# More names than these would lie on one another.
_MOST_NAMES = 8


def draw_comparison(
    x: ArrayLike,
    y: ArrayLike | None,
    ours: Mapping[str, ArrayLike],
    theirs: Mapping[str, ArrayLike],
    *,
    names: Sequence[str],
    differs: ArrayLike,
    reference: str,
    x_title: str,
    y_title: str = "",
    title: str = "",
    lines: Sequence[str] = (),
    test_size: float = 0.05,
    space: Space = SIGNIFICANCE,
    colors: Colors = COLORS,
    few: ArrayLike | None = None,
) -> Figure:
    """Draw both limits in one panel, and in another by how much CLs differs.

    Args:
        x: Abscissae of the points, shape ``(points,)``.
        y: Ordinates of the points; None along one axis.
        ours: CLs by column of the results, shape ``(points,)`` each, NaN where there is none.
        theirs: The same of the reference; it may have fewer columns.
        names: Names of the points.
        differs: Which points are excluded, observed or expected, by one of them only.
        reference: What the reference is called.
        x_title: Title of the abscissa; it may hold math text, as may all texts here.
        y_title: Title of the ordinate.
        title: Name of the analysis, the first line of the figure.
        lines: More lines.
        test_size: The CLs of the contours; points below it are excluded.
        space: In which CLs is linear between the points.
        colors: Colours of the figure, and its style.
        few: At which points ours has too few toys, shape ``(points,)``; by default at none. Our
            lines beside them are lighter.
    """
    x, y = np.asarray(x, dtype=float), None if y is None else np.asarray(y, dtype=float)
    curves = {name: (column, dash) for name, (column, dash) in _CURVES.items() if column in theirs}
    answers = {
        "fitscan": (ours, colors.observed, 2.4),
        reference: (theirs, colors.other, 1.3),
    }  # in grey they are told apart by their width
    short = few_toys(few, x, y)
    ringed = np.asarray(differs, dtype=bool)
    looks: dict[tuple[str, str], dict[str, Any]] = {
        (name, answer): {"color": color, "linestyle": dash, "linewidth": width}
        for answer, (_, color, width) in answers.items()
        for name, (_, dash) in curves.items()
    }
    legend: dict[str, Handle] = {}
    missing: dict[str, str] = {}
    with style(colors.style):
        figure = new_canvas(12.0, 5.6)
        left, right = figure.add_axes((0, 0, 1, 1)), figure.add_axes((0, 0, 1, 1))
        for (name, answer), look in looks.items():
            CLs = answers[answer][0][curves[name][0]]
            reason = _draw_limit(
                *(left, x, y, CLs),
                test_size=test_size,
                space=space,
                look=look,
                few=short if answer == "fitscan" else None,
            )
            if reason:
                missing[f"{name.lower()}, {answer}"] = reason
            else:
                legend[f"{name}, {answer}"] = Line2D([], [], **look)
        if ringed.any():
            legend["Exclusion differs"] = Line2D([], [], **_RING)
        legend |= _difference_keys(curves, colors)
        _finish_limits(left, x, y, test_size=test_size, colors=colors)
        _name_points(left, x, y, ringed, names, test_size=test_size)
        _draw_differences(right, curves, ours, theirs, test_size=test_size, colors=colors)
        left.set_xlabel(readable(x_title), fontsize=LETTER)
        left.set_ylabel(readable(y_title) if y is not None else CLS_TITLE, fontsize=LETTER)
        right.set_xlabel(f"{CLS_TITLE}, fitscan", fontsize=LETTER)
        difference = rf"|$\Delta$CL$_\mathrm{{s}}$|, fitscan and {reference}"
        right.set_ylabel(readable(difference), fontsize=LETTER)
        said = [f"All limits at {confidence(test_size)}", *lines, *remarks(missing)]
        said += few_note(short)
        top = write_header(figure, title=title, lines=said, legend=legend)
        for ax, start in ((left, 0.07), (right, 0.575)):
            ax.tick_params(which="both", labelsize=LETTER - 1.5)
            ax.set_position((start, 0.12, 0.41, top - 0.15))
    return figure


_RING: dict[str, Any] = {
    "linestyle": "none",
    "marker": "o",
    "markerfacecolor": "none",
    "markeredgewidth": 1.2,
    "markersize": 10.0,
    "color": "#20242c",
}


def _draw_limit(
    ax: Axes,
    x: Array,
    y: Array | None,
    CLs: ArrayLike,
    *,
    test_size: float,
    space: Space,
    look: Mapping[str, Any],
    few: FewToys | None,
) -> str:
    """Draw where one answer excludes, or its curve along one axis; say why if there is no line."""
    values = np.asarray(CLs, dtype=float)
    if y is None:
        curve = np.column_stack(interpolate_scan(x, values, space=space))
        draw_line(ax, curve, values, few, **look)
        return ""
    found, reason = contour_lines(x, y, values, test_size=test_size, space=space)
    for line in found:
        draw_line(ax, line, values, few, **look)
    return reason


def _finish_limits(
    ax: Axes, x: Array, y: Array | None, *, test_size: float, colors: Colors
) -> None:
    """Show the points of a plane, or the test size along one axis, and set the limits."""
    ax.set_xlim(padded(x))
    if y is None:
        ax.axhline(test_size, color=colors.points, linewidth=1.0)
        ax.set_ylim(-0.04, 1.04)
        return
    size = float(np.clip(60.0 / np.sqrt(max(len(x), 1)), 1.5, 4.5))
    ax.plot(
        *(x, y),
        linestyle="none",
        marker="o",
        markersize=size,
        color=colors.points,
        zorder=1,
        rasterized=rasterised(len(x)),
    )
    ax.set_ylim(padded(y))


def _name_points(
    ax: Axes,
    x: Array,
    y: Array | None,
    ringed: NDArray[np.bool_],
    names: Sequence[str],
    *,
    test_size: float,
) -> None:
    """Ring the points that change sides, and name them where they are few."""
    heights = np.full(len(x), test_size) if y is None else y
    ax.plot(x[ringed], heights[ringed], zorder=6, **_RING)
    chosen = np.flatnonzero(ringed).tolist()
    if len(chosen) > _MOST_NAMES:
        return
    middle = np.mean(ax.get_xlim())
    for point, name in zip(chosen, short_names([names[n] for n in chosen], 24), strict=True):
        left = x[point] > middle  # so that the name stays in the frame
        ax.annotate(
            name,
            (x[point], heights[point]),
            xytext=(-9 if left else 9, 0),
            textcoords="offset points",
            ha="right" if left else "left",
            va="center",
            fontsize=9,
            zorder=7,
            bbox={"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 1.0},
        )


def _difference_keys(curves: Mapping[str, Any], colors: Colors) -> dict[str, Handle]:
    """Return the entries of the legend for the differences."""
    return {
        f"{name}, {which} CLs here": Line2D(
            [], [], linestyle="none", marker=marker, color=colors.observed, markerfacecolor=face
        )
        for name, marker in zip(curves, "os", strict=False)
        for which, face in (("larger", colors.observed), ("smaller", "white"))
    }


def _draw_differences(
    ax: Axes,
    curves: Mapping[str, Any],
    ours: Mapping[str, ArrayLike],
    theirs: Mapping[str, ArrayLike],
    *,
    test_size: float,
    colors: Colors,
) -> None:
    """Draw the differences of CLs beside CLs, both on logarithmic scales."""
    ax.set_xscale("log")
    ax.set_yscale("log")
    smallest, largest, lowest = 1e-2, 1e-8, test_size
    for (column, _), marker in zip(curves.values(), "os", strict=False):
        here, there = (np.asarray(side[column], dtype=float) for side in (ours, theirs))
        known = np.isfinite(here) & np.isfinite(there)
        difference, place = (here - there)[known], np.maximum(here[known], _LOWEST_CLS)
        smallest = min(smallest, np.abs(difference).min(initial=smallest))
        largest = max(largest, np.abs(difference).max(initial=0.0))
        lowest = min(lowest, place.min(initial=lowest))
        for chosen, face in ((difference > 0, colors.observed), (difference <= 0, "white")):
            ax.plot(
                place[chosen],
                np.maximum(np.abs(difference[chosen]), _SMALLEST),
                linestyle="none",
                marker=marker,
                markersize=4.5,
                markeredgewidth=0.9,
                color=colors.observed,
                markerfacecolor=face,
                rasterized=rasterised(len(here)),
            )
    ax.axvline(test_size, color=colors.points, linewidth=1.2, zorder=0)
    ax.set_xlim(lowest / 1.6, 1.6)
    ax.set_ylim(max(smallest, _SMALLEST) / 2.0, largest * 3.0)
