"""The spaces in which CLs is linear between the points.

A space has heights, which rise as CLs falls: an excluded point is higher than the test size.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

__all__ = ["LOG_CLS", "SIGNIFICANCE", "SPACES", "Array", "Space", "significance"]

Array = NDArray[np.float64]

# 1 - CLs cannot be told from 1 below half the spacing of floats at 1, so neither end of CLs means
# anything beyond this.
CLS_RESOLUTION = 2.0**-53


def clipped(CLs: ArrayLike) -> Array:
    """Return CLs within ``[2^-53, 1 - 2^-53]``, so that its heights are finite; NaN stays NaN.

    An asymptotic CLs underflows to 0 deep in the excluded region, and toys can give 0, or a ratio
    just above 1.
    """
    return np.asarray(np.clip(np.asarray(CLs, dtype=float), CLS_RESOLUTION, 1.0 - CLS_RESOLUTION))


def significance(CLs: ArrayLike) -> Array:
    """Return the one-sided Gaussian significance ``Z = Phi^-1(1 - CLs)``, of the shape of ``CLs``.

    CLs is first clipped, so that ``|Z| < 8.3``.

    >>> significance([0.0, 0.05, 1.0]).round(3).tolist()
    [8.21, 1.645, -8.21]
    """
    return np.asarray(-ndtri(clipped(CLs)))


@dataclass(frozen=True)
class Space:
    """A space in which CLs is linear between points.

    Attributes:
        title: Its name in texts.
        height: From CLs to heights, which rise as CLs falls.
        CLs: From heights back to CLs.
    """

    title: str
    height: Callable[[ArrayLike], Array]
    CLs: Callable[[ArrayLike], Array]


SIGNIFICANCE = Space(
    "significance", significance, lambda Z: np.asarray(ndtr(-np.asarray(Z, dtype=float)))
)
LOG_CLS = Space(
    "log CLs",
    lambda CLs: -np.log10(clipped(CLs)),
    lambda height: 10.0 ** -np.asarray(height, dtype=float),
)
SPACES = {"significance": SIGNIFICANCE, "log_CLs": LOG_CLS}
"""By the names in the configuration."""
