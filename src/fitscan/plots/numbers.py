"""Numbers at the points of a map, as many as there is room for.

Takes axes whose limits are set, places and texts; gives no number that lies over another one.
"""

from collections.abc import Sequence
from typing import cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import offset_copy
from numpy.typing import ArrayLike, NDArray

from fitscan.plots.header import size_in_points

__all__ = ["write_numbers"]

# In points: the size of the numbers, and the distance of two beside each other.
SIZE, GAP = 7.5, 3.0


def write_numbers(
    ax: Axes,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    texts: Sequence[str],
    *,
    urgency: ArrayLike,
    rise: float,
) -> None:
    """Write each text above its point, the most urgent first, where it covers no other one.

    Args:
        ax: The axes.
        x: Abscissae of the points, shape ``(points,)``.
        y: Ordinates of the points, shape ``(points,)``.
        texts: What to write; nothing where it is empty.
        urgency: The points with the smallest come first, shape ``(points,)``.
        rise: By how many points a text is above its point.
    """
    letter, height = _letter(ax)
    widths = letter * np.array([len(text) for text in texts])
    frame = ax.get_window_extent()
    figure = cast(Figure, ax.get_figure(root=True))
    scale = 72.0 / figure.dpi
    above = offset_copy(ax.transData, figure, y=rise, units="points")
    left, right, roof = frame.x0 * scale, frame.x1 * scale, frame.y1 * scale
    places = ax.transData.transform(np.column_stack([x, y])) * scale
    written: list[int] = []
    for number in np.argsort(urgency, kind="stable").tolist():
        (across, up), half = places[number], 0.5 * widths[number]
        if not texts[number] or up + rise + height > roof:
            continue
        if not left + half < across < right - half:
            continue
        apart = np.abs(places[written] - places[number])
        room = half + 0.5 * widths[written] + GAP
        if np.any((apart[:, 0] < room) & (apart[:, 1] < height + 1.0)):
            continue
        written.append(number)
        ax.text(
            x[number],
            y[number],
            texts[number],
            transform=above,
            ha="center",
            va="bottom",
            fontsize=SIZE,
            zorder=6,
        )


def _letter(ax: Axes) -> tuple[float, float]:
    """Return the mean width and the height of a digit in points."""
    probe = ax.text(0.5, 0.5, "0" * 10, fontsize=SIZE, transform=ax.transAxes)
    width, height = size_in_points(probe)
    probe.remove()
    return width / 10.0, height
