"""The table of all points."""

from fitscan.report.rows import PointRow, point_rows
from fitscan.report.run import Part, Run

__all__ = ["TITLE", "show"]

TITLE = "All points"


def show(run: Run) -> list[tuple[Part, list[PointRow]]]:
    """Return the points of each scan, or the first `MAX_ROWS`."""
    return [
        (part, point_rows(part.reported.results, part.reported.labels, part.test_size))
        for part in run.parts
    ]
