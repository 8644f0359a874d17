"""Figures of several panels: their canvas, and a header that belongs to all of them."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from fitscan.plots.header import INSET, ROW, Handle, letter, readable, size_in_points
from fitscan.plots.style import StyledFigure

__all__ = [
    "FIT_TITLES",
    "legend_names",
    "new_canvas",
    "short_names",
    "shortened",
    "write_header",
]

# What figures call the fits of a point.
FIT_TITLES = {
    "background": r"Background-only fit ($\mu = 0$)",
    "free": r"Signal + background fit (free $\mu$)",
}


def new_canvas(width: float, height: float) -> Figure:
    """Return a figure of this size in inches, in the style that is set."""
    return StyledFigure(figsize=(width, height))


def write_header(
    figure: Figure, *, title: str, lines: Sequence[str], legend: Mapping[str, Handle]
) -> float:
    """Write title, lines and legend along the top of a figure.

    Returns:
        The part of the height of the figure that is left below them.
    """
    width, height = (72.0 * float(side) for side in figure.get_size_inches())
    rows = [text for text in (title, *lines) if text]
    for row, text in enumerate(rows):
        artist = figure.text(
            INSET / width,
            1.0 - (INSET + ROW * (row + 0.72)) / height,
            readable(text),
            va="baseline",
            fontsize=letter(),
            fontweight="bold" if text == title else "normal",
        )
        artist.set_fontsize(letter() * min(1.0, (width - 2.0 * INSET) / size_in_points(artist)[0]))
    used = INSET + ROW * len(rows)
    if legend:
        used += _write_legend(figure, legend, top=used)
    return 1.0 - used / height


def _write_legend(figure: Figure, legend: Mapping[str, Handle], *, top: float) -> float:
    """Write the legend in as few rows as fit into the width; return its height in points."""
    width, height = (72.0 * float(side) for side in figure.get_size_inches())
    handles: Any = list(legend.values())  # tuples too, of which the stubs know nothing
    for columns in range(len(legend), 0, -1):
        box = figure.legend(
            handles,
            list(legend),
            loc="upper left",
            bbox_to_anchor=(INSET / width, 1.0 - (top + 4.0) / height),
            ncols=columns,
            borderpad=0.0,
            borderaxespad=0.0,
            columnspacing=1.2,
            handlelength=1.6,
            handletextpad=0.5,
            fontsize=letter() - 1.0,
        )
        if columns == 1 or size_in_points(box)[0] <= width - 2.0 * INSET:
            break
        box.remove()
    return size_in_points(box)[1] + 8.0


def short_names(names: Sequence[str], letters: int) -> list[str]:
    """Return names of at most so many letters; what all share goes first where one is too long."""
    if len(names) > 1 and max(map(len, names)) > letters:
        start = _common(names)
        end = _common([name[start:][::-1] for name in names])
        names = [
            f"{'…' * (start > 0)}{name[start : len(name) - end]}{'…' * (end > 0)}" for name in names
        ]
    return [shortened(name, letters) for name in names]


def legend_names(names: Sequence[str], letters: int) -> list[str]:
    """Return names as ``short_names`` does, or as they are where two would be the same."""
    short = short_names(names, letters)
    return short if len(set(short)) == len(set(names)) else list(names)


def _common(names: Sequence[str]) -> int:
    """Return how many letters all names begin with."""
    alike = (len(set(letters)) == 1 for letters in zip(*names, strict=False))
    return sum(1 for _ in itertools.takewhile(bool, alike))


def shortened(name: str, letters: int) -> str:
    """Return a name of at most so many letters, its middle left out: the ends tell most apart."""
    if len(name) <= letters:
        return name
    end = (letters - 1) // 2
    return f"{name[: letters - 1 - end]}…{name[-end:]}"
