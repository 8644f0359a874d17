"""Other results that are drawn on the exclusion figure: lines from CSV files.

A file has the columns of the axes, and one row a vertex of a line; a column ``segment``, if there
is one, says which of several lines a vertex belongs to. Or it has one row a point of a grid and
``CLs_obs`` besides, as results.csv has: then the line is found from these as ours is. Along one
axis there is the latter only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fitscan.columns import CURVES
from fitscan.config.axes import NO_SLICE, Slice
from fitscan.contour import (
    SIGNIFICANCE,
    Space,
    crossings,
    exclusion_lines,
    interpolate_scan,
    plane_method,
    scan_method,
)
from fitscan.errors import ConfigError, FitscanError
from fitscan.tables.user_table import GivenTable

__all__ = ["Overlay", "overlay_rows", "read_overlays"]

Array = NDArray[np.float64]

# What our own curves are called in legends, where they are not called as in tables.
_IN_LEGENDS = {"observed limit", "expected limit"}


@dataclass(frozen=True)
class Overlay:
    """Another result.

    Attributes:
        title: What it is called.
        lines: Vertices of its lines, (vertices, 2) each: in the plane where it excludes, along one
            axis its curve of CLs.
        method: How they were found.
        limits: Along one axis, where it crosses the test size.
    """

    title: str
    lines: tuple[Array, ...]
    method: str
    limits: tuple[float, ...] = ()


def read_overlays(
    overlays: Sequence[Mapping[str, Any]],
    *,
    axes: Sequence[str],
    part: Slice = NO_SLICE,
    test_size: float,
    space: Space = SIGNIFICANCE,
) -> list[Overlay]:
    """Read other results.

    Args:
        overlays: ``title`` and ``path`` of each.
        axes: The labels of the grid that are drawn.
        part: The slice that is drawn: of a table with several the rows in it.
        test_size: The CLs of a contour that is found from points.
        space: In which CLs is linear between these.

    Raises:
        ConfigError: A file is not such a table, none of its rows is in the slice, or a title is
            taken.
    """
    taken = {*CURVES, *_IN_LEGENDS}
    for overlay in overlays:
        if overlay["title"].casefold() in taken:
            raise ConfigError(
                "the title of an overlay is taken",
                value=overlay["title"],
                hint="each curve of the figure needs its own name",
            )
        taken.add(overlay["title"].casefold())
    read = _in_plane if len(axes) == 2 else _along_axis
    tables = [GivenTable.read(overlay["path"]).within(part) for overlay in overlays]
    return [
        read(overlay["title"], table, axes, test_size, space)
        for overlay, table in zip(overlays, tables, strict=True)
    ]


def _in_plane(
    title: str, table: GivenTable, axes: Sequence[str], test_size: float, space: Space
) -> Overlay:
    x, y = (table.numbers(axis) for axis in axes)
    if "CLs_obs" in table.columns:
        table.unique(axes)
        CLs = table.numbers("CLs_obs", gaps=True)
        try:
            lines = exclusion_lines(x, y, CLs, test_size=test_size, space=space)
        except FitscanError as error:
            raise ConfigError(f"{table.path} has no contour. {error.what}") from error
        return Overlay(title, tuple(lines), plane_method(space))
    segments = table.columns.get("segment", [""] * len(x))
    vertices = np.column_stack([x, y])
    lines = [
        vertices[[segment == name for segment in segments]] for name in dict.fromkeys(segments)
    ]
    return Overlay(title, tuple(lines), _as_given(table))


def _along_axis(
    title: str, table: GivenTable, axes: Sequence[str], test_size: float, space: Space
) -> Overlay:
    table.unique(axes)
    x, CLs = table.numbers(axes[0]), table.numbers("CLs_obs", gaps=True)
    limits = crossings(x, CLs, test_size=test_size, space=space)
    line = np.column_stack(interpolate_scan(x, CLs, space=space))
    return Overlay(title, (line,), scan_method(space), tuple(limits.tolist()))


def _as_given(table: GivenTable) -> str:
    return f"as in {Path(table.path).name}"


def overlay_rows(
    overlays: Sequence[Overlay], *, axes: Sequence[str], test_size: float
) -> pd.DataFrame:
    """Return what overlays add to the table of an exclusion figure.

    Its columns are those of ``fitscan.contour.plane_table``, or of ``scan_table`` along one axis,
    where it holds the crossings.
    """
    if len(axes) == 2:
        rows: list[tuple[Any, ...]] = [
            (overlay.title, segment, *vertex, overlay.method)
            for overlay in overlays
            for segment, line in enumerate(overlay.lines)
            for vertex in line.tolist()
        ]
        return pd.DataFrame(rows, columns=["curve", "segment", *axes, "method"])
    rows = [
        (overlay.title, "crossing", limit, test_size, overlay.method)
        for overlay in overlays
        for limit in overlay.limits
    ]
    return pd.DataFrame(rows, columns=["curve", "kind", *axes, "CLs", "method"])
