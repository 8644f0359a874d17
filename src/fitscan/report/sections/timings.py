"""How long fits took."""

from collections.abc import Sequence

from fitscan.report.run import Part, Run

__all__ = ["TITLE", "show"]

TITLE = "Timings"


def show(run: Run) -> Sequence[Part]:
    """Return all scans."""
    return run.parts
