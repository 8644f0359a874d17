"""Yields: what each channel expects before and after the fits, and what it observed."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, NullLocator
from numpy.typing import NDArray

from fitscan.plots.header import LETTER, Handle
from fitscan.plots.panels import legend_names, new_canvas, shortened, write_header
from fitscan.plots.style import COLORS, Colors, style

__all__ = ["draw_yields"]

Array = NDArray[np.float64]

# The bars of a bin, from the left: the fit, the column of its yields and of their uncertainties.
BARS = {
    "pre-fit": ("background", "prefit", "prefit_uncertainty"),
    "B": ("background", "postfit", "uncertainty"),
    "S+B": ("free", "postfit", "uncertainty"),
}
OFFSETS, WIDTH = (-0.3, 0.0, 0.3), 0.27

# Colours that colour-blind eyes tell apart (Petroff, arXiv:2107.02270), and that of all the rest.
SAMPLES = ("#3f90da", "#ffa90e", "#94a4a2", "#832db6", "#a96b59", "#92dadd", "#b9ac70")
OTHERS = "#dfe2e6"

# Inches: a bin, the room beside a panel, its two areas, and the room for its texts.
BIN, BESIDE, MAIN, RATIO, TEXTS = 0.85, 0.75, 2.4, 0.95, 1.1
WIDEST = 12.0

LABEL = LETTER - 3.0
HIGHEST_RATIO = 3.0


def draw_yields(
    yields: pd.DataFrame,
    *,
    title: str = "",
    lines: Sequence[str] = (),
    most: int = 6,
    colors: Colors = COLORS,
) -> Figure:
    """Draw one panel a channel: stacked samples, their total's uncertainty, data, and the ratio.

    Each bin has three bars: the background before the fits, after the background-only fit, and
    after the signal + background fit.

    Args:
        yields: See ``fitscan.detail.FitResults``.
        title: The first line of the figure.
        lines: More lines; one that says what the bars are follows them.
        most: How many background samples have a colour of their own: those with the largest part
            of a bin, on average.
        colors: Colours of the figure.

    Raises:
        FitscanError: A text has math that matplotlib cannot read.
    """
    tints = sample_colors(yields, most, colors)
    rows = panel_grid(yields)
    width = max([sum(wide + BESIDE for _, wide in row) for row in rows], default=6.0) + 0.2
    tall = MAIN + RATIO + TEXTS
    height = tall * max(len(rows), 1) + 1.4
    explained = "Bars in each bin: before the fit (without signal), after the background-only fit"
    explained += " (B), after the signal + background fit (S+B)"
    with style(colors.style):
        figure = new_canvas(max(width, 8.0), height)
        width = float(figure.get_size_inches()[0])
        legend = legend_of(tints, colors)
        left = write_header(figure, title=title, lines=[*lines, explained], legend=legend)
        for number, row in enumerate(rows):
            bottom = left * height - tall * (number + 1) + 0.6
            x = BESIDE
            for channel, wide in row:
                areas = ((bottom + RATIO + 0.06, MAIN), (bottom, RATIO))
                upper, lower = (
                    figure.add_axes((x / width, y / height, wide / width, size / height))
                    for y, size in areas
                )
                draw_channel(upper, lower, yields, channel, tints=tints, colors=colors)
                x += wide + BESIDE
    return figure


def panel_grid(yields: pd.DataFrame) -> list[list[tuple[str, float]]]:
    """Lay the channels out in rows; return their names and the widths of their panels in inches."""
    rows: list[list[tuple[str, float]]] = []
    for channel, part in yields.groupby("channel", sort=False):
        wide = min(BIN * max(int(part["bin"].max()) + 1, 2), WIDEST)
        taken = sum(other + BESIDE for _, other in rows[-1]) if rows else np.inf
        if taken + wide > WIDEST + BESIDE:
            rows.append([])
        rows[-1].append((str(channel), wide))
    return rows


def sample_colors(yields: pd.DataFrame, most: int, colors: Colors) -> dict[str, str]:
    """Return the colour of each sample, in the order in which they are stacked.

    A sample that only the background-only fit has nothing of before it is signal.
    """
    samples = yields[~is_total(yields)]
    background = samples[samples["fit"] == "background"]
    totals = background.groupby(["channel", "bin"])["prefit"].transform("sum")
    share = background["prefit"] / totals.where(totals > 0.0)
    parts = share.groupby(background["sample"], sort=False).sum()
    there, at_all = (of["prefit"].abs().groupby(of["sample"]).sum() for of in (background, samples))
    signals = [str(name) for name in there.index if there[name] == 0.0 < at_all[name]]
    ranked = [str(name) for name in parts.sort_values(ascending=False, kind="stable").index]
    ranked = [name for name in ranked if name not in signals]
    own = dict(zip(ranked[: min(most, len(SAMPLES))], SAMPLES, strict=False))
    # The merged ones at the bottom, the largest on them, the signal on top.
    merged = dict.fromkeys(ranked[len(own) :], OTHERS)
    return merged | own | dict.fromkeys(signals, colors.observed)


def is_total(yields: pd.DataFrame) -> "pd.Series[bool]":
    """Tell which rows are sums over samples: what was observed is known of these alone.

    Their name does not tell, since a sample may be called so too.
    """
    return yields["observed"].notna()


def legend_of(tints: Mapping[str, str], colors: Colors) -> dict[str, Handle]:
    """Return the legend: the data, the uncertainty, the samples."""
    legend: dict[str, Handle] = {
        "Data": Line2D([], [], linestyle="none", marker="o", markersize=5, color="black"),
        "Uncertainty": Patch(facecolor="none", edgecolor="black", hatch="//////", linewidth=0.0),
    }
    if colors.observed in tints.values():
        legend["Signal"] = Patch(color=colors.observed)
    own = {name: tint for name, tint in tints.items() if tint not in {OTHERS, colors.observed}}
    for name, tint in zip(legend_names(list(own), 24), own.values(), strict=True):
        legend[name] = Patch(color=tint)
    others = sum(tint == OTHERS for tint in tints.values())
    if others:
        legend[f"Others ({others})"] = Patch(color=OTHERS)
    return legend


def draw_channel(
    upper: Axes,
    lower: Axes,
    yields: pd.DataFrame,
    channel: str,
    *,
    tints: Mapping[str, str],
    colors: Colors,
) -> None:
    """Draw the panel of a channel and the ratio of data to expectation below it."""
    part = yields[yields["channel"] == channel]
    first = part[is_total(part) & (part["fit"] == "background")]
    data = first["observed"].to_numpy(dtype=float)
    bins: Array = np.arange(len(data), dtype=np.float64)
    highest = [1.0, *(data + np.sqrt(data))]
    ratios: list[Array] = []
    for offset, (fit, events, sigma) in zip(OFFSETS, BARS.values(), strict=True):
        x: Array = np.asarray(bins + offset, dtype=np.float64)
        of_fit = part[part["fit"] == fit]
        totals = of_fit[is_total(of_fit)]
        total = totals[events].to_numpy(dtype=float)
        error = np.nan_to_num(totals[sigma].to_numpy(dtype=float))
        stack(upper, of_fit[~is_total(of_fit)], events, tints, x, pale=events == "prefit")
        hatched(upper, x, total, error)
        highest += list(total + error)
        inverse = np.where(total > 0.0, 1.0 / np.where(total > 0.0, total, 1.0), np.nan)
        hatched(lower, x, np.ones(len(bins)), error * inverse)
        lower.errorbar(
            x,
            data * inverse,
            yerr=np.sqrt(data) * inverse,
            linestyle="none",
            marker="o",
            markersize=3.5,
            linewidth=1.2,
            color="black",
        )
        outside = data * inverse > HIGHEST_RATIO
        edge = np.full(np.count_nonzero(outside), 0.93 * HIGHEST_RATIO)
        lower.plot(x[outside], edge, "^", markersize=5, color="black")
        ratios += [(data + sign * np.sqrt(data)) * inverse for sign in (-1.0, 1.0)]
        ratios += [1.0 + error * inverse]
    draw_data(upper, bins, data)
    finish(upper, lower, channel, bins=len(bins), highest=max(highest), ratios=ratios)
    lower.axhline(1.0, color=colors.points, linewidth=0.8, zorder=1)


def stack(
    ax: Axes, parts: pd.DataFrame, events: str, tints: Mapping[str, str], x: Array, *, pale: bool
) -> None:
    """Draw the samples of one fit on one another; a sample below 0 goes below the axis."""
    samples = [sample for sample in tints if sample in set(parts["sample"])]
    heights = np.zeros((len(samples), len(x)))
    rows = [samples.index(sample) for sample in parts["sample"]]
    heights[rows, parts["bin"].to_numpy(dtype=int)] = parts[events].to_numpy(dtype=float)
    above, below = np.maximum(heights, 0.0), np.minimum(heights, 0.0)
    bases = np.where(heights >= 0.0, above.cumsum(axis=0) - above, below.cumsum(axis=0) - below)
    drawn = np.nonzero(heights)
    left, bottom, height = x[drawn[1]] - WIDTH / 2, bases[drawn], heights[drawn]
    sides = ((left, bottom), (left, bottom + height), (left + WIDTH, bottom + height))
    corners = np.stack([np.stack(corner, -1) for corner in (*sides, (left + WIDTH, bottom))], 1)
    colors = [tints[samples[row]] for row in drawn[0]]
    # One artist: as patches the bars of a likelihood with many samples take half a second.
    bars = PolyCollection(
        list(corners), facecolors=colors, alpha=0.5 if pale else 1.0, linewidths=0.0
    )
    bars.sticky_edges.y.append(0.0)  # bars begin at the frame
    ax.add_collection(bars)


def hatched(ax: Axes, x: Array, centre: Array, half: Array) -> None:
    """Hatch the uncertainty around the end of each bar."""
    ax.bar(
        x,
        2.0 * half,
        WIDTH,
        bottom=centre - half,
        facecolor="none",
        edgecolor="#20242c",
        hatch="//////",
        linewidth=0.0,
        zorder=3,
    )
    ax.hlines(centre, x - WIDTH / 2, x + WIDTH / 2, color="#20242c", linewidth=0.8, zorder=3)


def draw_data(ax: Axes, x: Array, data: Array) -> None:
    """Draw what was observed, over the whole width of its bin."""
    ax.errorbar(
        x,
        data,
        xerr=0.45,
        yerr=np.sqrt(data),
        linestyle="none",
        marker="o",
        markersize=5,
        color="black",
        linewidth=1.2,
        zorder=5,
    )


def finish(
    upper: Axes, lower: Axes, channel: str, *, bins: int, highest: float, ratios: Sequence[Array]
) -> None:
    """Set limits, ticks and titles of a panel."""
    known = np.concatenate(ratios)
    known = known[np.isfinite(known)]
    far = float(np.clip(np.abs(known - 1.0).max(initial=0.25) * 1.1, 0.25, HIGHEST_RATIO - 1.0))
    lower.set_ylim(max(0.0, 1.0 - far), 1.0 + far)
    upper.set_ylim(min(0.0, upper.get_ylim()[0]), 1.12 * highest)
    letters = max(int(14 * bins * BIN), 22)
    upper.set_title(shortened(channel, letters), fontsize=LABEL + 1.0, parse_math=False, pad=5)
    places = [b + offset for b in range(bins) for offset in OFFSETS]
    if bins <= 4:
        lower.set_xticks(places, [*BARS] * bins, rotation=90)
    else:
        lower.xaxis.set_major_locator(MaxNLocator(12, integer=True))
        lower.set_xlabel("Bin", fontsize=LABEL)
    upper.set_xticks([])
    upper.set_ylabel("Events", fontsize=LABEL, labelpad=2)
    lower.set_ylabel("Data / exp.", fontsize=LABEL, labelpad=2, loc="center")
    for ax in (upper, lower):
        ax.set_xlim(-0.5, bins - 0.5)
        ax.tick_params(which="both", labelsize=LABEL - 1.0, length=4)
        ax.tick_params(axis="x", which="both", length=0)
        ax.xaxis.set_minor_locator(NullLocator())
        ax.yaxis.set_major_locator(MaxNLocator(5 if ax is upper else 4))
        ax.yaxis.set_minor_locator(NullLocator())
