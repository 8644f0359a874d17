"""Times of whole runs: bars beside published ones, and against the number of workers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

from fitscan.formats import plain
from fitscan.plots.header import LETTER, Handle
from fitscan.plots.panels import new_canvas, write_header
from fitscan.plots.style import COLORS, Colors, style

__all__ = ["Bar", "draw_timing", "draw_workers"]

# Apart to all eyes (Okabe and Ito), and by their markers.
LINES = (("#0072b2", "o"), ("#d55e00", "s"), ("#009e73", "^"), ("#cc79a7", "D"), ("#56b4e9", "v"))


@dataclass(frozen=True)
class Bar:
    """A time of a scan.

    Attributes:
        scan: What it is a time of.
        name: Whose time it is, an entry of the legend.
        seconds: The time.
        deviation: Its standard deviation, NaN where it has none.
        published: Whether others published it; it is hatched then, and stands apart.
    """

    scan: str
    name: str
    seconds: float
    deviation: float = math.nan
    published: bool = False


def draw_timing(
    bars: Sequence[Bar], *, title: str, lines: Sequence[str] = (), colors: Colors = COLORS
) -> Figure:
    """Draw times as bars, those of a scan side by side and published ones behind a gap.

    Args:
        bars: The times.
        title: The first line of the figure.
        lines: More lines.
        colors: Colours of the figure.
    """
    scans = list(dict.fromkeys(bar.scan for bar in bars))
    looks = _bar_looks(bars, colors)
    places, ticks, place = {}, [], 0.0
    for scan in scans:
        own = sorted((bar for bar in bars if bar.scan == scan), key=lambda bar: bar.published)
        begin = place
        for bar, before in zip(own, [None, *own], strict=False):
            place += 0.5 * (before is not None and bar.published and not before.published)
            places[bar] = place
            place += 1.0
        ticks.append((begin + place - 1.0) / 2.0)
        place += 1.2
    with style(colors.style):
        figure = new_canvas(max(8.4, 2.2 + 0.42 * place), 6.4)
        legend: dict[str, Handle] = {name: Patch(**look) for name, look in looks.items()}
        top = write_header(figure, title=title, lines=lines, legend=legend)
        ax = figure.add_axes((0.11, 0.1, 0.86, top - 0.13))
        for bar, at in places.items():
            ax.bar(at, bar.seconds, width=0.9, **looks[bar.name])
            if not math.isnan(bar.deviation):
                low = min(bar.deviation, 0.9 * bar.seconds)
                ax.errorbar(at, bar.seconds, [[low], [bar.deviation]], color="black", linewidth=1.0)
            high = bar.seconds + (0.0 if math.isnan(bar.deviation) else bar.deviation)
            ax.annotate(
                plain(bar.seconds, 3),
                (at, high),
                xytext=(0.0, 3.0),
                textcoords="offset points",
                ha="center",
                fontsize=LETTER - 3.5,
            )
        ax.set_yscale("log")
        times = [bar.seconds for bar in bars] or [1.0]
        ax.set_ylim(10.0 ** math.floor(math.log10(0.7 * min(times))), 2.5 * max(times))
        ax.set_xlim(-1.0, max(place - 1.2, 1.0))
        ax.set_ylabel("Wall time [s]")
        _name_ticks(ax, ticks, scans)
    return figure


def _bar_looks(bars: Sequence[Bar], colors: Colors) -> dict[str, dict[str, Any]]:
    """Return how the bars of each name look: filled if measured, hatched if published."""
    looks: dict[str, dict[str, Any]] = {}
    fills = iter([colors.points, *(color for color, _ in LINES)] * len(bars))
    hatches = iter(["////", "...."] * len(bars))
    for bar in sorted(bars, key=lambda bar: bar.published):
        if bar.name not in looks:
            looks[bar.name] = (
                {"facecolor": "white", "edgecolor": "#555b66", "hatch": next(hatches)}
                if bar.published
                else {"facecolor": next(fills), "edgecolor": "black", "linewidth": 0.5}
            )
    return looks


def _name_ticks(ax: Axes, ticks: Sequence[float], names: Sequence[str]) -> None:
    ax.xaxis.set_major_locator(FixedLocator(list(ticks)))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xticklabels(list(names), fontsize=LETTER)
    for label in ax.get_xticklabels():
        label.set_parse_math(False)
    ax.tick_params(axis="x", which="both", length=0)


def draw_workers(
    table: pd.DataFrame, *, title: str, lines: Sequence[str] = (), colors: Colors = COLORS
) -> Figure:
    """Draw wall time against the number of workers, with the line of ideal scaling.

    Args:
        table: ``label``, ``kind`` (of which ``measured`` is drawn filled), ``workers``, ``wall_s``,
            ``wall_sd_s``, ``fit_s``.
        title: The first line of the figure.
        lines: More lines.
        colors: Whose style the figure has.
    """
    with style(colors.style):
        figure = new_canvas(8.4, 6.4)
        scans = [(str(label), part) for label, part in table.groupby("label", sort=False)]
        looks = [LINES[number % len(LINES)] for number in range(len(scans))]
        legend: dict[str, Handle] = {
            label: Line2D([], [], color=color, marker=marker)
            for (label, _), (color, marker) in zip(scans, looks, strict=True)
        }
        legend["Fits only"] = Line2D([], [], color="black", linestyle=":")
        legend["Ideal"] = Line2D([], [], color="black", linestyle="--", linewidth=0.8)
        top = write_header(figure, title=title, lines=lines, legend=legend)
        ax = figure.add_axes((0.11, 0.11, 0.86, top - 0.14))
        for (_, part), (color, marker) in zip(scans, looks, strict=True):
            _draw_scan(ax, part.sort_values("workers"), color=color, marker=marker)
        _scale_workers(ax, table)
    return figure


def _draw_scan(ax: Axes, part: pd.DataFrame, *, color: str, marker: str) -> None:
    """Draw the times of one scan, and what its smallest number of workers promises."""
    workers = part["workers"].to_numpy(dtype=float)
    along = np.geomspace(workers[0], workers[-1], 100)
    ideal = part["wall_s"].iloc[0] * workers[0] / along
    ax.plot(along, ideal, color=color, linestyle="--", linewidth=0.8, zorder=2)
    ax.plot(workers, part["fit_s"], color=color, linestyle=":", zorder=2)
    for kind, times in part.groupby("kind", sort=False):
        ax.errorbar(
            times["workers"],
            times["wall_s"],
            times["wall_sd_s"].fillna(0.0),
            color=color,
            marker=marker,
            markerfacecolor=color if kind == "measured" else "white",
            zorder=3,
        )


def _scale_workers(ax: Axes, table: pd.DataFrame) -> None:
    """Set axes from 0, or logarithmic ones where the numbers of workers lie far apart."""
    numbers = np.unique(table["workers"].to_numpy(dtype=float))
    if numbers[-1] > 8.0 * numbers[0]:
        ax.set(xscale="log", yscale="log")
    else:
        ax.set_xlim(numbers[0] - 0.5, numbers[-1] + 0.5)
        ax.set_ylim(0.0, 1.12 * float((table["wall_s"] + table["wall_sd_s"].fillna(0.0)).max()))
    ax.xaxis.set_major_locator(FixedLocator(numbers.tolist()))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_xticklabels([f"{number:.0f}" for number in numbers])
    ax.set_xlabel("Workers")
    ax.set_ylabel("Wall time [s]")
