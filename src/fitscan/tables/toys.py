"""What people are shown of the toys of a scan: a summary, and the point where they say most."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from fitscan.columns import ASYMPTOTIC, CLS, CLS_ERRORS, ENOUGH_TOYS, LIMIT_ERRORS, N_TOYS

__all__ = [
    "DISAGREE",
    "ToysSummary",
    "deviations",
    "distributions_table",
    "drawn_CLs",
    "has_limit_from_toys",
    "has_toys",
    "shown_toys",
    "summarise_toys",
    "too_few_toys",
    "toys_of_points",
    "with_asymptotic_CLs",
]

FloatArray = NDArray[np.float64]

# Toys and the asymptotic formula disagree if they differ by more standard deviations.
DISAGREE = 3.0


@dataclass(frozen=True)
class ToysSummary:
    """How many toys there are, and what they say.

    Attributes:
        points: Points with toys.
        others: Points without, which keep their asymptotic CLs.
        toys: Toys of all points.
        failed: Toys with a failed fit.
        uniform: Toys that all points would have had with the largest number of any.
        too_few: The rows of points with too few toys.
        disagreeing: The rows where toys and asymptotics disagree.
        limits: The rows with upper limits from toys.
    """

    points: int
    others: int
    toys: int
    failed: int
    uniform: int
    too_few: pd.DataFrame
    disagreeing: pd.DataFrame
    limits: pd.DataFrame

    @property
    def saved(self) -> float:
        """The share of toys that was not needed."""
        return 1.0 - self.toys / self.uniform if self.uniform else 0.0


def has_toys(results: pd.DataFrame) -> bool:
    """Tell whether results are those of a scan with toys."""
    return "q_obs" in results.columns


def summarise_toys(results: pd.DataFrame) -> ToysSummary:
    """Summarise the toys of results.csv."""
    each = toys_of_points(results)
    return ToysSummary(
        points=int((each > 0.0).sum()),
        others=int((each == 0.0).sum()),
        toys=int(each.sum()),
        failed=int(results["n_toys_failed"].sum()),
        uniform=int(len(each) * each.max()) if len(each) else 0,
        too_few=results[too_few_toys(results)],
        disagreeing=results[_differences(results) > DISAGREE],
        limits=results[has_limit_from_toys(results)],
    )


def toys_of_points(results: pd.DataFrame) -> "pd.Series[float]":
    """Return how many toys each point has, of both hypotheses together."""
    return results[list(N_TOYS)].fillna(0.0).sum(axis=1)


def has_limit_from_toys(results: pd.DataFrame) -> "pd.Series[bool]":
    """Return at which points the observed upper limit is from toys: there it has an uncertainty."""
    if LIMIT_ERRORS[0] not in results.columns:
        return pd.Series(data=False, index=results.index)
    return results[LIMIT_ERRORS[0]].notna()


def too_few_toys(results: pd.DataFrame) -> "pd.Series[bool]":
    """Return at which points CLs is from toys that are too few to tell it as well as was asked."""
    if ENOUGH_TOYS not in results.columns:
        return pd.Series(data=False, index=results.index)
    return results[ENOUGH_TOYS] == "false"


def drawn_CLs(results: pd.DataFrame) -> pd.DataFrame:
    """Return results to draw: CLs from toys keeps away from 0 and 1 by its uncertainty.

    Curves between points are linear in significance, which is without end at both: there they
    would pass through the neighbours of a point whose toys all lie on one side. Below the
    uncertainty it is the asymptotic formula that says how much is excluded.
    """
    if not has_toys(results):
        return results
    drawn = {}
    for column, name, asymptotic in zip(CLS, CLS_ERRORS, ASYMPTOTIC, strict=True):
        error = results[name]
        drawn[column] = results[column].clip(error.clip(upper=results[asymptotic]), 1.0 - error)
    return results.assign(**drawn)


def deviations(
    CLs: ArrayLike, asymptotic: ArrayLike, error: ArrayLike, q_obs: ArrayLike
) -> FloatArray:
    """Return by how many standard deviations toys and asymptotics differ, 0 where it is unknown.

    At q = 0 all toys are as extreme as the data, and half of them by the formula: no contradiction.

    Args:
        CLs: Observed CLs from toys.
        asymptotic: The same by the formula.
        error: Uncertainty of the one from toys, above 0.
        q_obs: Test statistic of the data.
    """
    number = np.abs(np.subtract(CLs, asymptotic)) / error
    return np.where(np.greater(q_obs, 0.0) & np.isfinite(number), number, 0.0)


def with_asymptotic_CLs(results: pd.DataFrame) -> pd.DataFrame:
    """Return results whose CLs are the asymptotic ones, which pyhf's test gives too."""
    if not has_toys(results):
        return results
    return results.assign(
        **{column: results[name] for column, name in zip(CLS, ASYMPTOTIC, strict=True)}
    )


def shown_toys(results: pd.DataFrame, *, test_size: float) -> int | None:
    """Return the number of the row whose toys are drawn; None where no point has any.

    It is the one where toys and asymptotics differ most, if they disagree, and else the one whose
    CLs is nearest to the test size.
    """
    ok = ((results["status"] == "ok") & (results["n_toys_signal"] > 0.0)).to_numpy()
    if not ok.any():
        return None
    differences = np.where(ok, _differences(results), -1.0)
    if differences.max() > DISAGREE:
        return int(differences.argmax())
    distance = (results["CLs_obs"] - test_size).abs().to_numpy(dtype=float)
    return int(np.where(ok, distance, np.inf).argmin())


def distributions_table(distributions: Mapping[str, Any] | None) -> pd.DataFrame:
    """Return the histograms of a point as a table: a row for each bin; none of a point without."""
    distributions = distributions or {}
    rows = []
    for quantity in ("sqrt_q", "mu_hat") if distributions else ():
        edges = distributions[f"{quantity}_edges"]
        for hypothesis in ("signal", "background"):
            counts = distributions[hypothesis][quantity]
            rows += [
                (quantity, hypothesis, *of_bin)
                for of_bin in zip(edges[:-1], edges[1:], counts, strict=True)
            ]
    return pd.DataFrame(rows, columns=["quantity", "hypothesis", "low", "high", "toys"])


def _differences(results: pd.DataFrame) -> FloatArray:
    columns = ("CLs_obs", "CLs_obs_asymptotic", "CLs_obs_err", "q_obs")
    return deviations(*(results[column].to_numpy(dtype=float) for column in columns))
