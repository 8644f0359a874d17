"""CLs of one point along the signal strength, with its upper limits."""

from typing import TYPE_CHECKING

from fitscan.columns import CLS
from fitscan.figures.base import Drawn, Figure

if TYPE_CHECKING:
    from fitscan.figures.inputs import Inputs

__all__ = ["MU_SCAN"]


def draw(inputs: "Inputs") -> Drawn:
    """Draw fit/mu_scan.csv."""
    from fitscan.plots import draw_mu_scan
    from fitscan.tables.detail import Detail, read_mu_scan

    detail = Detail.read(inputs.file("detail"))
    table, curves, limits = read_mu_scan(inputs.file("mu_scan"))
    picture = draw_mu_scan(
        curves["mu"],
        {column: curves[column] for column in CLS},
        limits,
        title=inputs.title,
        lines=detail.about_mu_scan(inputs.settings["test_stat"]),
        test_size=inputs.settings["limit_size"],
        colors=inputs.colors,
    )
    return picture, table


MU_SCAN = Figure(
    "mu_scan",
    label="signal strength",
    draw=draw,
    applies=lambda scan: scan.has_detail,
    needs=("mu_scan", "detail"),
)
