"""A scan beside a reference: both contours, and the differences point by point."""

from pathlib import Path
from typing import TYPE_CHECKING

from fitscan.columns import CLS
from fitscan.figures.base import Drawn, Figure

if TYPE_CHECKING:
    from fitscan.figures.inputs import Inputs

__all__ = ["COMPARISON"]


def draw(inputs: "Inputs") -> Drawn:
    """Draw the points with a CLs in both."""
    from fitscan.plots import draw_comparison
    from fitscan.tables.comparison import common_points, read_comparison
    from fitscan.tables.toys import too_few_toys

    scan = inputs.scan
    table = read_comparison(Path(inputs.file("comparison")).read_bytes())
    points = common_points(table, scan.axes, scan.results["name"])
    few = points["name"].isin(scan.results["name"][too_few_toys(scan.results)])
    columns = [column for column in CLS if f"{column}_ours" in points]
    picture = draw_comparison(
        points[scan.axes[0]],
        points[scan.axes[1]] if scan.is_plane else None,
        {column: points[f"{column}_ours"] for column in columns},
        {column: points[f"{column}_theirs"] for column in columns},
        names=points["name"].tolist(),
        differs=points["differs"],
        reference=inputs.settings["compare"]["title"],
        lines=[f"The {len(points)} points with an observed CLs in both; fitscan: {inputs.method}"],
        space=scan.space,
        few=few,
        **scan.look,
    )
    return picture, points


COMPARISON = Figure(
    "comparison",
    label="comparison",
    draw=draw,
    applies=lambda scan: scan.is_compared,
    needs=("results", "comparison"),
)
