"""How many toys each scan has, and where they disagree with the asymptotic formulae."""

from dataclasses import dataclass

from fitscan.report.rows import MAX_ROWS
from fitscan.report.run import Part, Run
from fitscan.tables.toys import ToysSummary, has_toys, summarise_toys

__all__ = ["TITLE", "show"]

TITLE = "Toys"


@dataclass(frozen=True)
class Toys:
    """A scan by toys.

    Attributes:
        part: The scan.
        summary: What the toys came to.
        max_rows: How many points the table of limits has at the most.
    """

    part: Part
    summary: ToysSummary
    max_rows: int = MAX_ROWS


def show(run: Run) -> list[Toys]:
    """Return the scans by toys."""
    return [
        Toys(part, summarise_toys(part.reported.results))
        for part in run.parts
        if has_toys(part.reported.results)
    ]
