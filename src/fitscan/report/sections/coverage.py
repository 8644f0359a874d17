"""How often intervals contain the truth, where experiments were made."""

from dataclasses import dataclass

from fitscan import formats
from fitscan.columns import COVERAGES
from fitscan.report.rows import MAX_ROWS, Number, label_text
from fitscan.report.run import Part, Run
from fitscan.tables.coverage import CoverageSummary, has_coverage, summarise_coverage

__all__ = ["TITLE", "show"]

TITLE = "Coverage"


@dataclass(frozen=True)
class CoverageRow:
    """The coverage of a point: a share of each of `COVERAGES` that excludes where it is too low."""

    name: str
    values: list[str]
    shares: list[Number]
    mu_hat: str


@dataclass(frozen=True)
class Coverage:
    """A scan with experiments.

    Attributes:
        part: The scan.
        summary: What experiments were made, and where coverage is too low.
        points: The points with experiments, or the first `MAX_ROWS`.
    """

    part: Part
    summary: CoverageSummary
    points: list[CoverageRow]


def show(run: Run) -> list[Coverage]:
    """Return the scans with experiments."""
    return [_coverage(part) for part in run.parts if has_coverage(part.reported.results)]


def _coverage(part: Part) -> Coverage:
    summary = summarise_coverage(part.reported.results)
    below = {(name, column) for name, column, *_ in summary.below}
    points = [
        CoverageRow(
            name=row["name"],
            values=[label_text(row[label]) for label in part.reported.labels],
            shares=[
                Number(
                    formats.measured(row[column], row[f"{column}_err"]),
                    excludes=(row["name"], column) in below,
                )
                for column in COVERAGES
            ],
            mu_hat=formats.measured(row["mu_hat_mean"], row["mu_hat_mean_err"]),
        )
        for row in summary.points.head(MAX_ROWS).to_dict("records")
    ]
    return Coverage(part, summary, points)
