"""The exclusion figure of each scan."""

from collections.abc import Sequence

from fitscan.report.run import Part, Run

__all__ = ["TITLE", "show"]

TITLE = "Figures"


def show(run: Run) -> Sequence[Part]:
    """Return all scans."""
    return run.parts
