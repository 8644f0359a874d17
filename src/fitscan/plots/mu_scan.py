"""CLs of one point along the signal strength, with its upper limits: the Brazil plot."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from fitscan.contour import SIGNIFICANCE, interpolate_scan
from fitscan.formats import plain
from fitscan.plots.header import Handle, draw_header, leave_room, remarks
from fitscan.plots.scan import draw_expected, label_decades
from fitscan.plots.style import COLORS, Colors, confidence, new_figure, style

__all__ = ["draw_mu_scan"]


def draw_mu_scan(
    mu: ArrayLike,
    CLs: Mapping[str, ArrayLike],
    limits: Mapping[str, float],
    *,
    title: str = "",
    lines: Sequence[str] = (),
    test_size: float = 0.05,
    colors: Colors = COLORS,
) -> Figure:
    """Draw observed and expected CLs along the signal strength, and mark the upper limits.

    Args:
        mu: Signal strengths, shape ``(strengths,)``.
        CLs: CLs by column of the results, shape ``(strengths,)`` each, NaN where a fit failed.
        limits: The upper limits by the same columns, NaN where there is none.
        title: Name of the analysis, the first line of the figure.
        lines: More lines.
        test_size: CLs at the limits.
        colors: Colours of the figure, and its style.
    """
    strengths = np.asarray(mu, dtype=float)
    curves = {column: np.asarray(values, dtype=float) for column, values in CLs.items()}
    bottom = 10.0 ** math.floor(math.log10(0.1 * test_size))
    looks: dict[str, tuple[str, dict[str, Any]]] = {
        "CLs_obs": ("observed", {"color": colors.observed}),
        "CLs_exp_0": ("expected", {"color": colors.expected, "linestyle": "--"}),
    }
    with style(colors.style):
        figure, ax = new_figure(r"Signal strength $\mu$", r"CL$_\mathrm{s}$")
        ax.set_xlim(0.0, strengths.max(initial=0.0) or 1.0)
        ax.set_yscale("log")
        (line,) = ax.plot(
            *interpolate_scan(strengths, curves["CLs_obs"]), zorder=5, **looks["CLs_obs"][1]
        )
        legend: dict[str, Handle] = {"Observed": line}
        legend |= draw_expected(ax, strengths, curves, space=SIGNIFICANCE, colors=colors)
        legend[confidence(test_size)] = ax.axhline(
            test_size, color=colors.points, linewidth=1.2, zorder=2
        )
        said = {}
        for column, (name, look) in looks.items():
            limit = limits[column]
            if not math.isfinite(limit):
                said[name] = "no upper limit"
                continue
            said[f"{name} limit"] = rf"$\mu$ < {plain(limit, 3, line=1.0)}"
            ax.vlines(limit, bottom, test_size, linestyle=":", linewidth=1.2, color=look["color"])
            ax.plot(
                *(limit, test_size),
                marker="D",
                markersize=7,
                color=look["color"],
                markerfacecolor="white",
                zorder=6,
            )
        used = draw_header(ax, title=title, lines=[*lines, *remarks(said)], legend=legend)
        leave_room(ax, bottom, 1.0, used=used)
        label_decades(ax, bottom)
    return figure
