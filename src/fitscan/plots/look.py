"""What the figures have in common: style, colours, words, limits, and how they are written.

The style is mplhep's ATLAS style without a label, for no figure here is that collaboration's.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import matplotlib as mpl
import mplhep
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import is_color_like
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fitscan.errors import FitscanError
from fitscan.files import replacing
from fitscan.plots.header import LETTER, readable

__all__ = [
    "COLORS",
    "Colors",
    "confidence",
    "grouped",
    "new_figure",
    "padded",
    "rasterised",
    "save",
    "style",
    "verdict",
]


@dataclass(frozen=True)
class Colors:
    """Colours of a figure; the defaults stay apart for colour-blind eyes and in grey.

    Attributes:
        observed: The observed line.
        expected: The expected line.
        band: The band of one standard deviation around the expected line.
        wide_band: The band of two standard deviations.
        points: The points of the grid.
        other: What is compared with the observed line.
    """

    observed: str = "#a50f33"
    expected: str = "#20242c"
    band: str = "#ffd84d"
    wide_band: str = "#fff2b8"
    points: str = "#8a8f98"
    other: str = "#2b6cb0"

    def __post_init__(self) -> None:
        for name, color in asdict(self).items():
            if not is_color_like(color):
                raise FitscanError(
                    f"figures.{name} is no colour that matplotlib knows",
                    value=color,
                    hint="a name such as navy, or #rrggbb",
                )

    @classmethod
    def chosen(cls, figures: Mapping[str, Any]) -> Self:
        """Return the colours in ``figures`` of the configuration, which has a test size besides."""
        return cls(**{part: color for part, color in figures.items() if part != "test_size"})


COLORS = Colors()


@contextmanager
def style() -> Iterator[None]:
    """Set the look of the figures, for drawing as for saving, and restore what was set before."""
    look = {
        **mplhep.style.ATLAS,
        "font.size": LETTER,
        "mathtext.default": "regular",  # upright digits and brackets; \\mathit{m} is there to slant
        "mathtext.fallback": "stixsans",  # Greek letters and roots, which the style's font lacks
        "axes.formatter.limits": (-3, 6),
        "axes.labelpad": 5,
        "xtick.major.size": 10,
        "ytick.major.size": 10,
        "xtick.minor.size": 5,
        "ytick.minor.size": 5,
        "pdf.fonttype": 42,  # fonts that journals accept, not drawn letters
        "svg.fonttype": "path",  # the same look where the fonts are not installed
        "svg.hashsalt": "fitscan",  # the same identifiers every time
    }
    with mpl.rc_context(look):
        yield


def new_figure(x_title: str, y_title: str) -> tuple[Figure, Axes]:
    """Return a figure that knows no window, and its axes with their titles."""
    figure = Figure()
    FigureCanvasAgg(figure)
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
    count = {0: "no point", len(known): "all points"}.get(excluded, f"{excluded} points")
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


def save(figure: Figure, stem: str | os.PathLike[str]) -> tuple[Path, ...]:
    """Write ``stem.pdf``, ``stem.png`` and ``stem.svg``, each whole or not at all.

    The same figure gives the same bytes: no file holds a date or a random identifier.
    """
    dates: dict[str, dict[str, None]] = {
        "pdf": {"CreationDate": None},
        "png": {},
        "svg": {"Date": None},
    }
    paths = []
    for suffix, no_date in dates.items():
        path = Path(f"{os.fspath(stem)}.{suffix}")
        # What is rasterised in a vector file gets printed, so it is finer than a screen.
        dpi = 160 if suffix == "png" else 300
        with style(), replacing(path) as temporary:
            figure.savefig(temporary, format=suffix, dpi=dpi, metadata=no_date)
        paths.append(path)
    return tuple(paths)
