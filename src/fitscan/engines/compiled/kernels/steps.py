"""Steps of the minimiser: down a line, and away from a saddle point.

Both go from ``here`` along the direction in the buffers, in the free parameters and within the
bounds, and leave the place where they arrive in ``there``.
"""

import numpy as np

from fitscan.engines.compiled.kernels.buffers import FitBuffers, Place
from fitscan.engines.compiled.kernels.objective import evaluate_nll
from fitscan.engines.compiled.kernels.problem import Problem
from fitscan.engines.compiled.kernels.rates import evaluate_rates_and_slopes
from fitscan.engines.compiled.machine_code.jit import helper, kernel

__all__ = ["leave_saddle", "rounding", "search_line"]

_MAX_CUTS = 30


@helper
def rounding(nll: float) -> float:
    """Return how much an NLL may differ by rounding alone."""
    return 1e-12 * max(1.0, abs(nll))


@kernel
def _try_step(
    length: float, here: Place, there: Place, problem: Problem, buffers: FitBuffers
) -> tuple[float, float]:
    """Go so far against the direction, as far as the bounds allow.

    Returns:
        The NLL there, and by how much it would be lower along a line.
    """
    pars, trial, expected = here.pars, there.pars, 0.0
    for p in range(len(pars)):
        trial[p] = pars[p]
        if buffers.free[p]:
            moved = pars[p] - length * buffers.direction[p]
            trial[p] = min(max(moved, buffers.lower[p]), buffers.upper[p])
            expected += buffers.derivatives.gradient[p] * (pars[p] - trial[p])
    evaluate_rates_and_slopes(trial, problem.arrays, there.rates)
    nll = evaluate_nll(there.rates.rate, trial, problem.arrays, problem.data)
    return nll, expected


@kernel
def search_line(
    here: Place, nll: float, there: Place, problem: Problem, buffers: FitBuffers
) -> tuple[int, float]:
    """Step against the direction within the bounds, until the NLL falls enough.

    Returns:
        Number of evaluations, and the NLL at ``there``; infinite when no step will do.
    """
    length = 1.0
    for cut in range(_MAX_CUTS):
        found, expected = _try_step(length, here, there, problem, buffers)
        if found < np.inf and found <= nll - 1e-4 * expected:
            return cut + 1, found
        if abs(expected) < rounding(nll) and found <= nll + rounding(nll):
            return cut + 1, found
        length *= 0.5 if cut < 2 else 0.25
    return _MAX_CUTS, np.inf


@kernel
def leave_saddle(
    here: Place, nll: float, there: Place, problem: Problem, buffers: FitBuffers
) -> tuple[int, float]:
    """Step to either side along a direction of negative curvature; see ``search_line``."""
    largest = 0.0
    for p in range(len(buffers.direction)):
        largest = max(largest, abs(buffers.direction[p]))
    length = 0.5 / largest
    for cut in range(_MAX_CUTS):
        best, best_sign = np.inf, 0.0
        for sign in (1.0, -1.0, 0.0):
            # The last of the three is the better one again.
            step = length * (sign if sign != 0.0 else best_sign)
            found, _ = _try_step(step, here, there, problem, buffers)
            if found < best:
                best, best_sign = found, sign
        if best < nll:
            return 3 * (cut + 1), best
        length *= 0.25
    return 3 * _MAX_CUTS, np.inf
