"""A scan as its figures show it: the places of its points, what counts of them, and the look.

Takes results.csv and what the configuration says of figures; gives arguments of ``fitscan.plots``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from fitscan.config.axes import in_slice
from fitscan.contour import SPACES, Space
from fitscan.plots import Colors
from fitscan.tables.results import grid_axes, grid_labels

__all__ = ["DrawnScan", "drawn_scan"]


@dataclass(frozen=True)
class DrawnScan:
    """A scan over one or two axes.

    Attributes:
        results: The results, or the slice of them that is drawn.
        axes: The labels of the grid that are drawn.
        test_size: A point is excluded when its CLs is below this number.
        look: Titles, test size and colours, as all figures of a scan take them.
        space: In which CLs is linear between the points.
        band: Whether the uncertainty of the observed line by interpolation is drawn.
    """

    results: pd.DataFrame
    axes: list[str]
    test_size: float
    look: dict[str, Any]
    space: Space
    band: bool

    @property
    def is_plane(self) -> bool:
        """Whether there are two axes."""
        return len(self.axes) == 2

    @property
    def x(self) -> "pd.Series[float]":
        """The coordinates of the points along the first axis."""
        return self.results[self.axes[0]]

    @property
    def y(self) -> "pd.Series[float]":
        """Those along the second one."""
        return self.results[self.axes[1]]

    def numbers(self, columns: Sequence[str], suffix: str = "") -> dict[str, "pd.Series[float]"]:
        """Return columns with a suffix under their names; of a point that is not ok none counts."""
        ok = self.results["status"] == "ok"
        return {column: self.results[f"{column}{suffix}"].where(ok) for column in columns}


def drawn_scan(
    results: pd.DataFrame, *, look: Mapping[str, Any], figures: Mapping[str, Any], name: str
) -> DrawnScan:
    """Choose what is drawn.

    Args:
        results: See ``fitscan.tables.results.results_table``.
        look: ``axes``, ``axis_titles`` and ``title`` of the analysis, and its ``slice`` if it has
            one.
        figures: ``test_size``, and ``style``, colours and ``interpolation`` where they are chosen.
        name: Name of the analysis, its title if it has no other.

    Raises:
        ConfigError: The grid has not got these axes.
        NotDrawable: It cannot be drawn over them.
    """
    part = look.get("slice") or {}
    axes = grid_axes(results, look["axes"], part)
    labels = grid_labels(results)
    chosen = [in_slice(labels, values, part) for values in results[labels].itertuples(index=False)]
    results = results[chosen].reset_index(drop=True)
    titles = [look["axis_titles"].get(axis, axis) for axis in axes]
    interpolation = figures.get("interpolation", {})
    return DrawnScan(
        results=results,
        axes=axes,
        test_size=figures["test_size"],
        space=SPACES[interpolation.get("in", "significance")],
        band=interpolation.get("band", False),
        look={
            **dict(zip(("x_title", "y_title"), titles, strict=False)),
            "title": look["title"] or name,
            "test_size": figures["test_size"],
            "colors": Colors.chosen(figures),
        },
    )
