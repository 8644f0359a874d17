"""The coverage of intervals, from blocks of experiments.

    coverage = share of experiments whose interval mu <= mu_up contains mu_test
    by CLs+b: those with CLs+b >= 1 - level;  by CLs: those with CLs+b >= (1 - level) CLb

So an experiment more extreme than all its background toys is not excluded by CLs. Experiments with
a failed fit are not counted. The uncertainty is binomial, with (k + 1) / (n + 2) for the share so
that it is never 0; that of the mean of mu-hat is the scatter over the root of the number.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from fitscan.columns import COVERAGES
from fitscan.model.arrays import BoolArray, FloatArray
from fitscan.plan.blocks import VALUES

__all__ = ["coverage"]


# 1 - 0.95 is more than 0.05 by half of this: 10 of 200 toys must not fall below it.
_ROUNDING = 1e-12


def coverage(blocks: Sequence[Mapping[str, Any]], *, level: float) -> dict[str, float | None]:
    """Return the columns of coverage and of mu-hat; None where there is nothing to count.

    Args:
        blocks: Rows of blocks, in order; see ``fitscan.engines.compiled.coverage.run_experiments``.
        level: Confidence level of the intervals.
    """
    values = {
        name: np.array([v for block in blocks for v in block[name]], dtype=float) for name in VALUES
    }
    contained = _contained(values, alpha=1.0 - level - _ROUNDING)
    row: dict[str, float | None] = {}
    for column in COVERAGES:
        row[column], row[f"{column}_err"] = _share(contained[column])
    mu_hat = values["mu_hat"][np.isfinite(values["mu_hat"])]
    n = len(mu_hat)
    row["mu_hat_mean"] = float(mu_hat.mean()) if n else None
    row["mu_hat_mean_err"] = float(mu_hat.std(ddof=1)) / math.sqrt(n) if n > 1 else None
    return row


def _contained(values: Mapping[str, FloatArray], *, alpha: float) -> dict[str, BoolArray]:
    """Tell by column which experiments have mu_test in their interval, of those with numbers."""
    CLs, CLsb = values["CLs_asymptotic"], values["CLsb_asymptotic"]
    by_toys, CLb = values["CLsb_toys"], values["CLb_toys"]
    fitted, thrown = np.isfinite(CLs), np.isfinite(by_toys)
    return {
        "coverage_CLs_asymptotic": CLs[fitted] >= alpha,
        "coverage_CLsb_asymptotic": CLsb[fitted] >= alpha,
        "coverage_CLs_toys": by_toys[thrown] >= alpha * CLb[thrown],
        "coverage_CLsb_toys": by_toys[thrown] >= alpha,
    }


def _share(found: BoolArray) -> tuple[float | None, float | None]:
    """Return the share that is true and its uncertainty."""
    n, k = len(found), int(found.sum())
    if not n:
        return None, None
    p = (k + 1.0) / (n + 2.0)
    return k / n, math.sqrt(p * (1.0 - p) / n)
