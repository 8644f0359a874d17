"""How often intervals contain the signal strength of the experiments of each point."""

from typing import TYPE_CHECKING

from fitscan import columns
from fitscan.figures.base import Drawn, Figure

if TYPE_CHECKING:
    from fitscan.figures.inputs import Inputs

__all__ = ["COVERAGE"]


def draw(inputs: "Inputs") -> Drawn:
    """Draw the coverage of each kind of interval, by point or along one parameter."""
    from fitscan.plots import draw_coverage
    from fitscan.tables.coverage import summarise_coverage
    from fitscan.tables.method import MINIMA, STATISTICS
    from fitscan.tables.results import grid_labels

    scan = inputs.scan
    made = summarise_coverage(scan.results)
    points = made.points
    said = rf"{made.experiments} experiments a point at $\mu$ = {made.mu_test:g}"
    if made.toys:
        said += f", {made.toys} toys of each hypothesis with each"
    statistic, minima = inputs.settings["test_stat"], inputs.settings["thrown_at"]
    by = f"Intervals by {STATISTICS[statistic]}; {MINIMA[minima]}"
    picture = draw_coverage(
        {column: points[column].to_numpy() for column in columns.COVERAGE},
        level=made.level,
        names=points["name"].tolist(),
        x=None if scan.is_plane else points[scan.axes[0]].to_numpy(),
        x_title="" if scan.is_plane else scan.look["x_title"],
        title=scan.look["title"],
        lines=[said if len(points) else "No point has experiments", by],
        colors=scan.look["colors"],
    )
    return picture, points[["name", *grid_labels(scan.results), *columns.COVERAGE]]


COVERAGE = Figure(
    "coverage",
    label="coverage",
    draw=draw,
    applies=lambda scan: scan.kind == "coverage",
)
