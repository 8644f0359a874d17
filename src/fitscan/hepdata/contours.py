"""The tables of what is excluded: contours in a plane, or crossings along one parameter."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import pandas as pd
from hepdata_lib import Table

from fitscan.columns import HALF_WIDTH
from fitscan.formats import plain
from fitscan.hepdata.about import About, variable
from fitscan.hepdata.rounding import rounded

__all__ = ["contour_tables"]

_SIGNS = {"m2": "minus 2", "m1": "minus 1", "p1": "plus 1", "p2": "plus 2"}
# How names of tables begin and end, by curve. They become names of files, and so are plain words.
_NAMES = {
    "observed": ("Observed", ""),
    "expected": ("Expected", ""),
    **{f"expected_{band}": ("Expected", f" {sign} sigma") for band, sign in _SIGNS.items()},
    "observed_theory_up": ("Observed", " with cross-section plus 1 sigma"),
    "observed_theory_down": ("Observed", " with cross-section minus 1 sigma"),
}


def contour_tables(
    exclusion: pd.DataFrame,
    about: About,
    *,
    axes: Sequence[str],
    test_size: float,
    method: str = "",
    grid: Mapping[str, Sequence[float]] = MappingProxyType({}),
) -> list[Table]:
    """Return a table for each line that figures/exclusion.csv has, or for each curve's crossings.

    A curve without a line, because nothing or everything is excluded, has no table. Nor have other
    results that are drawn on the figure: they are not ours to publish.

    Args:
        exclusion: See ``fitscan.contour.plane_table`` and ``scan_table``.
        about: What goes beside the numbers.
        axes: The one or two labels of the grid that are drawn.
        test_size: The CLs of the lines.
        method: How CLs was found, see ``fitscan.tables.method.described_CLs``.
        grid: The values of the axes at the points. Rounding moves no vertex to or across them, so
            that lines stay between the same points.
    """
    tables = []
    fixed = [(f"FIXED {label}", value, "") for label, value in about.slice.items()]
    how = f" {method}." if method else ""
    if about.digits is not None:
        how += (
            f" Coordinates have {about.digits} significant digits, and more where these would move"
            " them to or across coordinates of points."
        )
    for curve, title, rows in _lines(exclusion, axes):
        vertices = {
            axis: rounded(rows[axis].tolist(), about.digits, beside=grid.get(axis, ()))
            for axis in axes
        }
        (interpolation,) = rows["method"].unique()
        table = about.table(
            title,
            description=f"{title}: where CL$_s$ is {test_size} (interpolation: {interpolation}"
            f"{_uncertainty(rows)}).{how}",
            location="figures/exclusion.csv of fitscan",
        )
        if len(axes) == 2:
            along = about.axis(axes[0], values=vertices[axes[0]], independent=True)
        else:
            along = variable("Crossing", list(range(1, len(rows) + 1)), independent=True)
        dependent = about.axis(axes[-1], values=vertices[axes[-1]], independent=False)
        level = ("CONFIDENCE LEVEL", round(100.0 * (1.0 - test_size), 10), "%")
        table.add_variable(along)
        table.add_variable(about.qualify(dependent, level, ("CURVE", curve, ""), *fixed))
        tables.append(table)
    return tables


def _uncertainty(rows: pd.DataFrame) -> str:
    """Return how uncertain a line is by interpolation, as a part of a sentence."""
    if HALF_WIDTH not in rows or rows[HALF_WIDTH].isna().all():
        return ""
    half_width = plain(rows[HALF_WIDTH].iloc[0], 2)
    return f"; it makes the line uncertain by {half_width} in the units of the axes"


def _lines(exclusion: pd.DataFrame, axes: Sequence[str]) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Yield the name and the title of each line with its vertices in order."""
    kind = "contour" if len(axes) == 2 else "crossings"
    if len(axes) == 1:
        exclusion = exclusion[exclusion["kind"] == "crossing"].assign(segment=0)
    for curve, of_curve in exclusion.groupby("curve", sort=False):
        if curve not in _NAMES:
            continue
        begin, end = _NAMES[str(curve)]
        several = of_curve["segment"].nunique() > 1
        for number, (_, rows) in enumerate(of_curve.groupby("segment", sort=False), start=1):
            part = f" part {number}" if several else ""
            yield str(curve), f"{begin} {kind}{end}{part}", rows
