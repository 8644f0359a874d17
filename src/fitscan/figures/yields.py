"""Events in each channel before and after the fits of one point."""

from typing import TYPE_CHECKING

from fitscan.figures.base import Drawn, Figure

if TYPE_CHECKING:
    from fitscan.figures.inputs import Inputs

__all__ = ["YIELDS"]


def draw(inputs: "Inputs") -> Drawn:
    """Draw fit/yields.csv."""
    from fitscan.plots import draw_yields
    from fitscan.tables.detail import Detail, read_yields

    detail = Detail.read(inputs.file("detail"))
    table = read_yields(inputs.file("yields"))
    lines = detail.about_fits(inputs.settings["test_stat"])
    picture = draw_yields(
        table,
        title=inputs.title,
        lines=lines,
        colors=inputs.colors,
    )
    return picture, None


YIELDS = Figure(
    "yields",
    label="yields",
    draw=draw,
    applies=lambda scan: scan.has_detail,
    needs=("yields", "detail"),
    has_table=False,
)
