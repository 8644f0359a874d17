"""Upper limits of scans that have any, and CLs of one point of each along the signal strength."""

from collections.abc import Sequence

from fitscan.report.run import Part, Run

__all__ = ["TITLE", "show"]

TITLE = "Upper limits"


def show(run: Run) -> Sequence[Part]:
    """Return the scans that have a figure."""
    return [part for part in run.parts if part.figure("limits") or part.figure("mu_scan")]
