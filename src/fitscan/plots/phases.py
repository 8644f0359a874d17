"""Where the time of whole runs goes: a bar for each, in pieces."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, NullLocator
from numpy.typing import NDArray

from fitscan.plots.header import LETTER, Handle
from fitscan.plots.panels import new_canvas, write_header
from fitscan.plots.style import COLORS, Colors, style

__all__ = ["draw_phases"]

# Okabe and Ito's colours, of which neighbours differ in grey too.
FILLS = (
    *("#999999", "#e69f00", "#56b4e9", "#f0e442", "#a50f33"),
    *("#cc79a7", "#009e73", "#0072b2", "#ffffff"),
)
DARK = {"#a50f33", "#0072b2"}


def draw_phases(
    phases: Mapping[str, Sequence[float]],
    runs: Sequence[str],
    *,
    title: str,
    lines: Sequence[str] = (),
    colors: Colors = COLORS,
) -> Figure:
    """Draw the seconds of each phase, one after the other.

    Args:
        phases: Seconds in each run, (runs,), by what the phase is called.
        runs: What the runs are called.
        title: The first line of the figure.
        lines: More lines.
        colors: Whose style the figure has.
    """
    places = -np.arange(len(runs), dtype=float)
    with style(colors.style):
        figure = new_canvas(9.0, 2.9 + 0.55 * len(runs))
        looks = dict(zip(phases, FILLS, strict=False))
        legend: dict[str, Handle] = {
            name: Patch(facecolor=color, edgecolor="black", linewidth=0.5)
            for name, color in looks.items()
        }
        top = write_header(figure, title=title, lines=lines, legend=legend)
        bottom = 0.75 / figure.get_size_inches()[1]
        ax = figure.add_axes((0.22, bottom, 0.74, top - bottom - 0.03))
        done: NDArray[np.float64] = np.zeros(len(runs))
        for name, seconds in phases.items():
            length = np.asarray(seconds, dtype=float)
            box: dict[str, Any] = {"facecolor": looks[name], "edgecolor": "black", "linewidth": 0.5}
            ax.barh(places, length, left=done, height=0.7, **box)
            for at, begin, piece in zip(places, done, length, strict=True):
                if piece > 0.07 * (sum(map(max, phases.values())) or 1.0):
                    ax.text(
                        begin + piece / 2.0,
                        at,
                        f"{piece:.1f}",
                        ha="center",
                        va="center",
                        fontsize=LETTER - 3.0,
                        color="white" if looks[name] in DARK else "black",
                    )
            done = done + length
        ax.set_xlim(0.0, 1.04 * float(done.max(initial=0.1)))
        ax.set_ylim(places[-1] - 0.6, 0.6)
        ax.yaxis.set_major_locator(FixedLocator(places.tolist()))
        ax.yaxis.set_minor_locator(NullLocator())
        ax.set_yticklabels(list(runs), fontsize=LETTER - 1.0)
        for label in ax.get_yticklabels():
            label.set_parse_math(False)
        ax.tick_params(axis="y", which="both", length=0)
        ax.set_xlabel("Wall time since the command [s]")
    return figure
