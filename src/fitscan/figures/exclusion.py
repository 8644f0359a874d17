"""What a scan excludes: contours in a plane, or CLs along one parameter."""

from typing import TYPE_CHECKING, Any

from fitscan.columns import CHOSEN, CLS, THEORY
from fitscan.figures.base import Drawn, Figure

if TYPE_CHECKING:
    from fitscan.figures.inputs import Inputs

__all__ = ["EXCLUSION"]


def draw(inputs: "Inputs") -> Drawn:
    """Draw the observed and expected limits, and other results beside them."""
    import pandas as pd

    from fitscan.contour import (
        line_uncertainties,
        plane_contours,
        plane_table,
        scan_crossings,
        scan_table,
    )
    from fitscan.plots import draw_exclusion_plane, draw_parameter_scan
    from fitscan.tables.overlays import overlay_rows, read_overlays
    from fitscan.tables.toys import too_few_toys

    scan = inputs.scan
    method = inputs.method
    if CHOSEN in scan.results:
        method = f"Best expected of each point, no statistical combination; {method}"
    CLs = scan.numbers([column for column in (*CLS, *THEORY) if column in scan.results])
    numbers: dict[str, Any] = {"test_size": scan.test_size, "space": scan.space}
    given = inputs.settings["overlays"]
    others = read_overlays(given, axes=scan.axes, part=scan.part, **numbers)
    overlays = {other.title: other.lines for other in others}
    shown: dict[str, Any] = {**scan.look, "method": method, "space": scan.space}
    shown["few"] = too_few_toys(scan.results)
    if scan.is_plane:
        found: dict[str, Any] = {
            "contours": plane_contours(scan.x, scan.y, CLs, **numbers),
            "uncertainties": line_uncertainties(scan.x, scan.y, CLs, **numbers),
            "band": scan.band,
        }
        picture = draw_exclusion_plane(scan.x, scan.y, CLs, overlays=overlays, **found, **shown)
        table = plane_table(scan.x, scan.y, CLs, names=scan.axes, **found, **numbers)
    else:
        crossed = scan_crossings(scan.x, CLs, **numbers)
        picture = draw_parameter_scan(scan.x, CLs, overlays=overlays, crossed=crossed, **shown)
        table = scan_table(scan.x, CLs, name=scan.axes[0], crossed=crossed, **numbers)
    if others:
        rows = overlay_rows(others, axes=scan.axes, test_size=scan.test_size)
        table = pd.concat([table, rows], ignore_index=True)
    return picture, table


EXCLUSION = Figure(
    "exclusion",
    label="exclusion",
    draw=draw,
    applies=lambda scan: True,
    needs=("results", "overlays"),
)
