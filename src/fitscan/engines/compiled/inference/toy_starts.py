"""From which local minima of the data toys are fitted besides their own.

Takes what a search has found for the data; gives a few minima that are apart.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from fitscan.engines.compiled.inference.minima import LowestHypotest
from fitscan.model.arrays import FloatArray

__all__ = ["ToyStarts", "toy_starts"]

# Minima nearer than this in each parameter are one; so many are used at the most.
_SAME, _MOST_MINIMA = 0.1, 4


class ToyStarts(NamedTuple):
    """Local minima of the data, which tell how those of a toy lie to one another.

    Attributes:
        signal: Of the fit at the tested strength, (minima, parameters).
        free: Of the free fit, (minima, parameters).
    """

    signal: FloatArray
    free: FloatArray


def toy_starts(lowest: LowestHypotest) -> ToyStarts:
    """Return the local minima that a search has found, as many as toys are fitted from."""
    found = lowest.found
    return ToyStarts(
        signal=_apart([*found["signal"], *found["asimov"]]),
        free=_apart([*found["free"], *found["background"]]),
    )


def _apart(minima: Sequence[FloatArray]) -> FloatArray:
    """Return minima that are not the same, the first of them, (minima, parameters)."""
    chosen: list[FloatArray] = []
    for pars in minima:
        if all(np.abs(pars - other).max() > _SAME for other in chosen):
            chosen.append(pars)
    return np.array(chosen[:_MOST_MINIMA])
