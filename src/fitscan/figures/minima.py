"""What changes with the lowest minima: both contours, or both curves of CLs."""

from typing import TYPE_CHECKING

from fitscan.columns import CLS, LIMITS, LIMITS_LOWEST, LOWEST
from fitscan.figures.base import Drawn, Figure

if TYPE_CHECKING:
    from fitscan.figures.inputs import Inputs

__all__ = ["MINIMA"]


def draw(inputs: "Inputs") -> Drawn:
    """Draw both results, and ring the points whose exclusion they disagree about."""
    from fitscan.plots import draw_minima_plane, draw_minima_scan
    from fitscan.tables.method import found_by
    from fitscan.tables.minima import exclusion_changes

    scan = inputs.scan
    default, lowest = scan.numbers(CLS), scan.numbers(CLS, "_lowest")
    changed = exclusion_changes(scan.results, test_size=scan.test_size)
    method = found_by(scan.results, inputs.settings, both=True)
    look = {"space": scan.space, "method": method, **scan.look}
    if scan.is_plane:
        picture = draw_minima_plane(scan.x, scan.y, default, lowest, changed, **look)
    else:
        picture = draw_minima_scan(scan.x, default, lowest, changed, **look)
    limits = [column for column in (*LIMITS, *LIMITS_LOWEST) if column in scan.results]
    return picture, scan.table(*CLS, *LOWEST, *limits).assign(method=scan.between)


MINIMA = Figure("minima", label="minima", draw=draw, applies=lambda scan: scan.has_lowest)
