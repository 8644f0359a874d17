"""What lower minima change, where they were searched."""

from dataclasses import dataclass

from fitscan.columns import YIELDS
from fitscan.report.rows import MAX_ROWS, PointRow, point_rows
from fitscan.report.run import Part, Run
from fitscan.tables.minima import SHOWN_LIMITS, MinimaSummary, has_lowest, summarise_minima

__all__ = ["TITLE", "show"]

TITLE = "Lower minima"

# CLs from the default initial values and from the lowest minima, and by how much these are lower.
BOTH = ("CLs_obs", "CLs_obs_lowest", "CLs_exp_0", "CLs_exp_0_lowest", "delta_nll")
BOTH_LIMITS = tuple(each for column in SHOWN_LIMITS for each in (column, f"{column}_lowest"))


@dataclass(frozen=True)
class Searched:
    """A scan in which lower minima were searched.

    Attributes:
        part: The scan.
        summary: What the search came to.
        figure: The figure of both answers.
        changed: Points whose exclusion changes with the lowest minima: name, values, and numbers
            from the default initial values and from the lowest minima.
        odd: Samples of each of these with unphysical yields at the lowest minimum.
        limits: The same with upper limits, where one of them is another.
    """

    part: Part
    summary: MinimaSummary
    figure: str
    changed: list[PointRow]
    odd: list[str]
    limits: list[PointRow]


def show(run: Run) -> list[Searched]:
    """Return the scans in which lower minima were searched."""
    return [_searched(part) for part in run.parts if has_lowest(part.reported.results)]


def _searched(part: Part) -> Searched:
    summary = summarise_minima(part.reported.results, test_size=part.test_size)
    changed = point_rows(summary.changed, part.reported.labels, part.test_size, BOTH)
    limits = (
        point_rows(summary.limits, part.reported.labels, part.test_size, BOTH_LIMITS)
        if len(summary.limits)
        else []
    )
    odd = summary.changed[YIELDS].head(MAX_ROWS).tolist()
    return Searched(part, summary, part.figure("minima"), changed, odd, limits)
