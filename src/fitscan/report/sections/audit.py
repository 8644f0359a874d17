"""How well pyhf agrees."""

from collections.abc import Sequence

from fitscan.report.run import Part, Run

__all__ = ["TITLE", "show"]

TITLE = "Cross-check with pyhf"


def show(run: Run) -> Sequence[Part]:
    """Return the scans of which anything was asked, or numbers are in doubt."""
    return [part for part in run.parts if part.audit.made or part.flagged]
