"""A combination beside its parts: contours in a plane, or CLs along one parameter."""

from typing import TYPE_CHECKING, Any

from fitscan.figures.base import Drawn, Figure

if TYPE_CHECKING:
    import pandas as pd

    from fitscan.figures.inputs import DrawnScan, Inputs
    from fitscan.plots import Curves

__all__ = ["COMBINATION"]

_COLUMNS = ("CLs_obs", "CLs_exp_0")


def draw(inputs: "Inputs") -> Drawn:
    """Draw observed and expected limits of the combination, and thinner those of its parts."""
    import pandas as pd

    from fitscan.plots import draw_combination_plane, draw_combination_scan
    from fitscan.tables.best_expected import with_equal_labels
    from fitscan.tables.results import read_table

    name, settings = inputs.analysis, inputs.settings
    parts = zip(settings["parts"], inputs.files["parts"], strict=True)
    tables = {name: inputs.results, **{part: read_table(path) for part, path in parts}}
    tables = with_equal_labels(tables, match=settings["match"])
    drawn = inputs.scan_of(tables[name])
    # A label may vary in the combination and not in a part.
    scans = {n: inputs.scan_of(table, axes=drawn.axes) for n, table in tables.items()}
    numbers: dict[str, Any] = {"test_size": drawn.test_size, "space": drawn.space}
    curves = {n: _curves(scan, numbers) for n, scan in scans.items()}
    table = pd.concat([_table(scans[n], curves[n], numbers).assign(of=n) for n in scans])
    combined = curves.pop(name)
    shown = {"how": settings["how"], "method": inputs.method, **drawn.look}
    if drawn.is_plane:
        picture = draw_combination_plane(combined, curves, **shown)
    else:
        picture = draw_combination_scan(combined, curves, space=drawn.space, **shown)
    return picture, table[["of", *table.columns.drop("of")]]


def _curves(scan: "DrawnScan", numbers: dict[str, Any]) -> "Curves":
    import numpy as np

    from fitscan.contour import line_uncertainties, plane_contours
    from fitscan.plots import Curves, few_toys
    from fitscan.tables.toys import too_few_toys

    x = np.asarray(scan.x, dtype=float)
    CLs = {c: np.asarray(values, dtype=float) for c, values in scan.numbers(_COLUMNS).items()}
    few = too_few_toys(scan.results)
    if not scan.is_plane:
        return Curves(x, x, CLs, few=few_toys(few, x))
    y = np.asarray(scan.y, dtype=float)
    contours = plane_contours(x, y, CLs, **numbers)
    uncertainties = line_uncertainties(x, y, CLs, **numbers)
    return Curves(x, y, CLs, contours, uncertainties, few_toys(few, x, y))


def _table(scan: "DrawnScan", curves: "Curves", numbers: dict[str, Any]) -> "pd.DataFrame":
    """Return the lines of one analysis, observed and expected, as the figure shows them."""
    from fitscan.contour import plane_table, scan_table

    CLs = scan.numbers(_COLUMNS)
    if scan.is_plane:
        found: dict[str, Any] = {"contours": curves.contours, "uncertainties": curves.uncertainties}
        return plane_table(scan.x, scan.y, CLs, names=scan.axes, **found, **numbers)
    return scan_table(scan.x, CLs, name=scan.axes[0], **numbers)


COMBINATION = Figure(
    "combination",
    label="combination",
    draw=draw,
    applies=lambda scan: scan.is_combination,
    needs=("results", "parts"),
)
