"""What to cite: the likelihoods, the software and the method."""

from dataclasses import dataclass

from fitscan.report.links import METHOD, SOFTWARE
from fitscan.report.run import Run

__all__ = ["TITLE", "show"]

TITLE = "How to cite"


@dataclass(frozen=True)
class Cited:
    """References as lines of text."""

    software: tuple[str, ...] = SOFTWARE
    method: tuple[str, ...] = METHOD


def show(run: Run) -> Cited:
    """Return what is cited beside the likelihoods, which every run needs."""
    return Cited()
