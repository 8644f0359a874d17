"""Which conclusions change when the lowest minimum is taken in place of the default one.

The default minimum is the one to which fits lead that start at the model's initial values, as in
pyhf. Takes results.csv of a scan with ``minima: search`` or ``exhaustive``; gives the points at
which something changes, and the numbers that the report says.
"""

from dataclasses import dataclass

import pandas as pd

from fitscan.columns import LIMITS_LOWEST, YIELDS
from fitscan.tables.results import count_excluded

__all__ = [
    "SHOWN_LIMITS",
    "MinimaSummary",
    "exclusion_changes",
    "has_lowest",
    "has_other_discovery",
    "has_other_limits",
    "other_limits",
    "summarise_minima",
]

# A change of CLs that a figure with three digits shows.
_VISIBLE = 1e-3

# What is compared: observed and median expected.
_COMPARED = {"observed": "CLs_obs", "expected": "CLs_exp_0"}
SHOWN_LIMITS = ("mu_up_obs", "mu_up_exp_0")
"""The limits whose two results are shown side by side."""

# Limits are others when they differ by more than this part of the larger one.
_OTHER_LIMIT = 1e-3


@dataclass(frozen=True)
class MinimaSummary:
    """What the search for lower minima came to.

    Attributes:
        points: How many points have both answers.
        lower: At how many a fit has a lower minimum than the initial values lead to.
        largest_gap: The largest fall of an NLL.
        largest_change: The largest change of CLs, observed or expected.
        visible: At how many points a CLs changes by more than 0.001.
        odd: At how many a lowest minimum has a sample yield below 0 or over ten times nominal.
        excluded: Numbers of excluded points from the initial values and from the lowest minima,
            for ``observed`` and ``expected``.
        changed: Points whose exclusion changes; see ``exclusion_changes``.
        limits: Points at which a displayed upper limit changes; see ``other_limits``.
    """

    points: int
    lower: int
    largest_gap: float
    largest_change: float
    visible: int
    odd: int
    excluded: dict[str, tuple[int, int]]
    changed: pd.DataFrame
    limits: pd.DataFrame


def has_lowest(results: pd.DataFrame) -> bool:
    """Tell whether a scan looked for lower minima."""
    return "delta_nll" in results


def exclusion_changes(results: pd.DataFrame, *, test_size: float) -> "pd.Series[bool]":
    """Tell which points are excluded by one of the two answers only.

    Args:
        results: See ``fitscan.tables.results.results_table``.
        test_size: A point is excluded when its CLs is below this number and its status is ok.
    """
    changed = pd.Series(data=False, index=results.index)
    for column in _COMPARED.values():
        before, after = results[column], results[f"{column}_lowest"]
        changed |= (before < test_size) != (after < test_size)
    return changed & _searched(results)


def other_limits(results: pd.DataFrame, column: str) -> "pd.Series[bool]":
    """Tell at which points an upper limit is another at the lowest minima, or only there, or not.

    Args:
        results: See ``fitscan.tables.results.results_table``.
        column: One of ``fitscan.columns.MU_UP``, or the significance: next to 0 it is rounding.
    """
    one, other = results[column], results[f"{column}_lowest"]
    larger = one.where(one > other, other)
    least = 1.0 if column == "significance" else 0.0
    apart = (one - other).abs() > _OTHER_LIMIT * larger.clip(lower=least)
    return (apart | (one.isna() != other.isna())) & _searched(results)


def has_other_limits(results: pd.DataFrame) -> bool:
    """Tell whether the lowest minima give another upper limit, of those shown, at some point."""
    return not _with_other_limits(results).empty


def has_other_discovery(results: pd.DataFrame) -> bool:
    """Tell whether the lowest minima give another significance at some point."""
    column = "significance"
    return f"{column}_lowest" in results and bool(other_limits(results, column).any())


def _searched(results: pd.DataFrame) -> "pd.Series[bool]":
    """Tell which points have both results: not those that failed or that pyhf fitted instead."""
    return (results["status"] == "ok") & results["delta_nll"].notna()


def summarise_minima(results: pd.DataFrame, *, test_size: float) -> MinimaSummary:
    """Count and compare; see ``exclusion_changes`` for the arguments."""
    usable = results[_searched(results)]
    change = pd.concat(
        [(usable[f"{column}_lowest"] - usable[column]).abs() for column in _COMPARED.values()],
        axis=1,
    ).max(axis=1)
    return MinimaSummary(
        points=len(usable),
        lower=int((usable["delta_nll"] > 0.0).sum()),
        largest_gap=float(usable["delta_nll"].max()) if len(usable) else 0.0,
        largest_change=float(change.max()) if len(usable) else 0.0,
        visible=int((change > _VISIBLE).sum()),
        odd=int((usable[YIELDS] != "").sum()),
        excluded={
            name: (
                count_excluded(usable, column, test_size=test_size),
                count_excluded(usable, f"{column}_lowest", test_size=test_size),
            )
            for name, column in _COMPARED.items()
        },
        changed=results[exclusion_changes(results, test_size=test_size)],
        limits=_with_other_limits(results),
    )


def _with_other_limits(results: pd.DataFrame) -> pd.DataFrame:
    if LIMITS_LOWEST[0] not in results:
        return results.head(0)
    observed, expected = (other_limits(results, column) for column in SHOWN_LIMITS)
    return results[observed | expected]
