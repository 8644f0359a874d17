"""What is said where the NLL is so large, even at its minimum, that its differences are lost.

The NLL is 0 where all is as expected. A double has 16 digits, so of an NLL of 1e16 the units are
rounded, and these are what a test statistic is made of.
"""

import numpy as np

from fitscan.engines.compiled.kernels.batch import rates_at
from fitscan.engines.compiled.kernels.minimum import CONVERGED, Minimum
from fitscan.model.arrays import GAUSSIAN, FloatArray, Model

__all__ = ["words_of_lost_digits"]

# An NLL above this is rounded by 1e-4 or more. That of a published likelihood is some hundred.
_LARGEST_NLL = 1e12


def words_of_lost_digits(model: Model, free: Minimum) -> str:
    """Say what makes the NLL of the free fit to the data too large; nothing if it is not."""
    if free.status != CONVERGED or free.nll <= _LARGEST_NLL:
        return ""
    rate, events = rates_at(model.arrays, free.pars).rate.copy(), model.data.main
    seen = events > 0.0
    ratio = np.divide(rate, events, out=np.ones(len(rate)), where=seen)
    terms = rate - events - np.where(seen, events * np.log(ratio), 0.0)
    pulls = _pulls(model, free.pars)
    name = f"parameter {model.names[int(np.argmax(pulls))]!r} is far from its auxiliary measurement"
    if terms.max() > pulls.max(initial=0.0):
        b = int(np.argmax(terms))
        channel, number = [(c, k + 1) for c, bins in model.channels for k in range(bins)][b]
        name = (
            f"bin {number} of channel {channel!r} expects {rate[b]:.3g} events and has "
            f"{events[b]:g}"
        )
    return f"free: the NLL is {free.nll:.3g}, too large for CLs to be computed from it: {name}"


def _pulls(model: Model, pars: FloatArray) -> FloatArray:
    """Return the constraint terms, 0 for those that are not Gaussian, (parameters,)."""
    pulls = (pars - model.data.auxiliary) / model.arrays.sigma
    with np.errstate(over="ignore"):  # one that is infinite is far enough
        pulls = 0.5 * pulls**2
    return np.where(model.arrays.constraint == GAUSSIAN, pulls, 0.0)
