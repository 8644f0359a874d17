"""Whether a point has enough toys: whether they tell its CLs as well as was asked for."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from fitscan.statistics.toys import ToyCLs

__all__ = ["SIGNIFICANCE", "enough_toys"]

# How many standard deviations CLs is to be away from the test size where no precision is asked for.
SIGNIFICANCE = 3.0


def enough_toys(found: ToyCLs, options: Mapping[str, Any]) -> bool:
    """Tell whether the observed CLs of a point is known well enough.

    It is if one of the conditions of `precision` holds: CLs is ``significance`` standard deviations
    away from the test size, or its standard deviation is ``absolute`` at most.

    Args:
        found: CLs from the toys of the point.
        options: Those of the scan's toys. Without a precision the first condition has to hold, with
            ``SIGNIFICANCE``.
    """
    precision = options["precision"] or {"significance": SIGNIFICANCE}
    value, error = found.CLs[0], found.errors[0]
    absolute, significance = precision.get("absolute"), precision.get("significance")
    if absolute is not None and error <= absolute:
        return True
    if significance is None or not np.isfinite(value):
        return False
    return bool(abs(value - options["test_size"]) >= significance * error)
