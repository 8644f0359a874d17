"""What the figures have in common: style, colours, words, limits, and how they are written.

``atlas`` is mplhep's style of that name without a label, for no figure here is that
collaboration's; ``neutral`` is a plain one.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
import mplhep
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import ScalarFormatter
from numpy.typing import NDArray

from fitscan.files import replacing
from fitscan.formats import counted
from fitscan.plots.colors import COLORS, Colors
from fitscan.plots.header import LETTER, readable
from fitscan.plots.pdf_fonts import letters_only

__all__ = [
    "COLORS",
    "FORMATS",
    "STYLES",
    "Colors",
    "StyledFigure",
    "confidence",
    "grouped",
    "new_figure",
    "padded",
    "rasterised",
    "save",
    "style",
    "verdict",
]


# The keys are literals to matplotlib's types.
_ATLAS: dict[Any, Any] = {
    **mplhep.style.ATLAS,
    # Its own letters and those that matplotlib brings, whatever fonts a machine has.
    "font.sans-serif": ["TeX Gyre Heros", "DejaVu Sans"],
    "font.size": LETTER,
    "mathtext.default": "regular",  # upright digits and brackets; \\mathit{m} is there to slant
    "mathtext.fallback": "stixsans",  # Greek letters and roots, which the style's font lacks
    "axes.formatter.limits": (-3, 6),
    "axes.labelpad": 5,
    "axes.titley": 1.0,  # no label is above the axes, so no title has to be moved out of its way
    "xtick.major.size": 10,
    "ytick.major.size": 10,
    "xtick.minor.size": 5,
    "ytick.minor.size": 5,
    "pdf.fonttype": 42,  # fonts that journals accept, not drawn letters
    "svg.fonttype": "path",  # the same look where the fonts are not installed
    "svg.hashsalt": "fitscan",  # the same identifiers every time
}
_OUTSIDE: dict[Any, Any] = {
    f"{axis}tick.{part}": value
    for axis, far in (("x", "top"), ("y", "right"))
    for part, value in (
        ("direction", "out"),
        (far, False),
        ("major.size", 4),
        ("minor.size", 2),
    )
}
STYLES: dict[str, dict[Any, Any]] = {
    "atlas": _ATLAS,
    "neutral": {
        **_ATLAS,
        **_OUTSIDE,
        "font.sans-serif": ["DejaVu Sans"],
        "font.size": 0.9 * LETTER,  # its letters are wider
        "mathtext.fontset": "dejavusans",
        "axes.linewidth": 0.8,
        "axes.unicode_minus": True,
        "axes.labelsize": "large",
        "xtick.labelsize": "medium",
        "ytick.labelsize": "medium",
        "xaxis.labellocation": "center",
        "yaxis.labellocation": "center",
        "lines.linewidth": 1.6,
    },
}
"""The looks of ``figures.style``, as settings of matplotlib; all have the same keys."""


@contextmanager
def style(name: str = "atlas") -> Iterator[None]:
    """Set the look of figures while they are drawn, and restore what was set before.

    Args:
        name: One of ``STYLES``; colours know theirs: ``style(colors.style)``.
    """
    with mpl.rc_context(STYLES[name]):
        yield


class StyledFigure(Figure):
    """A figure that knows no window, but the look in which it was made."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        FigureCanvasAgg(self)
        # Text is set only when a file is written, which is after the style has been left.
        self.look = {key: mpl.rcParams[key] for key in _ATLAS}


class PlainNumbers(ScalarFormatter):
    """Numbers at the ticks as text: they look as numbers in math text do, and take less time."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Return the number at a tick."""
        text = super().__call__(x, pos).removeprefix(r"$\mathdefault{").removesuffix("}$")
        return text.replace("-", "\N{MINUS SIGN}")


def new_figure(x_title: str, y_title: str) -> tuple[Figure, Axes]:
    """Return a figure in the style that is set, and its axes with their titles."""
    figure = StyledFigure()
    ax = figure.add_subplot()
    ax.set_xlabel(readable(x_title))
    ax.set_ylabel(readable(y_title))
    ax.xaxis.get_offset_text().set(x=0.0, horizontalalignment="left")  # not over the title
    return figure, ax


def confidence(test_size: float) -> str:
    """Return the confidence level that belongs to a test size, as ``95% CL``."""
    return f"{100.0 * (1.0 - test_size):.6g}% CL"


def grouped(number: int) -> str:
    """Return a whole number with its digits in groups, apart by a space that the font has."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


def verdict(CLs: NDArray[np.float64], test_size: float) -> str:
    """Return in words what is excluded where no contour or crossing can be drawn."""
    known = CLs[np.isfinite(CLs)]
    if len(known) == 0:
        return "no point has a CLs"
    excluded = int(np.count_nonzero(known < test_size))
    count = {0: "no point", len(known): "all points"}.get(excluded, counted(excluded, "point"))
    return f"{count} excluded at {confidence(test_size)}"


def padded(values: NDArray[np.float64], *, part: float = 0.04) -> tuple[float, float]:
    """Return limits around the finite values, with ``part`` of their extent to spare at each end.

    A single value gets an eighth of itself or so, or 1, at each end.
    """
    finite = values[np.isfinite(values)]
    if len(finite) == 0:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    spare = part * (high - low) or 0.12 * abs(low) or 1.0
    return low - spare, high + spare


def rasterised(points: int) -> bool:
    """Return whether so many markers would make a vector file slow to open."""
    return points > 2000


FORMATS = ("pdf", "png", "svg")
"""For papers, for slides and the report, and for a report that is sharp at any size."""


def save(
    figure: Figure, stem: str | os.PathLike[str], formats: Iterable[str] = FORMATS
) -> tuple[Path, ...]:
    """Write a figure as ``stem.png``, ``stem.pdf`` ..., each file whole or not at all.

    The same figure gives the same bytes: no file holds a date or a random identifier.

    Args:
        figure: The figure.
        stem: The path without a suffix.
        formats: Those of ``FORMATS`` that are wanted.
    """
    dates: dict[str, dict[str, None]] = {"pdf": {"CreationDate": None}, "svg": {"Date": None}}
    for axis in (axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)):
        if type(axis.get_major_formatter()) is ScalarFormatter:
            axis.set_major_formatter(PlainNumbers())
    look = figure.look if isinstance(figure, StyledFigure) else STYLES["atlas"]
    paths = []
    for suffix in formats:
        path = Path(f"{os.fspath(stem)}.{suffix}")
        # What is rasterised in a vector file gets printed, so it is finer than a screen.
        dpi = 160 if suffix == "png" else 300
        # Twice as fast as the default, and a tenth larger.
        packing: dict[str, Any] = {"pil_kwargs": {"compress_level": 3}} if suffix == "png" else {}
        with mpl.rc_context(look), letters_only(), replacing(path) as temporary:
            figure.savefig(
                temporary,
                format=suffix,
                dpi=dpi,
                metadata=dates.get(suffix, {}),
                **packing,
            )
        paths.append(path)
    return tuple(paths)
