"""A combination beside its parts: the contours of all in one plane, or their CLs along one axis."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from fitscan.contour import SIGNIFICANCE, Contour, LineUncertainty, Space, interpolate_scan
from fitscan.plots.few_toys import FewToys, draw_line, few_note
from fitscan.plots.header import Handle, draw_header, leave_room, remarks
from fitscan.plots.panels import legend_names
from fitscan.plots.plane import explained
from fitscan.plots.scan import label_decades, lowest_decade
from fitscan.plots.style import COLORS, Colors, confidence, new_figure, padded, style
from fitscan.plots.uncertainty_band import uncertainty_note

__all__ = ["Curves", "draw_combination_plane", "draw_combination_scan"]

Array = NDArray[np.float64]

# Of the parts: apart for colour-blind eyes; the combination is told from them by its width as well.
PARTS = ("#2f855a", "#e07b00", "#6b46c1", "#0e7490", "#8c6d1f")
THIN, THICK = 1.3, 2.8

# What is drawn of each analysis, and how.
DRAWN = {"CLs_obs": ("observed", "-"), "CLs_exp_0": ("expected", "--")}

# What the combination is called, and what is said of it: only one of the two is a combination in
# the sense of statistics.
SAID = {
    "statistical": ("Combined", ["Statistical combination", "Expected: dashed lines"]),
    "best_expected": (
        "Chosen",
        ["Best expected of each point,", "no statistical combination", "Expected: dashed lines"],
    ),
}

LETTERS = 24  # of the name of a part in the legend


@dataclass(frozen=True)
class Curves:
    """What one analysis gives.

    Attributes:
        x: Abscissae of its points, shape ``(points,)``.
        y: Ordinates of its points, shape ``(points,)``; the abscissae again along one axis.
        CLs: Observed and expected CLs by column of the results, shape ``(points,)`` each, NaN where
            a point failed.
        contours: In a plane, its lines by the same columns, see `fitscan.contour.plane_contours`.
        uncertainties: How uncertain these are by interpolation, by the name of the curve, see
            `fitscan.contour.line_uncertainties`; the figure says it of the combination.
        few: Its points with too few toys, see `few_toys`; lines beside them are lighter.
    """

    x: Array
    y: Array
    CLs: Mapping[str, Array]
    contours: Mapping[str, Contour] = field(default_factory=dict)
    uncertainties: Mapping[str, LineUncertainty] = field(default_factory=dict)
    few: FewToys | None = None


def draw_combination_plane(
    combined: Curves,
    parts: Mapping[str, Curves],
    *,
    how: str,
    x_title: str,
    y_title: str,
    title: str = "",
    method: str = "",
    test_size: float = 0.05,
    colors: Colors = COLORS,
) -> Figure:
    """Draw the exclusion contours of a combination, and thin those of its parts.

    Args:
        combined: The combination.
        parts: Its parts by their names.
        how: How the parts were combined, a key of ``SAID``.
        x_title: Title of the abscissa; it may hold math text, as may all texts here.
        y_title: Title of the ordinate.
        title: Name of the combination, the first line of the figure.
        method: How CLs was found, a line of the figure.
        test_size: The CLs of the contours.
        colors: Colours of the combination.

    Raises:
        FitscanError: A text has math that matplotlib cannot read.
    """
    with style(colors.style):
        figure, ax = new_figure(x_title, y_title)
        missing = {}
        for name, curves, column, look in _looks(combined, parts, colors):
            found, reason = explained(
                curves.contours[column], curves.CLs[column], test_size=test_size
            )
            for line in found:
                draw_line(ax, line, curves.CLs[column], curves.few, **look)
            if reason:
                missing[f"{name}, {DRAWN[column][0]}"] = reason
        ax.set_xlim(padded(np.concatenate([c.x for c in (combined, *parts.values())])))
        legend = _legend(parts, how, colors)
        notes = remarks(missing)
        notes += uncertainty_note(combined.uncertainties, titles=(x_title, y_title))
        notes += _few_note(combined, parts)
        lines = [f"All limits at {confidence(test_size)}", *SAID[how][1], method, *notes]
        used = draw_header(ax, title=title, lines=lines, legend=legend)
        bottom, top = padded(np.concatenate([c.y for c in (combined, *parts.values())]))
        if ax.lines:  # no points are drawn, so none need room above the highest contour
            top = min(top, bottom + 1.1 * (float(ax.dataLim.ymax) - bottom))
        leave_room(ax, bottom, top, used=used)
    return figure


def draw_combination_scan(
    combined: Curves,
    parts: Mapping[str, Curves],
    *,
    how: str,
    x_title: str,
    title: str = "",
    method: str = "",
    test_size: float = 0.05,
    space: Space = SIGNIFICANCE,
    colors: Colors = COLORS,
) -> Figure:
    """Draw CLs of a combination along one parameter, and thin that of its parts.

    CLs is linear in ``space`` between the points. Other args and errors are those of
    ``draw_combination_plane``.
    """
    with style(colors.style):
        figure, ax = new_figure(x_title, r"CL$_\mathrm{s}$")
        ax.set_yscale("log")
        for _, curves, column, look in _looks(combined, parts, colors):
            line = np.column_stack(interpolate_scan(curves.x, curves.CLs[column], space=space))
            draw_line(ax, line, curves.CLs[column], curves.few, **look)
        ax.set_xlim(padded(np.concatenate([c.x for c in (combined, *parts.values())])))
        legend = _legend(parts, how, colors)
        legend[confidence(test_size)] = ax.axhline(
            test_size, color=colors.points, linewidth=THIN, zorder=2
        )
        lines = [*SAID[how][1], method, *_few_note(combined, parts)]
        used = draw_header(ax, title=title, lines=lines, legend=legend)
        bottom = min(lowest_decade(c.CLs, test_size) for c in (combined, *parts.values()))
        leave_room(ax, bottom, 1.0, used=used)
        label_decades(ax, bottom)
    return figure


def _few_note(combined: Curves, parts: Mapping[str, Curves]) -> list[str]:
    """Say what is lighter: the points of the combination count, and if none, those of its parts."""
    return few_note(combined.few) or few_note(*(part.few for part in parts.values()))


def _looks(
    combined: Curves, parts: Mapping[str, Curves], colors: Colors
) -> Iterator[tuple[str, Curves, str, dict[str, Any]]]:
    """Yield name, curves, column and look of every line."""
    names = legend_names(list(parts), LETTERS)
    for name, curves, color in zip(names, parts.values(), cycle(PARTS), strict=False):
        for column, (_, linestyle) in DRAWN.items():
            look = {"color": color, "linestyle": linestyle, "linewidth": THIN, "zorder": 3}
            yield name, curves, column, look
    for column, look in _thick(colors).items():
        yield "combination", combined, column, look


def _thick(colors: Colors) -> dict[str, dict[str, Any]]:
    """Return the looks of the combination, by column."""
    return {
        column: {"color": color, "linestyle": linestyle, "linewidth": THICK, "zorder": 5}
        for (column, (_, linestyle)), color in zip(
            DRAWN.items(), (colors.observed, colors.expected), strict=True
        )
    }


def _legend(parts: Mapping[str, Curves], how: str, colors: Colors) -> dict[str, Handle]:
    legend: dict[str, Handle] = {
        f"{SAID[how][0]}, {DRAWN[column][0]}": Line2D([], [], **look)
        for column, look in _thick(colors).items()
    }
    for name, color in zip(legend_names(list(parts), LETTERS), cycle(PARTS), strict=False):
        legend[name] = Line2D([], [], color=color, linewidth=THIN)
    return legend
