"""How many points each scan has, and how many of these it excludes."""

from collections.abc import Sequence

from fitscan.report.run import Part, Run

__all__ = ["TITLE", "show"]

TITLE = "Summary"


def show(run: Run) -> Sequence[Part]:
    """Return all scans."""
    return run.parts
