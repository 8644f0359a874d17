"""Pulls and constraints of the parameters in the fits of one point."""

from typing import TYPE_CHECKING

from fitscan.figures.base import Drawn, Figure

if TYPE_CHECKING:
    from fitscan.figures.inputs import Inputs

__all__ = ["PULLS"]


def draw(inputs: "Inputs") -> Drawn:
    """Draw fit/parameters.csv."""
    from fitscan.plots import draw_pulls
    from fitscan.tables.detail import Detail, read_parameters

    detail = Detail.read(inputs.file("detail"))
    table = read_parameters(inputs.file("parameters"))
    lines = detail.about_fits(inputs.settings["test_stat"])
    picture = draw_pulls(
        table,
        title=inputs.title,
        lines=lines,
        colors=inputs.colors,
    )
    return picture, None


PULLS = Figure(
    "pulls",
    label="pulls",
    draw=draw,
    applies=lambda scan: scan.has_detail,
    needs=("parameters", "detail"),
    has_table=False,
)
