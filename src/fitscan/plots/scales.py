"""Scales of maps: their norms, the numbers at them, and how they are drawn."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, FuncNorm, LogNorm, Normalize
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator
from numpy.typing import ArrayLike

from fitscan.contour import Space
from fitscan.formats import beside
from fitscan.plots.header import LETTER, readable, size_in_points

__all__ = ["LABEL", "CLs_norm", "CLs_text", "CLs_ticks", "draw_scale", "label_scale", "scale_ticks"]

LABEL = LETTER - 1.5

# The decades of CLs below 1 that have colours of their own at most.
DECADES = 5

# A CLs below this is written as being so.
SMALL = 1e-3


def draw_scale(
    ax: Axes,
    norm: Normalize,
    ticks: Mapping[float, str] | None,
    *,
    title: str,
    colormap: Colormap,
) -> None:
    """Draw the scale of colours, as an image: a colour bar has the whole figure rasterised."""
    shades = np.linspace(0.0, 1.0, 256)[:, np.newaxis]
    ax.imshow(
        shades,
        extent=(0.0, 1.0, 0.0, 1.0),
        aspect="auto",
        origin="lower",
        cmap=colormap,
        norm=Normalize(0.0, 1.0),
        interpolation="none",
    )
    ax.set_xticks([])
    label_scale(ax, norm, ticks)
    ax.yaxis.tick_right()
    ax.yaxis.set_label_position("right")
    ax.set_ylabel(readable(title), fontsize=LETTER, labelpad=3)
    ax.tick_params(labelsize=LABEL, which="both", length=3)


def label_scale(ax: Axes, norm: Normalize, ticks: Mapping[float, str] | None) -> None:
    """Put the numbers of a scale along an ordinate from 0 to 1, the first ones first, if apart."""
    ticks = scale_ticks(norm) if ticks is None else ticks
    apart = 1.25 * LABEL / size_in_points(ax)[1]
    kept: dict[float, str] = {}
    for tick, text in ticks.items():
        place = float(norm(tick))
        if all(abs(place - other) > apart for other in kept):
            kept[place] = text
    ax.yaxis.set_major_locator(FixedLocator(list(kept)))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.set_yticklabels(list(kept.values()))


def scale_ticks(norm: Normalize) -> dict[float, str]:
    """Return round numbers within a scale, and how they are written."""
    low, high = float(norm.vmin or 0.0), float(norm.vmax or 0.0)
    if isinstance(norm, LogNorm):
        decades = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1.0)
        parts = (1.0, 2.0, 5.0) if high < 200.0 * low else (1.0,)
        ticks = np.sort(np.outer(decades, parts).ravel())
    else:
        # Whole numbers where the ends are: a count of something.
        whole = low == round(low) and high == round(high)
        ticks = np.asarray(MaxNLocator(6, integer=whole).tick_values(low, high))
    spare = 1e-9 * (high - low)
    return {t: f"{t:.6g}" for t in ticks.tolist() if low - spare <= t <= high + spare}


def CLs_norm(curves: Sequence[ArrayLike], test_size: float, space: Space) -> FuncNorm:
    """Return a scale on which equal steps are equal in ``space``."""
    known = np.concatenate([np.ravel(np.asarray(curve, dtype=float)) for curve in curves])
    lowest = known[known > 0.0].min(initial=0.5 * test_size)
    low = 10.0 ** max(np.floor(np.log10(lowest)), -DECADES)
    # The significance goes far below 0 where CLs is next to 1, which is of no interest.
    high = np.clip(known[known > 0.0].max(initial=0.0), 0.5, 0.99)
    return FuncNorm((space.height, space.CLs), vmin=float(low), vmax=float(high))


def CLs_ticks(norm: Normalize, test_size: float) -> dict[float, str]:
    """Return the test size, some numbers near to 1, and decades."""
    decades = 10.0 ** np.arange(-1.0, np.log10(norm.vmin or 1.0) - 0.5, -1.0)
    ticks = {value: f"{value:g}" for value in (test_size, 0.5, 0.9, *decades[:2].tolist())}
    ticks |= {value: rf"$10^{{{np.log10(value):.0f}}}$" for value in decades[2:].tolist()}
    return {value: text for value, text in ticks.items() if value <= (norm.vmax or 1.0)}


def CLs_text(CLs: float, test_size: float) -> str:
    """Return a CLs with two digits, or with more that keep it on its side of the test size."""
    if CLs < min(SMALL, test_size):
        return f"<{SMALL:g}"
    digits = beside(CLs, test_size, 2)
    return f"{CLs:.2f}" if CLs >= 0.1 and digits == 2 else f"{CLs:.{digits}g}"
