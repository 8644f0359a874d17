"""What people are shown of the coverage of a scan: a summary, and the points that lack coverage."""

from dataclasses import dataclass

import pandas as pd

from fitscan.columns import COVERAGES

__all__ = ["BELOW", "CoverageSummary", "has_coverage", "summarise_coverage"]

# Coverage that is below the level by more standard deviations than this is said to be so.
BELOW = 3.0


@dataclass(frozen=True)
class CoverageSummary:
    """What was made.

    Attributes:
        level: The confidence level of the intervals.
        mu_test: The signal strength of the experiments.
        points: The rows of points whose experiments gave numbers.
        experiments: Experiments at each of these.
        toys: Toys under each hypothesis with each experiment.
        failed: Experiments with a failed fit, of all points.
        toys_failed: The same of their toys.
        below: Name, kind of interval, coverage and uncertainty of those that are below the level.
    """

    level: float
    mu_test: float
    points: pd.DataFrame
    experiments: int
    toys: int
    failed: int
    toys_failed: int
    below: tuple[tuple[str, str, float, float], ...]


def has_coverage(results: pd.DataFrame) -> bool:
    """Tell whether results are those of a scan of coverage."""
    return "n_experiments" in results.columns


def summarise_coverage(results: pd.DataFrame) -> CoverageSummary:
    """Summarise the coverage of results.csv."""
    points = results[results["coverage_CLs_asymptotic"].notna()]
    below = [
        (str(row["name"]), column, row[column], row[f"{column}_err"])
        for _, row in points.iterrows()
        for column in COVERAGES
        if row[column] < row["level"] - BELOW * row[f"{column}_err"]
    ]
    made = results[["n_experiments", "n_toys", "n_experiments_failed", "n_toys_failed"]].fillna(0.0)
    return CoverageSummary(
        level=float(results["level"].max()),
        mu_test=float(results["mu_test"].max()),
        points=points,
        experiments=int(made["n_experiments"].max()),
        toys=int(made["n_toys"].max()),
        failed=int(made["n_experiments_failed"].sum()),
        toys_failed=int(made["n_toys_failed"].sum()),
        below=tuple(below),
    )
