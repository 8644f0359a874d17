"""The scan of one parameter: CLs along a grid of one dimension."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, NullFormatter
from numpy.typing import ArrayLike, NDArray

from fitscan.columns import CURVES, THEORY
from fitscan.contour import SIGNIFICANCE, Space, interpolate_scan, scan_crossings
from fitscan.formats import plain
from fitscan.plots.few_toys import FewToys, draw_line, few_note, few_toys, lighter, parts
from fitscan.plots.header import Handle, draw_header, leave_room, remarks
from fitscan.plots.overlays import Overlays, draw_overlays, draw_theory
from fitscan.plots.style import (
    COLORS,
    Colors,
    confidence,
    new_figure,
    padded,
    rasterised,
    style,
    verdict,
)

__all__ = ["draw_parameter_scan"]

Array = NDArray[np.float64]

# The decades of CLs that are drawn at most; a point below them is an arrow at the frame.
MAX_DECADES = 7

# The size of a point, in points.
MARKER = 5.0


def draw_parameter_scan(
    x: ArrayLike,
    CLs: Mapping[str, ArrayLike],
    *,
    x_title: str,
    title: str = "",
    method: str = "",
    test_size: float = 0.05,
    space: Space = SIGNIFICANCE,
    colors: Colors = COLORS,
    overlays: Overlays | None = None,
    crossed: Mapping[str, Array] | None = None,
    few: ArrayLike | None = None,
) -> Figure:
    """Draw CLs along one parameter: observed, expected, bands, and where they cross the test size.

    Args:
        x: Values of the parameter, shape ``(points,)``, in any order.
        CLs: CLs by column of the results, shape ``(points,)`` each, NaN where a point failed.
            ``CLs_obs`` has to be there; others may be missing.
        x_title: Title of the abscissa; it may hold math text, as may all texts here.
        title: Name of the analysis, the first line of the figure.
        method: How CLs was found, a line of the figure.
        test_size: The CLs below which a point is excluded.
        space: In which CLs is linear between the points.
        colors: Colours of the figure, and its style.
        overlays: Curves of other results by their titles.
        crossed: Where the curves cross the test size, see `fitscan.contour.scan_crossings`, which
            is called where it is not given.
        few: At which points there are too few toys, shape ``(points,)``; by default at none. What
            is drawn beside them is lighter.

    Raises:
        FitscanError: Two points share a value of the parameter, or a text has math that
            matplotlib cannot read.
    """
    x = np.asarray(x, dtype=float)
    curves = {name: np.asarray(CLs[name], dtype=float) for name in CURVES.values() if name in CLs}
    short = few_toys(few, x)
    if crossed is None:
        crossed = scan_crossings(x, curves, test_size=test_size, space=space)
    bottom = lowest_decade(curves, test_size)
    with style(colors.style):
        figure, ax = new_figure(x_title, r"CL$_\mathrm{s}$")
        ax.set_xlim(padded(x))
        ax.set_yscale("log")
        legend = draw_observed(ax, x, curves["CLs_obs"], space=space, colors=colors, few=short)
        legend |= draw_theory(ax, theory_curves(x, curves, space=space), colors=colors)
        legend |= draw_expected(ax, x, curves, space=space, colors=colors, few=short)
        legend |= draw_overlays(ax, overlays or {}, colors=colors)
        legend[confidence(test_size)] = ax.axhline(
            test_size, color=colors.points, linewidth=1.2, zorder=2
        )
        legend |= draw_unseen(ax, x, curves["CLs_obs"], bottom=bottom, colors=colors)
        notes = mark_crossings(ax, curves, crossed, test_size=test_size, colors=colors)
        lines = [f"All limits at {confidence(test_size)}", method, *notes, *few_note(short)]
        used = draw_header(ax, title=title, lines=lines, legend=legend)
        leave_room(ax, bottom, 1.0, used=used)
        label_decades(ax, bottom)
    return figure


def theory_curves(x: Array, curves: Mapping[str, Array], *, space: Space) -> list[Array]:
    """Return the curves of CLs with the cross-section up and down, of shape ``(n, 2)`` each."""
    shifted = [curves[column] for column in THEORY if column in curves]
    return [np.column_stack(interpolate_scan(x, CLs, space=space)) for CLs in shifted]


def lowest_decade(curves: Mapping[str, Array], test_size: float) -> float:
    """Return the power of ten at which the figure begins.

    It shows the observed points, the one-sigma band and the test size, but never more than
    `MAX_DECADES`: what is far below the test size is excluded, however far it is.
    """
    names = curves.keys() & {"CLs_obs", "CLs_exp_0", "CLs_exp_m1"}
    shown = np.concatenate([curves[name] for name in names])
    lowest = min(shown[shown > 0.0].min(initial=1.0), 0.5 * test_size)
    return float(10.0 ** max(np.floor(np.log10(lowest)), -MAX_DECADES))


def draw_observed(
    ax: Axes, x: Array, CLs: Array, *, space: Space, colors: Colors, few: FewToys | None = None
) -> dict[str, Handle]:
    """Draw the observed points and the line through them; return the entries of the legend."""
    line = np.column_stack(interpolate_scan(x, CLs, space=space))
    draw_line(ax, line, CLs, few, color=colors.observed, zorder=5)
    ax.plot(
        x,
        CLs,
        linestyle="none",
        marker="o",
        markersize=MARKER,
        color=colors.observed,
        zorder=5,
        rasterized=rasterised(len(x)),
    )
    return {"Observed": Line2D([], [], marker="o", markersize=MARKER, color=colors.observed)}


def draw_unseen(
    ax: Axes, x: Array, CLs: Array, *, bottom: float, colors: Colors
) -> dict[str, Handle]:
    """Mark along the bottom the points that are below it or failed; return the legend's entries."""
    decade = round(float(np.log10(bottom)))
    kinds = {
        rf"Observed < 10$^{{{decade}}}$": (CLs < bottom, "v", colors.observed),
        "Failed point": (~np.isfinite(CLs), "x", colors.points),
    }
    legend: dict[str, Handle] = {}
    for label, (chosen, marker, color) in kinds.items():
        if chosen.any():
            (legend[label],) = ax.plot(
                x[chosen],
                np.full(np.count_nonzero(chosen), 0.02),
                transform=ax.get_xaxis_transform(),
                linestyle="none",
                marker=marker,
                markersize=MARKER,
                color=color,
                zorder=5,
                rasterized=rasterised(len(x)),
            )
    return legend


