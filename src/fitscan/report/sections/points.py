"""The table of all points: sorted and filtered by a script, its first rows also without one."""

from dataclasses import dataclass

from markupsafe import Markup

from fitscan.report.chart import chart_of
from fitscan.report.rows import PointRow, point_rows
from fitscan.report.run import Part, Run
from fitscan.report.table import Column, columns_of, data_of, grouped, with_others

__all__ = ["TITLE", "show"]

TITLE = "All points"


@dataclass(frozen=True)
class Points:
    """The points of a scan.

    Attributes:
        part: The scan.
        headings: Headings of groups of columns, empty for a column alone, and their columns.
        rows: The first points.
        data: All points, for the script.
    """

    part: Part
    headings: list[tuple[str, list[Column]]]
    rows: list[PointRow]
    data: Markup


def show(run: Run) -> list[Points]:
    """Return the points of each scan."""
    return [_points(part) for part in run.parts]


def _points(part: Part) -> Points:
    columns, chart = columns_of(part), chart_of(part)
    numbers = [column.key for column in columns if column.kind in {"CLs", "number"}]
    return Points(
        part=part,
        headings=grouped(columns),
        rows=point_rows(with_others(part), part.reported.labels, part.test_size, numbers),
        data=data_of(part, chart),
    )
