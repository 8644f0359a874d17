"""When, by what and from what the page was made."""

from fitscan.report.inputs import Made
from fitscan.report.run import Run

__all__ = ["TITLE", "show"]

TITLE = "Software and sources"


def show(run: Run) -> Made:
    """Return what made the page."""
    return run.made
