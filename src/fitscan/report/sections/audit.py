"""How well pyhf agrees."""

from collections.abc import Sequence

from fitscan.report.run import Part, Run

__all__ = ["TITLE", "show"]

TITLE = "Cross-check with pyhf"


def show(run: Run) -> Sequence[Part]:
    """Return the scans that were cross-checked, or have points in doubt."""
    return [part for part in run.parts if part.audit.made or part.flagged]
