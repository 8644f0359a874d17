"""Status of the fits at each point, and what they found; along one parameter as profiles."""

from typing import TYPE_CHECKING

from fitscan.figures.base import Drawn, Figure

if TYPE_CHECKING:
    from fitscan.figures.inputs import Inputs

__all__ = ["STATUS_MAP"]


def draw(inputs: "Inputs") -> Drawn:
    """Draw the status of each point, the fitted signal strength, and what was found of minima."""
    import numpy as np

    from fitscan.plots import draw_status_map
    from fitscan.tables.audit import read_flagged
    from fitscan.tables.minima import has_lowest

    scan = inputs.scan
    found = ["mu_hat", *(["delta_nll", "n_minima"] if has_lowest(scan.results) else [])]
    flagged = read_flagged(inputs.file("flagged"))
    doubts = np.array([flagged.get(name, "") for name in scan.results["name"]])
    picture = draw_status_map(
        scan.x,
        scan.y if scan.is_plane else None,
        scan.results["status"].tolist(),
        scan.numbers(["CLs_obs", *found]),
        flagged=doubts != "",
        method=inputs.method,
        mu_test=inputs.settings["mu_test"],
        space=scan.space,
        **scan.look,
    )
    table = scan.table("status").assign(audit=doubts, **scan.results[found])
    return picture, table.assign(method=scan.between)


STATUS_MAP = Figure("status_map", label="status map", draw=draw, needs=("results", "flagged"))
