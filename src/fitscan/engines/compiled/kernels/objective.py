"""The negative log-likelihood, free of the terms that do not depend on the parameters.

    NLL = sum over bins of poisson(n_b, lambda_b)
        + sum over Gaussian constraints of (theta - a)^2 / (2 sigma^2)
        + sum over Poisson constraints of poisson(a, tau theta)

    poisson(n, m) = n (x - ln(1 + x)) with x = (m - n) / n;   m where n = 0

(CERN-OPEN-2012-016, Eq. 8.) Each term is 0 where the expectation equals the observation, so that
no digits are lost however large n is. A rate below 0 has no probability: NLL is infinite. Of an
empty bin it may be below 0 by rounding, since where a variation takes all of a sample the terms of
its yield cancel.
"""

import math

import numpy as np

from fitscan.engines.compiled.machine_code.jit import entry, helper, kernel
from fitscan.model.arrays import GAUSSIAN, POISSON, Arrays, Data, FloatArray

__all__ = ["LEAST_RATE", "constant_terms", "evaluate_constraints", "evaluate_nll"]

# The rate that an empty bin may have: rounding, and less than the tolerance of a fit.
LEAST_RATE = -1e-10


@helper
def _poisson(observed: float, expected: float) -> float:
    """Return -ln P(observed | expected) less its value where the two are equal."""
    if observed <= 0.0:
        return expected
    x = (expected - observed) / observed
    # Near equality the logarithm of a ratio loses digits; far from it log1p does.
    log_ratio = math.log1p(x) if abs(x) < 0.5 else math.log(expected / observed)
    return observed * (x - log_ratio)


@kernel
def evaluate_nll(rate: FloatArray, pars: FloatArray, arrays: Arrays, data: Data) -> float:
    """Return the NLL at ``pars``, where the bins have these rates."""
    total = 0.0
    for b in range(len(rate)):
        # Not `<`: a rate that is NaN has no probability either.
        if not rate[b] >= LEAST_RATE or (rate[b] <= 0.0 and data.main[b] > 0.0):
            return np.inf
        total += _poisson(data.main[b], rate[b])
    return total + evaluate_constraints(pars, arrays, data)


@kernel
def evaluate_constraints(pars: FloatArray, arrays: Arrays, data: Data) -> float:
    """Return the constraint terms of the NLL, which is nowhere lower, up to ``LEAST_RATE``."""
    total = 0.0
    for p in range(len(pars)):
        if arrays.constraint[p] == GAUSSIAN:
            pull = (pars[p] - data.auxiliary[p]) / arrays.sigma[p]
            total += 0.5 * pull * pull
        elif arrays.constraint[p] == POISSON:
            expected = arrays.tau[p] * pars[p]
            if not expected >= 0.0 or (expected == 0.0 and data.auxiliary[p] > 0.0):
                return np.inf
            total += _poisson(data.auxiliary[p], expected)
    return total


@entry
def constant_terms(arrays: Arrays, data: Data) -> float:
    """Return what has to be added to the NLL to make it minus the full log-density."""
    total = 0.0
    for b in range(len(data.main)):
        n = data.main[b]
        total += math.lgamma(n + 1.0) - (n * math.log(n) - n if n > 0.0 else 0.0)
    for p in range(len(arrays.constraint)):
        if arrays.constraint[p] == GAUSSIAN:
            total += math.log(arrays.sigma[p]) + 0.5 * math.log(2.0 * math.pi)
        elif arrays.constraint[p] == POISSON:
            n = data.auxiliary[p]
            total += math.lgamma(n + 1.0) - (n * math.log(n) - n if n > 0.0 else 0.0)
    return total
