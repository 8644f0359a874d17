"""Upper limits: maps over a plane, or the Brazil plot along one parameter."""

from typing import TYPE_CHECKING, Any

from fitscan.columns import LIMIT_ERRORS, MU_UP
from fitscan.figures.base import Drawn, Figure

if TYPE_CHECKING:
    from fitscan.figures.inputs import Inputs

__all__ = ["LIMITS"]


def draw(inputs: "Inputs") -> Drawn:
    """Draw limits on the signal strength or, along one parameter, on the cross-section."""
    from fitscan.contour import (
        limit_contours,
        limit_plane_table,
        limit_scan_table,
        limit_uncertainties,
        mass_limits,
    )
    from fitscan.plots import confidence, draw_limits_plane, draw_limits_scan
    from fitscan.tables.cross_section import read_cross_section
    from fitscan.tables.method import limits_found_by
    from fitscan.tables.minima import SHOWN_LIMITS, has_other_limits
    from fitscan.tables.toys import too_few_toys

    scan = inputs.scan
    lowest = SHOWN_LIMITS if has_other_limits(scan.results) else ()
    limits = scan.numbers([*MU_UP, *(f"{column}_lowest" for column in lowest)])
    texts = {key: text for key, text in scan.look.items() if key != "test_size"}
    method = limits_found_by(scan.results, inputs.settings)
    texts["lines"] = [f"Upper limits at {confidence(inputs.settings['limit_size'])}", method]
    if LIMIT_ERRORS[0] in scan.results:
        texts["few"] = too_few_toys(scan.results) & scan.results[LIMIT_ERRORS[0]].notna()
    if scan.is_plane:
        found: dict[str, Any] = {
            "contours": limit_contours(scan.x, scan.y, limits),
            "uncertainties": limit_uncertainties(scan.x, scan.y, limits),
        }
        picture = draw_limits_plane(scan.x, scan.y, limits, **found, **texts)
        return picture, limit_plane_table(scan.x, scan.y, limits, names=scan.axes, **found)
    options: dict[str, Any] = {"cross_section": None}
    if (given := inputs.settings["cross_section"]) is not None:
        options = {"cross_section": read_cross_section(given["path"], scan.axes[0])}
        options["unit"] = given["unit"]
        texts["theory"] = given["title"]
    crossed = mass_limits(scan.x, limits, cross_section=options["cross_section"])
    picture = draw_limits_scan(scan.x, limits, crossed=crossed, **options, **texts)
    return picture, limit_scan_table(scan.x, limits, name=scan.axes[0], crossed=crossed, **options)


LIMITS = Figure(
    "limits",
    label="upper limits",
    draw=draw,
    applies=lambda scan: scan.has_limits,
    needs=("results", "cross_section"),
)
