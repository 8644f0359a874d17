"""The coverage of intervals by CLs+b and by CLs, from the asymptotic formulae and from toys."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, MaxNLocator
from numpy.typing import ArrayLike, NDArray

from fitscan.columns import COVERAGES
from fitscan.plots.header import Handle, readable
from fitscan.plots.panels import new_canvas, short_names, write_header
from fitscan.plots.style import COLORS, Colors, padded, style

__all__ = ["draw_coverage"]

Array = NDArray[np.float64]

# More names than these would lie on one another: then points are numbered.
_MOST_NAMES = 12

_TESTS = {"CLsb": r"CL$_\mathrm{s+b}$", "CLs": r"CL$_\mathrm{s}$"}


def draw_coverage(
    columns: Mapping[str, ArrayLike],
    *,
    level: float,
    names: Sequence[str],
    x: ArrayLike | None = None,
    x_title: str = "",
    title: str = "",
    lines: Sequence[str] = (),
    colors: Colors = COLORS,
) -> Figure:
    """Draw the coverage of points beside the confidence level.

    Args:
        columns: Coverage and uncertainty by column of the results, (points,) each, NaN where there
            is none; see ``fitscan.columns.COVERAGE``.
        level: The confidence level.
        names: Names of the points, at the ticks where they are few.
        x: Where the points are drawn, in units of ``x_title``; None one after the other.
        x_title: Title of the abscissa.
        title: The first line of the figure.
        lines: More lines.
        colors: Colours of the figure.
    """
    numbered, crowded = x is None, len(names) > 30
    places = np.arange(1.0, len(names) + 1.0) if x is None else np.asarray(x, dtype=float)
    named = numbered and 0 < len(names) <= _MOST_NAMES
    low, high = padded(places, part=0.02)
    # Side by side, so that neither hides the other.
    apart = 0.15 * np.diff(np.unique(places)).min(initial=high - low)
    with style(colors.style):
        figure = new_canvas(8.4, 7.2)
        looks = {"asymptotic": ("o", colors.observed), "toys": ("s", colors.other)}
        legend: dict[str, Handle] = {
            "Asymptotic": Line2D([], [], marker="o", linestyle="none", color=colors.observed),
            "Toys": Line2D([], [], marker="s", linestyle="none", color=colors.other),
            "Confidence level": Line2D([], [], color=colors.points, linestyle="--"),
        }
        top = write_header(figure, title=title, lines=lines, legend=legend)
        bottom, gap = (0.24 if named else 0.11), 0.03
        height = (top - 0.03 - bottom - gap) / 2.0
        for row, (test, symbol) in enumerate(_TESTS.items()):
            ax = figure.add_axes((0.13, bottom + (1 - row) * (height + gap), 0.83, height))
            ax.axhline(level, color=colors.points, linestyle="--")
            for side, (method, (marker, color)) in zip((-1, 1), looks.items(), strict=True):
                values, down, up = _bars(columns, f"coverage_{test}_{method}")
                ax.errorbar(
                    places + side * apart,
                    values,
                    (down, up),
                    linestyle="none",
                    linewidth=1.0 if crowded else 1.6,
                    marker=marker,
                    markersize=3.0 if crowded else 5.0,
                    color=color,
                )
            ax.set_xlim(low - 2.0 * apart, high + 2.0 * apart)
            ax.set_ylabel(f"Coverage, {symbol}")
            ax.set_ylim(*_limits(columns, level))
            if row == 0:
                ax.tick_params(labelbottom=False)
            _label(ax, places, names if named else None, numbered=numbered)
        figure.axes[-1].set_xlabel(readable("" if named else x_title or "Number of the point"))
    return figure


def _bars(columns: Mapping[str, ArrayLike], column: str) -> tuple[Array, Array, Array]:
    """Return shares and the lengths of their error bars down and up, which end at 1."""
    values, errors = (np.asarray(columns[c], dtype=float) for c in (column, f"{column}_err"))
    return values, errors, np.minimum(errors, 1.0 - values)


def _limits(columns: Mapping[str, ArrayLike], level: float) -> tuple[float, float]:
    """Return limits that hold the level and all error bars."""
    ends = [np.array([level, 1.0])]
    for column in COVERAGES:
        values, down, _ = _bars(columns, column)
        ends.append(values - down)
    return padded(np.concatenate(ends), part=0.08)


def _label(ax: Axes, places: Array, names: Sequence[str] | None, *, numbered: bool) -> None:
    """Put ticks at the points that are named, or at whole numbers of points."""
    if names is not None:
        ax.xaxis.set_major_locator(FixedLocator(places.tolist()))
        ax.xaxis.set_minor_locator(FixedLocator([]))
        ax.set_xticklabels(short_names(names, 18), rotation=35, ha="right", rotation_mode="anchor")
    elif numbered:
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
