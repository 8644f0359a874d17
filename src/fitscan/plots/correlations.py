"""Correlations of the parameters after the fits, of those that are correlated at all."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

from fitscan.plots.header import LETTER
from fitscan.plots.panels import FIT_TITLES, new_canvas, short_names, write_header
from fitscan.plots.style import COLORS, Colors, style

__all__ = ["draw_correlations"]

Array = NDArray[np.float64]

# Inches: a cell, the smallest matrix, so that its title fits, the room for names and for each of
# their letters, the gap between matrices, and the scale of colours.
CELL, LEAST, NAMES, LETTER_WIDE, GAP, SCALE = 0.27, 2.9, 2.4, 0.085, 0.3, 0.95

LABEL = LETTER - 3.5
LETTERS = 26

# Blue to red by way of white; grey where a parameter has no uncertainty.
COLORMAP = colormaps["RdBu_r"].with_extremes(bad="#d5d8dc")
# Not interpolated, or else vector files hold a pixel for each dot of a printer, and a process some
# 100 MB of them. A cell is so many pixels wide, since some viewers smooth images.
PIXELS = 8
COLORED: dict[str, Any] = {
    "cmap": COLORMAP,
    "norm": Normalize(-100.0, 100.0),
    "interpolation": "none",
}


def draw_correlations(
    correlations: pd.DataFrame,
    *,
    title: str = "",
    lines: Sequence[str] = (),
    threshold: float = 0.2,
    most: int = 22,
    colors: Colors = COLORS,
) -> Figure:
    """Draw the correlation matrices of the fits side by side, both with the same parameters.

    These are the parameters that have a correlation of at least the threshold with another one in
    any of the fits, the most correlated first. Numbers are in per cent.

    Args:
        correlations: See ``fitscan.detail.FitResults``.
        title: The first line of the figure.
        lines: More lines; one that says what is shown follows them.
        threshold: Smallest correlation, without its sign.
        most: How many parameters are shown; the figure says of how many.
        colors: They tell the style; those of the matrices mean numbers and stay.

    Raises:
        FitscanError: A text has math that matplotlib cannot read.
    """
    matrices = {
        str(fit): part.drop(columns=["fit", "parameter"]).to_numpy(dtype=float)
        for fit, part in correlations.groupby("fit", sort=False)
    }
    names = [str(name) for name in correlations.columns[2:]]
    correlated = most_correlated(list(matrices.values()), threshold)
    above, order = len(correlated), correlated[:most]
    side = max(CELL * len(order), LEAST)
    panels = max(len(matrices), 1)
    width = NAMES + panels * (side + GAP) + SCALE
    longest = max((min(len(names[p]), LETTERS) for p in order), default=0)
    height = side + LETTER_WIDE * longest + 1.9
    with style(colors.style):
        figure = new_canvas(width, height)
        said = f"{above} of {len(names)} parameters have a correlation of {100 * threshold:g}%"
        said += f" or more; the {most} most correlated are shown" if above > most else " or more"
        if np.isnan([matrix[order, order] for matrix in matrices.values()]).any():
            said += "; grey: fixed, or no uncertainty"
        left = write_header(figure, title=title, lines=[*lines, said], legend={})
        bottom = left * height - side - 0.45
        for number, (fit, matrix) in enumerate(matrices.items()):
            x = NAMES + number * (side + GAP)
            area = x / width, bottom / height, side / width, side / height
            ax = figure.add_axes(area)
            ax.set_title(FIT_TITLES.get(fit, fit), fontsize=LETTER - 1.0, pad=6)
            draw_matrix(ax, matrix[np.ix_(order, order)])
            label_matrix(ax, [names[p] for p in order], left=number == 0)
        if len(order):
            x = NAMES + panels * (side + GAP)
            area = x / width, bottom / height, 0.18 / width, side / height
            draw_scale(figure.add_axes(area))
    return figure


def most_correlated(matrices: Sequence[Array], threshold: float) -> list[int]:
    """Return the parameters that have a correlation of at least the threshold with another one.

    Sorted by the largest correlation, each beside the parameter with which it has it.
    """
    if not matrices:
        return []
    largest = np.nan_to_num(np.abs(np.stack(matrices))).max(axis=0)
    np.fill_diagonal(largest, 0.0)
    rank = np.argsort(-largest.max(axis=1), kind="stable")
    return [int(p) for p in rank if largest[p].max() >= threshold]


def draw_matrix(ax: Axes, matrix: Array) -> None:
    """Draw a matrix in colours, with numbers where they are not negligible."""
    end = len(matrix) - 0.5
    cells = np.kron(100.0 * matrix, np.ones((PIXELS, PIXELS)))
    ax.imshow(cells, extent=(-0.5, end, end, -0.5), **COLORED)
    for row, column in zip(*np.nonzero(np.abs(np.nan_to_num(matrix)) >= 0.05), strict=True):
        value = 100.0 * matrix[row, column]
        if row != column:
            ax.text(
                column,
                row,
                f"{value:.0f}",
                ha="center",
                va="center",
                fontsize=LABEL - 2.0,
                color="white" if abs(value) > 60.0 else "black",
            )


def draw_scale(ax: Axes) -> None:
    """Draw the scale of colours, as an image: a colour bar has the whole figure rasterised."""
    shades = np.linspace(-100.0, 100.0, COLORMAP.N)[:, np.newaxis]
    ax.imshow(shades, extent=(0.0, 1.0, -100.0, 100.0), aspect="auto", origin="lower", **COLORED)
    ax.set_xticks([])
    ax.yaxis.tick_right()
    ax.yaxis.set_label_position("right")
    ax.set_ylabel("Correlation [%]", fontsize=LETTER - 1.0)
    ax.tick_params(labelsize=LABEL, which="both", length=3)


def label_matrix(ax: Axes, names: Sequence[str], *, left: bool) -> None:
    """Write the names below, and at the left of the first matrix."""
    labels = short_names(names, LETTERS)
    # First, or else there are ticks between the names for a moment, and each takes its time.
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_minor_locator(NullLocator())
    look: dict[str, Any] = {"fontsize": LABEL, "parse_math": False}
    ax.set_xticks(range(len(names)), labels, rotation=90, **look)
    ax.set_yticks(range(len(names)), labels if left else [""] * len(names), **look)
    ax.tick_params(which="both", length=0)
    if not names:
        ax.set(xlim=(0, 1), ylim=(0, 1))
        ax.text(0.5, 0.5, "none", ha="center", va="center")
