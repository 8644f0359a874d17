"""Pulls: by how much the fits moved each parameter, and how much they constrain it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from fitscan.plots.header import LETTER, Handle
from fitscan.plots.panels import FIT_TITLES, new_canvas, short_names, write_header
from fitscan.plots.style import COLORS, Colors, style

__all__ = ["draw_pulls"]

# Kinds of parameters that share a panel: systematic, statistical, and without a constraint.
SYSTEMATIC = ("alpha", "lumi")
STATISTICAL = ("staterror", "shapesys")
UNCONSTRAINED = ("POI", "normfactor", "shapefactor")

# Inches: a row, the room for names, for a data area, and above and below one for its titles.
ROW, NAMES, AREA, TITLES = 0.21, 2.6, 3.4, 0.95

LABEL = LETTER - 3.5
LETTERS = 28


def draw_pulls(
    parameters: pd.DataFrame,
    *,
    title: str = "",
    lines: Sequence[str] = (),
    most: int = 30,
    colors: Colors = COLORS,
) -> Figure:
    """Draw the pulls of the systematic and the statistical parameters, and the values of the free.

    A bar is as long as the uncertainty after the fit in units of that before it. A parameter that
    has none, such as one at a bound, is an open marker. Each panel is sorted by the larger pull of
    the fits.

    Args:
        parameters: See ``fitscan.detail.FitResults``.
        title: The first line of the figure.
        lines: More lines.
        most: How many parameters a panel shows; its title says of how many.
        colors: Colours of the figure.

    Raises:
        FitscanError: A text has math that matplotlib cannot read.
    """
    systematic = panel_rows(parameters, SYSTEMATIC, "pull")
    statistical = panel_rows(parameters, STATISTICAL, "pull")
    free = panel_rows(parameters, UNCONSTRAINED, "fitted")
    numbers = [rows["parameter"].nunique() for rows in (systematic, statistical, free)]
    fewer = max(most - numbers[2] - 4, most // 2)  # beside the systematic ones, above the free
    counts = [min(pair) for pair in zip(numbers, (most, fewer, most), strict=True)]
    sizes = [ROW * max(count, 2) for count in counts]
    body = max(sizes[0] + TITLES, sizes[1] + sizes[2] + 2.0 * TITLES)
    width, height = 2.0 * (NAMES + AREA) + 0.1, body + 1.1
    with style(colors.style):
        figure = new_canvas(width, height)
        looks = fit_looks(colors)
        legend: dict[str, Handle] = {
            FIT_TITLES[fit]: Line2D([], [], **look) for fit, look in looks.items()
        }
        if any(rows["uncertainty"].isna().any() for rows in (systematic, statistical, free)):
            legend["No uncertainty (at a bound)"] = Line2D(
                [], [], linestyle="none", marker="o", color=colors.points, markerfacecolor="white"
            )
        left = write_header(figure, title=title, lines=lines, legend=legend)
        top = left * height - 0.45
        places = [(0.0, top), (NAMES + AREA, top), (NAMES + AREA, top - sizes[1] - TITLES)]
        for (x, y), size, count, number, (name, rows, what) in zip(
            places,
            sizes,
            counts,
            numbers,
            (
                ("Systematic uncertainties", systematic, "pull"),
                ("Statistical uncertainties of samples", statistical, "pull"),
                ("Without a constraint", free, "value"),
            ),
            strict=True,
        ):
            area = (x + NAMES) / width, (y - size) / height, (AREA - 0.2) / width, size / height
            ax = figure.add_axes(area)
            shown = f", {count} most pulled of {number}" if count < number else ""
            ax.set_title(f"{name}{shown}", fontsize=LETTER - 1.0, loc="right", pad=5)
            draw_panel(ax, rows[rows["row"] < count], looks=looks, what=what, colors=colors)
    return figure


def fit_looks(colors: Colors) -> dict[str, dict[str, Any]]:
    """Return how the markers of each fit look."""
    common = {"linestyle": "none", "markersize": 4.5, "linewidth": 1.4}
    return {
        "background": {**common, "marker": "o", "color": colors.expected},
        "free": {**common, "marker": "s", "color": colors.observed},
    }


def panel_rows(parameters: pd.DataFrame, kinds: Sequence[str], column: str) -> pd.DataFrame:
    """Return the parameters of some kinds that a fit could move, with the ``row`` of each.

    The most pulled are first; those without a pull keep the order of the model.
    """
    chosen = parameters[parameters["kind"].isin(kinds) & (parameters["status"] != "fixed")]
    chosen = chosen[np.isfinite(chosen[column])]
    largest = chosen["pull"].abs().groupby(chosen["parameter"], sort=False).max()
    if column == "pull":
        largest = largest.sort_values(ascending=False, kind="stable")
    rows = pd.Series(range(len(largest)), index=largest.index)
    return pd.DataFrame(chosen.assign(row=chosen["parameter"].map(rows)))


def draw_panel(
    ax: Axes,
    parameters: pd.DataFrame,
    *,
    looks: dict[str, dict[str, Any]],
    what: str,
    colors: Colors,
) -> None:
    """Draw one row for each parameter, in it one marker for each fit."""
    column, width = ("pull", "constraint") if what == "pull" else ("fitted", "uncertainty")
    ends = [2.4] if what == "pull" else [0.0, 1.2]
    for fit, offset in (("background", -0.17), ("free", 0.17)):
        of_fit = parameters[parameters["fit"] == fit]
        known = np.isfinite(of_fit[width])
        for part, open_marker in ((of_fit[known], False), (of_fit[~known], True)):
            if part.empty:
                continue
            value, half = part[column].to_numpy(dtype=float), part[width].fillna(0.0).to_numpy()
            look = looks[fit] | ({"markerfacecolor": "white"} if open_marker else {})
            xerr = None if open_marker else half
            ax.errorbar(value, part["row"] + offset, xerr=xerr, zorder=4, **look)
            ends += [float((value - half).min()), float((value + half).max())]
    if what == "pull":
        for half, color in ((2.0, colors.wide_band), (1.0, colors.band)):
            ax.axvspan(-half, half, color=color, linewidth=0.0, zorder=0)
        end = 1.05 * float(np.abs(ends).max())
        ax.set_xlim(-end, end)
        ax.set_xlabel(r"$(\hat{\theta} - \theta_0) / \sigma_0$", fontsize=LETTER - 1.0)
    else:
        low, high = min(ends), max(ends)
        ax.set_xlim(low - 0.05 * (high - low), high + 0.05 * (high - low))
        ax.set_xlabel("Fitted value", fontsize=LETTER - 1.0)
    ax.axvline(0.0 if what == "pull" else 1.0, color=colors.points, linewidth=0.8, zorder=1)
    names = parameters.sort_values("row")["parameter"].astype(str).unique().tolist()
    ax.set_ylim(max(len(names), 2) - 0.4, -0.6)
    ax.yaxis.set_minor_locator(NullLocator())
    ax.set_yticks(range(len(names)), short_names(names, LETTERS), fontsize=LABEL, parse_math=False)
    ax.tick_params(axis="y", which="both", length=0, right=False)
    ax.tick_params(axis="x", which="both", labelsize=LABEL + 0.5, top=False)
    ax.tick_params(axis="x", which="major", length=5)
    ax.tick_params(axis="x", which="minor", length=2.5)
    if not names:
        ax.text(0.5, 0.5, "none", transform=ax.transAxes, ha="center", va="center")
