"""How many toys each point has: a map over a plane, or along one parameter."""

from typing import TYPE_CHECKING

from fitscan.columns import ENOUGH_TOYS, N_TOYS
from fitscan.figures.base import Drawn, Figure

if TYPE_CHECKING:
    from fitscan.figures.inputs import Inputs

__all__ = ["NUMBER_OF_TOYS"]


def draw(inputs: "Inputs") -> Drawn:
    """Draw the number of toys, and say how many a uniform number would have taken."""
    from fitscan.formats import counted
    from fitscan.plots import draw_number_of_toys_plane, draw_number_of_toys_scan
    from fitscan.plots.style import grouped
    from fitscan.tables.toys import summarise_toys, too_few_toys, toys_of_points

    scan = inputs.scan
    toys, CLs = toys_of_points(scan.results), scan.numbers(["CLs_obs"])["CLs_obs"]
    summary = summarise_toys(scan.results)
    lines = [f"Toys: {grouped(summary.toys)}"]
    if summary.saved > 0.0:
        lines.append(f"Saved: {summary.saved:.0%} of {grouped(summary.uniform)}")
    if len(summary.too_few):
        lines.append(f"Too few at {counted(len(summary.too_few), 'point')}")
    lines.append(inputs.method)
    few = too_few_toys(scan.results)
    look = {"lines": lines, "few": few, "space": scan.space, **scan.look}
    if scan.is_plane:
        picture = draw_number_of_toys_plane(scan.x, scan.y, toys, CLs, **look)
    else:
        picture = draw_number_of_toys_scan(scan.x, toys, CLs, **look)
    return picture, scan.table(*N_TOYS, ENOUGH_TOYS)


NUMBER_OF_TOYS = Figure(
    "number_of_toys",
    label="toys of each point",
    draw=draw,
    applies=lambda scan: scan.kind == "toys",
)
