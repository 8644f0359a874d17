"""Date, command, machine and versions of this page, and the sources of the likelihoods."""

from fitscan.report.inputs import Made
from fitscan.report.run import Run

__all__ = ["TITLE", "show"]

TITLE = "Software and sources"


def show(run: Run) -> Made:
    """Return what made the page."""
    return run.made
