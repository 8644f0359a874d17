"""How uncertain contours are by interpolation: a band around a line, and a note."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from fitscan.contour import LineUncertainty
from fitscan.plots.header import Handle
from fitscan.plots.style import Colors

__all__ = ["draw_uncertainty", "one_path", "uncertainty_note"]

_UNIT = re.compile(r"\[([^\[\]$]+)\]\s*$")


def one_path(polygons: Sequence[NDArray[np.float64]]) -> Path:
    """Return polygons as one path, which is filled without seams."""
    closed = [Path(np.vstack([polygon, polygon[:1]]), closed=True) for polygon in polygons]
    return Path.make_compound_path(*closed)


def draw_uncertainty(
    ax: Axes, uncertainty: LineUncertainty, *, colors: Colors
) -> dict[str, Handle]:
    """Tint the band of the observed line; return the entry of the legend."""
    look: dict[str, Any] = {
        "facecolor": to_rgba(colors.observed, 0.22),
        "edgecolor": "none",
        "linewidth": 0.0,
    }
    ax.add_artist(PathPatch(one_path(uncertainty.band), zorder=2, **look))
    return {"Interpolation": Patch(**look)}


def uncertainty_note(
    uncertainties: Mapping[str, LineUncertainty], *, titles: Sequence[str]
) -> list[str]:
    """Return a line of the header: half widths of the bands, with the unit that the axes share."""
    units = {found[1] if (found := _UNIT.search(title)) else "" for title in titles}
    unit = units.pop() if len(units) == 1 else ""
    said = [
        f"\N{PLUS-MINUS SIGN}{_two_digits(uncertainties[curve].half_width)} ({short})"
        for curve, short in (("observed", "obs."), ("expected", "exp."))
        if curve in uncertainties
    ]
    return [" ".join(filter(None, ("Interpolation:", ", ".join(said), unit)))] if said else []


def _two_digits(number: float) -> str:
    return f"{number:.0f}" if number >= 9.95 else f"{number:#.2g}"
