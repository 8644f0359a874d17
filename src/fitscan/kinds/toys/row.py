"""The row of a point, made of its toys."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from fitscan.columns import (
    ASYMPTOTIC,
    ASYMPTOTIC_LIMITS,
    CLS,
    CLS_ERRORS,
    ENOUGH_TOYS,
    LIMIT_ERRORS,
    MU_UP,
    TOYS,
    has_limits,
    result_columns,
)
from fitscan.engines.base import Row
from fitscan.kinds.toys.limits import ToyLimits
from fitscan.kinds.toys.precision import enough_toys
from fitscan.kinds.toys.tally import ToyTest
from fitscan.statistics.histograms import distributions
from fitscan.tables.toys import DISAGREE, deviations

__all__ = ["row_of", "toy_columns"]


def toy_columns(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the columns that a row has before its texts."""
    limits = (*LIMIT_ERRORS, *ASYMPTOTIC_LIMITS) if has_limits(settings) else ()
    return (*result_columns(settings), *TOYS, ENOUGH_TOYS, *limits)


def row_of(test: ToyTest, data: Row, limits: ToyLimits | None, settings: Mapping[str, Any]) -> Row:
    """Return the row of a point.

    Args:
        test: What came of its toys, if it has any.
        data: The row of the test of its data.
        limits: Upper limits from toys; None where they were not asked for.
        settings: Those of the scan.
    """
    row: Row = dict.fromkeys(toy_columns(settings)) | data | {"key": test.point.key}
    row |= {asymptotic: data[column] for asymptotic, column in zip(ASYMPTOTIC, CLS, strict=True)}
    row |= {f"n_toys_{hypothesis}": toys for hypothesis, toys in test.toys.items()}
    tallies = [*test.tallies.values(), *(limits.tallies if limits else ())]
    row["wall_s"] = round(data["wall_s"] + sum(tally.wall_s for tally in tallies), 6)
    row["cpu_s"] = round(data["cpu_s"] + sum(tally.cpu_s for tally in tallies), 6)
    row["n_toys_failed"] = sum(tally.failed for tally in tallies)
    if has_limits(settings):
        row |= _limits(data, limits)
    if not test.has_toys:
        return row
    problem = test.problem(settings["toys"]["max_failed_fraction"])
    found = None if problem else test.toy_CLs()
    if found is not None and not np.isfinite(found.CLs[0]):
        problem = "no background toy is as extreme as the data: more toys are needed"
    if found is None or problem:
        nothing = dict.fromkeys((*CLS, *CLS_ERRORS))
        message = "; ".join(filter(None, [problem, data["message"]]))
        return row | nothing | {"status": "failed", "message": message}
    row |= dict(zip(CLS, found.CLs, strict=True))
    row |= dict(zip(CLS_ERRORS, found.errors, strict=True))
    row[ENOUGH_TOYS] = "true" if enough_toys(found, settings["toys"]) else "false"
    row["distributions"] = distributions({h: (t.q, t.mu_hat) for h, t in test.tallies.items()})
    said = [data["message"], *(limits.messages if limits else ())]
    sigmas = float(deviations(found.CLs[0], data["CLs_obs"], found.errors[0], data["q_obs"]))
    if sigmas > DISAGREE:
        said.append(f"toys and asymptotics disagree by {sigmas:.1f} sigma")
    row["message"] = "; ".join(filter(None, said))
    return row


def _limits(data: Row, limits: ToyLimits | None) -> Row:
    """Return the columns of upper limits; without toys they stay the asymptotic ones."""
    row = {name: data[column] for name, column in zip(ASYMPTOTIC_LIMITS, MU_UP, strict=True)}
    if limits is None:
        return row
    row |= dict(zip(MU_UP, limits.values, strict=True))
    return row | dict(zip(LIMIT_ERRORS, limits.errors, strict=True))
