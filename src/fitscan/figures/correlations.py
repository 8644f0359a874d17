"""Correlations of the parameters in the fits of one point."""

from typing import TYPE_CHECKING

from fitscan.figures.base import Drawn, Figure

if TYPE_CHECKING:
    from fitscan.figures.inputs import Inputs

__all__ = ["CORRELATIONS"]


def draw(inputs: "Inputs") -> Drawn:
    """Draw fit/correlations.csv."""
    from fitscan.plots import draw_correlations
    from fitscan.tables.detail import Detail, read_correlations

    detail = Detail.read(inputs.file("detail"))
    table = read_correlations(inputs.file("correlations"))
    lines = detail.about_fits(inputs.settings["test_stat"])
    picture = draw_correlations(
        table,
        title=inputs.title,
        lines=lines,
        colors=inputs.colors,
    )
    return picture, None


CORRELATIONS = Figure(
    "correlations",
    label="correlations",
    draw=draw,
    applies=lambda scan: scan.has_detail,
    needs=("correlations", "detail"),
    has_table=False,
)
