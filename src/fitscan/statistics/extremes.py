"""Which toys are at least as extreme as the data: those with q >= q_obs, ties included.

Toys with the same data, or with data that say the same, tie; from different starts their test
statistics differ by up to 3e-9. On discrete models ties decide p-values.
"""

import numpy as np

from fitscan.model.arrays import FloatArray

__all__ = ["TIE", "count_extreme"]

TIE = 1e-7


def count_extreme(q: FloatArray, q_obs: float) -> int:
    """Return how many toys are at least as extreme as the data; NaN, of failed fits, are not."""
    return int(np.count_nonzero(q >= q_obs - TIE))