def draw_expected(
    ax: Axes,
    x: Array,
    curves: Mapping[str, Array],
    *,
    space: Space,
    colors: Colors,
    few: FewToys | None = None,
) -> dict[str, Handle]:
    """Draw the expected line over its bands; return the entries of the legend."""
    legend: dict[str, Handle] = {}
    if "CLs_exp_0" in curves:
        look: dict[str, Any] = {"color": colors.expected, "linestyle": "--"}
        line = widened(ax, *interpolate_scan(x, curves["CLs_exp_0"], space=space))
        draw_line(ax, np.column_stack(line), curves["CLs_exp_0"], few, zorder=4, **look)
        legend["Expected"] = Line2D([], [], **look)
    bands = {
        r"$\pm1\,\sigma$": ("CLs_exp_m1", "CLs_exp_p1", colors.band, 1.5),
        r"$\pm2\,\sigma$": ("CLs_exp_m2", "CLs_exp_p2", colors.wide_band, 1.0),
    }
    for label, (low, high, color, zorder) in bands.items():
        if {low, high} <= curves.keys():
            usable = np.isfinite(curves[low]) & np.isfinite(curves[high])
            nodes, lower = interpolate_scan(x[usable], curves[low][usable], space=space)
            _, upper = interpolate_scan(x[usable], curves[high][usable], space=space)
            region = np.column_stack(widened(ax, nodes, lower, upper))
            for part, light in parts(region, curves[low] + curves[high], few):
                shade = lighter(color) if light else color
                ax.fill_between(*part.T, color=shade, linewidth=0.0, zorder=zorder)
            legend[f"Expected {label}"] = Patch(color=color)
    return legend


def widened(ax: Axes, nodes: Array, *values: Array) -> tuple[Array, ...]:
    """Return a curve as it is, but of a single point a short level piece that can be seen."""
    if len(nodes) != 1:
        return nodes, *values
    low, high = ax.get_xlim()
    half = 0.02 * (high - low)
    return np.array([nodes[0] - half, nodes[0] + half]), *(np.repeat(v, 2) for v in values)


def mark_crossings(
    ax: Axes,
    curves: Mapping[str, Array],
    crossed: Mapping[str, Array],
    *,
    test_size: float,
    colors: Colors,
) -> list[str]:
    """Mark where the curves cross the test size, and return what the figure says about it."""
    said = {}
    looks = {"CLs_obs": ("observed", colors.observed), "CLs_exp_0": ("expected", colors.expected)}
    for column, (name, color) in looks.items():
        if column not in curves:
            continue
        found = crossed[column]
        ax.vlines(found, 0.0, test_size, color=color, linestyle=":", linewidth=1.2, zorder=3)
        ax.plot(
            found,
            np.full(len(found), test_size),
            linestyle="none",
            marker="D",
            markersize=7,
            color=color,
            markerfacecolor="white",
            zorder=6,
        )
        where = ", ".join(plain(value, 4) for value in found)
        if where:
            said[f"{name} limit"] = where
        else:
            said[name] = verdict(curves[column], test_size)
    return remarks(said)


def label_decades(ax: Axes, bottom: float) -> None:
    """Put ticks at the decades up to 1, and none into the header, where no CLs can be."""
    decades = 10.0 ** np.arange(np.log10(bottom).round(), 1.0)
    ax.yaxis.set_major_locator(FixedLocator(decades.tolist()))
    ax.yaxis.set_minor_locator(
        FixedLocator(np.outer(decades[:-1], np.arange(2, 10)).ravel().tolist())
    )
    ax.yaxis.set_minor_formatter(NullFormatter())
