"""What is tried where a fit of a toy fails, or may miss a lower minimum.

*Other starts*, where it fails from the first one (``attempt_fit``).

*Barriers*, where a bin is empty: its NLL is the rate itself, and a minimum at a rate of 0 has no
certificate. Such a fit, where it does not converge, is made once more by a barrier (see
``fits.recovery``). Without empty bins a fit may creep along a curved valley, one in a few thousand
for more steps than the fits of a test get: it gets them here.

*Other local minima*, where the data have several: from the toy's own minimum, moved as those of the
data lie to one another, if the NLL there is not far above.
"""

import numpy as np

from fitscan.engines.compiled.kernels.buffers import FitBuffers
from fitscan.engines.compiled.kernels.linear import copy
from fitscan.engines.compiled.kernels.minimise import minimise
from fitscan.engines.compiled.kernels.minimum import CONVERGED, NOT_DESCENDING, Minimum
from fitscan.engines.compiled.kernels.objective import evaluate_nll
from fitscan.engines.compiled.kernels.problem import ENDURANCE, Budget, KnownMinima, Problem
from fitscan.engines.compiled.kernels.rates import evaluate_rates
from fitscan.engines.compiled.kernels.toy import Toy, ToyFit
from fitscan.engines.compiled.machine_code.jit import kernel
from fitscan.model.arrays import Data, FloatArray

__all__ = ["ATTEMPTS", "attempt_fit", "fit_from_other_minima"]

# Where a fit fails it is made from other starts, so many times in all.
ATTEMPTS = 3

# Evaluations that a fit without barrier may take where bins are empty: nearly all take less, and
# one that creeps along a rate of 0 takes thousands.
_PATIENCE = 40

# By so much the NLL of the free fit may lie above that of the other, where both end at one place.
_NOISE = 1e-6

# Another local minimum is worth a fit when the NLL there is no more than this above the lowest.
_RISE = 2.0


@kernel
def attempt_fit(attempt: int, highest: float, toy: Toy, buffers: FitBuffers) -> ToyFit:
    """Fit from the start in the buffers: the first, second or last time that it is tried.

    The last time the smallest barrier alone holds rates of 0: from the end of another fit it leads
    nowhere but down.

    Args:
        attempt: Which time it is, from 0.
        highest: A minimum whose NLL is above this is none.
        toy: The toy.
        buffers: Memory, with the start and what is held.
    """
    first = 0 if attempt < ATTEMPTS - 1 else len(toy.setup.barriers) - 1
    found, behind = _fit_behind_barriers(first, 0, toy, buffers)
    nll, status = _nll_without_barrier(found, toy, buffers), found.status
    if status == CONVERGED and not nll <= highest + _NOISE:
        status = NOT_DESCENDING
    return ToyFit(nll, status, attempt > 0 or behind)


@kernel
def _fit_behind_barriers(
    first: int, known: int, toy: Toy, buffers: FitBuffers
) -> tuple[Minimum, bool]:
    """Fit from the start in the buffers, and behind barriers where bins are empty and that fails.

    Args:
        first: The barrier to begin with; 0 is none.
        known: 1 ends a fit where it comes next to the best minimum in the buffers, 0 does not.
        toy: The toy.
        buffers: Memory, with the start and what is held.

    Returns:
        Where the last fit ended, and whether it was behind a barrier.
    """
    problem, barriers, floored = toy.problem, toy.setup.barriers, buffers.toy.floored
    best = KnownMinima(buffers.toy.best[:known], buffers.toy.best_nll[:known])
    last = first
    for barrier in range(first, len(barriers)):
        for b in range(len(floored)):
            floored[b] = max(problem.data.main[b], barriers[barrier])
        patience = _PATIENCE if toy.empty and barrier == 0 else ENDURANCE
        found = minimise(
            Problem(
                problem.arrays,
                Data(floored, problem.data.auxiliary),
                problem.lower,
                problem.upper,
            ),
            Budget(ENDURANCE, patience),
            best,
            buffers,
        )
        last = barrier
        if barrier == 0 and (found.status == CONVERGED or not toy.empty):
            break
        if barrier > 0:
            copy(found.pars, buffers.begin)
    return found, last > 0


@kernel
def _nll_without_barrier(found: Minimum, toy: Toy, buffers: FitBuffers) -> float:
    """Return the NLL of the toy's own data where its last fit ended."""
    if not toy.empty:
        return found.nll
    return evaluate_nll(buffers.expected, found.pars, toy.problem.arrays, toy.problem.data)


@kernel
def fit_from_other_minima(nll: float, minima: FloatArray, toy: Toy, buffers: FitBuffers) -> float:
    """Look for a minimum lower than the best one in the buffers, and put it there.

    Args:
        nll: NLL of that one.
        minima: Local minima of the data, (minima, parameters).
        toy: The toy.
        buffers: Memory, with the best minimum and what is held.

    Returns:
        NLL of the lowest one.
    """
    best, origin, begin = buffers.toy.best[0], buffers.toy.origin, buffers.begin
    rates, problem = buffers.here.rates, toy.problem
    nearest = _nearest(best, minima, toy.setup.inverse_width)
    copy(best, origin)
    for k in range(len(minima)):
        if k == nearest:
            continue
        for p in range(len(origin)):
            moved = origin[p] + minima[k, p] - minima[nearest, p]
            inside = min(max(moved, problem.lower[p]), problem.upper[p])
            begin[p] = origin[p] if buffers.held[p] else inside
        evaluate_rates(begin, problem.arrays, rates)
        if evaluate_nll(rates.rate, begin, problem.arrays, problem.data) > nll + _RISE:
            continue
        buffers.toy.best_nll[0] = nll
        found, _ = _fit_behind_barriers(0, 1, toy, buffers)
        lowest = _nll_without_barrier(found, toy, buffers)
        if found.status == CONVERGED and lowest < nll - _NOISE:
            nll = lowest
            copy(found.pars, best)
    return nll


@kernel
def _nearest(pars: FloatArray, minima: FloatArray, inverse_width: FloatArray) -> int:
    """Return which minimum is nearest in the constrained parameters."""
    nearest, least = 0, np.inf
    for k in range(len(minima)):
        distance = 0.0
        for p in range(len(pars)):
            pull = (pars[p] - minima[k, p]) * inverse_width[p]
            distance += pull * pull
        if distance < least:
            nearest, least = k, distance
    return nearest
