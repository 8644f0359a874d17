"""What figures are drawn from: the tables of a scan, and the scan as its figures show it.

Takes paths of tables and what the configuration says of figures; gives arguments of
``fitscan.plots``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from fitscan.config.axes import Slice, in_slice
from fitscan.contour import SPACES, Space, plane_method, scan_method
from fitscan.tables.method import found_by
from fitscan.tables.results import grid_axes, grid_labels, read_table
from fitscan.tables.toys import drawn_CLs

if TYPE_CHECKING:
    from fitscan.plots import Colors

__all__ = ["DrawnScan", "Inputs", "drawn_scan"]


@dataclass(frozen=True)
class DrawnScan:
    """A scan over one or two axes.

    Attributes:
        results: The results, or the slice of them that is drawn.
        axes: The labels of the grid that are drawn.
        part: That slice; empty if all points are drawn.
        test_size: A point is excluded when its CLs is below this number.
        titles: Titles of the figure and of its axes.
        figures: Test size, style and colours, as far as they are chosen.
        space: In which CLs is linear between the points.
        band: Whether the uncertainty of the observed line by interpolation is drawn.
    """

    results: pd.DataFrame
    axes: list[str]
    part: Slice
    test_size: float
    titles: dict[str, str]
    figures: Mapping[str, Any]
    space: Space
    band: bool

    @property
    def is_plane(self) -> bool:
        """Whether there are two axes."""
        return len(self.axes) == 2

    @property
    def look(self) -> dict[str, Any]:
        """Titles, test size and colours, as all figures of a scan take them."""
        from fitscan.plots import Colors

        colors = Colors.chosen(self.figures)
        return {**self.titles, "test_size": self.test_size, "colors": colors}

    @property
    def x(self) -> "pd.Series[float]":
        """The coordinates of the points along the first axis."""
        return self.results[self.axes[0]]

    @property
    def y(self) -> "pd.Series[float]":
        """The coordinates along the second axis."""
        return self.results[self.axes[1]]

    def numbers(self, columns: Sequence[str], suffix: str = "") -> dict[str, "pd.Series[float]"]:
        """Return columns with a suffix, by names without it; NaN for points that are not ok."""
        ok = self.results["status"] == "ok"
        return {column: self.results[f"{column}{suffix}"].where(ok) for column in columns}

    def table(self, *columns: str) -> pd.DataFrame:
        """Return columns of the results, after the names and the places of the points."""
        return self.results[["name", *grid_labels(self.results), *columns]]

    @property
    def between(self) -> str:
        """What is taken to be between the points, in words."""
        return plane_method(self.space) if self.is_plane else scan_method(self.space)


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
        ConfigError: The grid does not have these axes.
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
        part=part,
        test_size=figures["test_size"],
        space=SPACES[interpolation.get("in", "significance")],
        band=interpolation.get("band", False),
        titles={
            **dict(zip(("x_title", "y_title"), titles, strict=False)),
            "title": look["title"] or name,
        },
        figures=figures,
    )


@dataclass(frozen=True)
class Inputs:
    """What the figures of one scan are drawn from.

    Attributes:
        analysis: Name of the analysis or combination.
        files: Paths by what figures call them; see ``Wanted.figure_inputs``.
        settings: See ``Wanted.figure_settings``.
        figures: How figures look: that part of the checked configuration.
    """

    analysis: str
    files: Mapping[str, Sequence[str]]
    settings: Mapping[str, Any]
    figures: Mapping[str, Any]

    def file(self, name: str) -> str:
        """Return the path of a name that has one file."""
        (path,) = self.files[name]
        return path

    @property
    def title(self) -> str:
        """Title of the figures."""
        return self.settings["title"] or self.analysis

    @property
    def colors(self) -> "Colors":
        """Colours of the figures, and their style."""
        from fitscan.plots import Colors

        return Colors.chosen(self.figures)

    @property
    def method(self) -> str:
        """How CLs was found: with asymptotic formulae or toys, which test statistic and minima."""
        return found_by(self.results, self.settings)

    @cached_property
    def results(self) -> pd.DataFrame:
        """The results of the scan, unchanged."""
        return read_table(self.file("results"))

    @cached_property
    def scan(self) -> DrawnScan:
        """The scan as figures show it."""
        return self.scan_of(self.results)

    def scan_of(self, results: pd.DataFrame, *, axes: Sequence[str] | None = None) -> DrawnScan:
        """Return results as figures show them, over these axes or over those of the settings."""
        look = self.settings if axes is None else {**self.settings, "axes": list(axes)}
        return drawn_scan(drawn_CLs(results), look=look, figures=self.figures, name=self.analysis)
