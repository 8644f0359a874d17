"""CLs in colours, with contours and numbers; along one parameter as profiles."""

from typing import TYPE_CHECKING

from fitscan.columns import CLS
from fitscan.figures.base import Drawn, Figure

if TYPE_CHECKING:
    from fitscan.figures.inputs import Inputs

__all__ = ["CLS_MAP"]


def draw(inputs: "Inputs") -> Drawn:
    """Draw observed and expected CLs."""
    from fitscan.plots import draw_CLs_map
    from fitscan.tables.toys import too_few_toys

    scan = inputs.scan
    picture = draw_CLs_map(
        scan.x,
        scan.y if scan.is_plane else None,
        scan.numbers(CLS),
        method=inputs.method,
        space=scan.space,
        few=too_few_toys(scan.results),
        **scan.look,
    )
    return picture, scan.table("CLs_obs", "CLs_exp_0").assign(method=scan.between)


CLS_MAP = Figure("CLs_map", label="CLs map", draw=draw)
