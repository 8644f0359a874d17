"""Upper limits at the lowest minima found, beside those from the initial values.

At each signal strength fits start at the initial values, at the lowest background fit and at the
local minima that the search has found at the tested strength, and the lowest counts. Limits from
the initial values are looked at first: where nothing is lower there, they are the answer.
"""

from dataclasses import replace

from fitscan.engines.compiled.fits.fits import default_fit, lowest_fit
from fitscan.engines.compiled.inference.curves import Curves
from fitscan.engines.compiled.inference.limits import LimitMessages, Limits, find_limits
from fitscan.engines.compiled.inference.minima import LowestHypotest
from fitscan.model.arrays import Model

__all__ = ["lowest_limits"]


def lowest_limits(
    model: Model,
    lowest: LowestHypotest,
    default: Limits,
    *,
    test_size: float = 0.05,
    test_stat: str = "qtilde",
) -> Limits:
    """Find the upper limits.

    Args:
        model: The hypothesis.
        lowest: Its test at the lowest minima.
        default: Its limits from the initial values.
        test_size: CLs at the limit.
        test_stat: ``qtilde`` or ``q``, as in ``lowest``.
    """

    def curves_of(within: Model) -> Curves:
        test = lowest.test
        if within is not model:
            free = lowest_fit(within, lowest.found["free"], first=default_fit(within))
            test = replace(test, free=free)
        return Curves(within, test, test_stat, lowest.starts)

    guesses = {name: getattr(default, name) for name in LimitMessages._fields}
    return find_limits(model, curves_of, test_size=test_size, guesses=guesses)
