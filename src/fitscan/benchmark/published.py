"""Times that others published: table 1 of arXiv:2103.02182, and what they are times of.

They stand in tables of their own and are never averaged or divided with what is measured here.
"""

from collections.abc import Collection
from importlib import resources

import pandas as pd

__all__ = ["PUBLISHED", "published_times"]

# What the numbers are, in the words of the paper's setting.
PUBLISHED = (
    "pyhf through funcX on the RIVER cluster, NumPy backend and SciPy, at most 4 blocks of one node"
    " each, mean and standard deviation of 10 trials; single node: the same fits on one node"
)


def published_times(analyses: Collection[str]) -> pd.DataFrame:
    """Return the published table if any of these analyses is in it, else one without rows.

    Args:
        analyses: Names of analyses, by which they are found.
    """
    with resources.files("fitscan.benchmark").joinpath("published.csv").open() as file:
        table = pd.read_csv(file, dtype={"analysis": str})
    return table if set(analyses) & set(table["analysis"]) else table.iloc[:0]
