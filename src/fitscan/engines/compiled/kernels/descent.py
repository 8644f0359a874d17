"""The first step of a fit from the initial values: down the gradient, as pyhf's minimiser does.

Where a likelihood has several minima, the first step decides which of them a fit ends in. SLSQP,
pyhf's default, knows nothing of the Hessian when it begins: it takes the identity for that of
2 NLL and steps by the whole gradient within the bounds, then shortens the step until 2 NLL falls by
a tenth of what the slope promises (Kraft, DFVLR-FB 88-28, as in ``scipy.optimize``). Of 980 random
likelihoods that are hard to fit 7 then end in another minimum than SLSQP and MINUIT agree on, and
15 with a Newton step in its place.
"""

import numpy as np

from fitscan.engines.compiled.kernels.buffers import FitBuffers
from fitscan.engines.compiled.kernels.derivatives import evaluate_derivatives
from fitscan.engines.compiled.kernels.linear import copy, fill
from fitscan.engines.compiled.kernels.objective import evaluate_nll
from fitscan.engines.compiled.kernels.problem import Problem
from fitscan.engines.compiled.kernels.rates import evaluate_rates, evaluate_rates_and_slopes
from fitscan.engines.compiled.machine_code.jit import kernel
from fitscan.model.arrays import FloatArray

__all__ = ["descend"]

# Steps that are tried, each at least a tenth of the one before, and the part of the fall that the
# slope promises which is enough.
_TRIES, _SHORTEST, _ENOUGH = 10, 0.1, 0.1

# A step to a bound ends after this part of the way.
_SHORT = 0.999


@kernel
def descend(pars: FloatArray, problem: Problem, buffers: FitBuffers) -> None:
    """Move parameters by the first step of SLSQP, if there is one that descends.

    Args:
        pars: Where the fit starts, and where it goes on.
        problem: What is minimised.
        buffers: Memory, with what is held.
    """
    arrays, data, lower, upper = problem.arrays, problem.data, problem.lower, problem.upper
    rates, direction, trial = buffers.here.rates, buffers.direction, buffers.there.pars
    fill(buffers.side, 1.0)
    evaluate_rates_and_slopes(pars, arrays, rates)
    before = 2.0 * evaluate_nll(rates.rate, pars, arrays, data)
    if not before < np.inf:
        return
    evaluate_derivatives(pars, buffers.side, rates, arrays, data, buffers.work, buffers.derivatives)
    slope = 0.0
    for p in range(len(pars)):
        direction[p] = 0.0
        if not buffers.held[p]:
            gradient = 2.0 * buffers.derivatives.gradient[p]
            moved = min(max(pars[p] - gradient, lower[p]), upper[p])
            direction[p] = moved - pars[p]
            if moved == lower[p] or moved == upper[p]:
                # Just short of the bound, where a flat direction would end and not be seen.
                direction[p] *= _SHORT
            slope += gradient * direction[p]
    length = 1.0
    for _ in range(_TRIES):
        for p in range(len(pars)):
            trial[p] = pars[p] + length * direction[p]
        evaluate_rates(trial, arrays, rates)
        change = 2.0 * evaluate_nll(rates.rate, trial, arrays, data) - before
        if change <= _ENOUGH * length * slope:
            copy(trial, pars)
            return
        shorter = 0.0
        if change < np.inf:
            shorter = 0.5 * length * slope / (length * slope - change)
        length *= max(shorter, _SHORTEST)
