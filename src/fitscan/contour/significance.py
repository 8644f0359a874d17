"""The significance of a CLs, in which everything is linear between the points; names of curves."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from fitscan.columns import BANDS, THEORY

__all__ = ["CURVES", "Array", "significance"]

Array = NDArray[np.float64]

CURVES = (
    {"observed": "CLs_obs", "expected": "CLs_exp_0"}
    | {f"expected_{band}": f"CLs_exp_{band}" for band in BANDS if band != "0"}
    | {column.replace("CLs_obs", "observed"): column for column in THEORY}
)
"""From the name of a curve to its column in the results."""

# 1 - CLs cannot be told from 1 below half the spacing of floats at 1, so neither end of CLs means
# anything beyond this.
CLS_RESOLUTION = 2.0**-53


def significance(CLs: ArrayLike) -> Array:
    """Return the one-sided Gaussian significance ``Z = Phi^-1(1 - CLs)``, of the shape of ``CLs``.

    CLs is first clipped to ``[2^-53, 1 - 2^-53]``, so that ``|Z| < 8.3`` is finite: an asymptotic
    CLs underflows to 0 deep in the excluded region, and toys can give 0, or a ratio just above 1.
    NaN stays NaN.

    >>> significance([0.0, 0.05, 1.0]).round(3).tolist()
    [8.21, 1.645, -8.21]
    """
    clipped = np.clip(np.asarray(CLs, dtype=float), CLS_RESOLUTION, 1.0 - CLS_RESOLUTION)
    return np.asarray(-ndtri(clipped))
