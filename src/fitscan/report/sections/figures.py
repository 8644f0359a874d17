"""The exclusion of each scan: a chart to point at, and the figure to print."""

from dataclasses import dataclass

from fitscan.report.chart import HEIGHT, WIDTH, Chart, chart_of
from fitscan.report.run import Part, Run

__all__ = ["TITLE", "show"]

TITLE = "Figures"


@dataclass(frozen=True)
class Excluded:
    """A scan, with its chart if its grid has one or two axes to draw."""

    part: Part
    chart: Chart | None
    width: float = WIDTH
    height: float = HEIGHT


def show(run: Run) -> list[Excluded]:
    """Return all scans."""
    return [Excluded(part, chart_of(part)) for part in run.parts]
