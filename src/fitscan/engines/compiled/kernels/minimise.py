"""Minimise the NLL within bounds: projected Newton steps by conjugate gradients.

1. Parameters at a bound whose gradient points outward are held (``active_set``).
2. H d = gradient is solved on the others by ``conjugate_gradients``.
3. The step is cut back until the NLL falls enough along the projected path (Bertsekas 1982,
   doi:10.1137/0320018; ``steps``).
4. Near the minimum H is factorised, and the factor ends the fit (``certificate``).

So a fit has converged only at a stationary point with a positive-definite Hessian on the free
parameters. A saddle point is left along its direction of negative curvature (``steps``), and where
nothing is to be gained that way the direction is ``flat``.
"""

from typing import NamedTuple

import numpy as np

from fitscan.engines.compiled.kernels.active_set import (
    choose_free,
    evaluate_on_sides,
    is_free,
    list_free,
)
from fitscan.engines.compiled.kernels.buffers import FitBuffers, Place
from fitscan.engines.compiled.kernels.certificate import factorise_free, newton_direction
from fitscan.engines.compiled.kernels.conjugate_gradients import (
    conjugate_gradients,
    estimate_edm,
    limit_pulls,
)
from fitscan.engines.compiled.kernels.flat import count_flat, factorise_flat
from fitscan.engines.compiled.kernels.known import is_known
from fitscan.engines.compiled.kernels.linear import copy, fill
from fitscan.engines.compiled.kernels.minimum import (
    CONVERGED,
    KNOWN,
    NO_LIKELIHOOD,
    NOT_DESCENDING,
    TOLERANCE,
    TOO_MANY_STEPS,
    Minimum,
)
from fitscan.engines.compiled.kernels.objective import evaluate_nll
from fitscan.engines.compiled.kernels.problem import Budget, KnownMinima, Problem
from fitscan.engines.compiled.kernels.rates import evaluate_rates_and_slopes
from fitscan.engines.compiled.kernels.steps import leave_saddle, rounding, search_line
from fitscan.engines.compiled.machine_code.jit import kernel
from fitscan.model.arrays import IntArray

__all__ = ["minimise"]

# From this EDM on the Hessian is factorised.
_NEAR = 1e-5

# A fit whose NLL has fallen by no more than rounding in so many steps goes round without end.
_STALLED = 200


@kernel
def minimise(problem: Problem, budget: Budget, known: KnownMinima, buffers: FitBuffers) -> Minimum:
    """Find the minimum to which the start in the buffers leads, holding the parameters held there.

    Free parameters are moved into the bounds first.

    Args:
        problem: What is minimised.
        budget: When it gives up.
        known: Minima at which it ends as soon as it is next to one.
        buffers: Memory, with the start and what is held.
    """
    here, there = buffers.here, buffers.there
    nll = _begin(here, there, problem, buffers)
    evaluations, products, steps = 1, 0, 0
    status, edm, gradient, flat = TOO_MANY_STEPS, np.inf, np.inf, 0
    if not nll < np.inf:
        _leave(here, buffers)
        return Minimum(buffers.found, np.inf, NO_LIKELIHOOD, edm, gradient, flat, 0, 1, 0, 0.0)
    exact, index, before = False, buffers.index[:0], nll
    curvature = _Curvature(False, 0.0, np.inf, 0)
    while steps < budget.steps and evaluations < budget.evaluations:
        if is_known(here.pars, nll, known, problem.arrays):
            status = KNOWN
            break
        if steps > 0 and steps % _STALLED == 0:
            if not nll < before - rounding(nll):
                status = NOT_DESCENDING
                break
            before = nll
        steps += 1
        evaluate_on_sides(here, problem, buffers)
        gradient = choose_free(here.pars, buffers)
        if curvature.factorised and is_free(index, buffers):
            # The factor of the last step will do if that brought the fit to its end.
            edm = newton_direction(index, buffers)
            if 0.0 <= edm < TOLERANCE:
                status = CONVERGED
                break
        edm = estimate_edm(buffers)
        curvature = _Curvature(False, 0.0, np.inf, 0)
        if exact or 0.0 <= edm < _NEAR:
            index = buffers.index[: list_free(buffers)]
            curvature = _factorise(here, nll, there, index, problem, buffers)
            evaluations += curvature.evaluations
            if curvature.factorised:
                edm = newton_direction(index, buffers)
                if 0.0 <= edm < TOLERANCE:
                    status = CONVERGED
                    break
        step = _step(here, nll, there, edm, curvature, problem, buffers)
        evaluations += step.evaluations
        products += step.products
        if not step.nll <= nll + rounding(nll):
            if exact:
                status = NOT_DESCENDING
                break
            # Conjugate gradients lose digits in a steep valley: the factor keeps them.
            exact = True
            continue
        here, there = there, here
        nll = step.nll
    if status == CONVERGED:
        flat = count_flat(index, curvature.ridge, buffers)
    _leave(here, buffers)
    return Minimum(
        buffers.found, nll, status, edm, gradient, flat, steps, evaluations, products, 0.0
    )


@kernel
def _begin(here: Place, there: Place, problem: Problem, buffers: FitBuffers) -> float:
    """Go to the start, within the bounds; return the NLL there."""
    pars = here.pars
    copy(buffers.begin, pars)
    copy(buffers.begin, there.pars)
    for p in range(len(pars)):
        if not buffers.held[p]:
            pars[p] = min(max(pars[p], problem.lower[p]), problem.upper[p])
    fill(buffers.side, 1.0)
    evaluate_rates_and_slopes(pars, problem.arrays, here.rates)
    return evaluate_nll(here.rates.rate, pars, problem.arrays, problem.data)


@kernel
def _leave(here: Place, buffers: FitBuffers) -> None:
    """Keep where the fit ended."""
    copy(here.rates.rate, buffers.expected)
    copy(here.pars, buffers.found)


class _Curvature(NamedTuple):
    """What the Hessian says; far from the minimum, nothing.

    Attributes:
        factorised: Whether it has a factor.
        ridge: What was added to its diagonal for it, relative to that.
        nll: NLL at ``there`` after a saddle point was left; infinite where none was.
        evaluations: Evaluations of the rates.
    """

    factorised: bool
    ridge: float
    nll: float
    evaluations: int


@kernel
def _factorise(
    here: Place, nll: float, there: Place, index: IntArray, problem: Problem, buffers: FitBuffers
) -> _Curvature:
    """Factorise the Hessian; where it is not positive definite leave the saddle, or add a ridge."""
    if factorise_free(index, problem.arrays, buffers):
        return _Curvature(True, 0.0, np.inf, 0)
    tried, lower = leave_saddle(here, nll, there, problem, buffers)
    if lower < nll - TOLERANCE:
        return _Curvature(False, 0.0, lower, tried)
    # Nothing is to be gained along it: the NLL is flat there.
    ridge = factorise_flat(index, buffers)
    return _Curvature(ridge > 0.0, ridge, np.inf, tried)


class _Step(NamedTuple):
    """A step to ``there``: the NLL, infinite where no step will do, and what it cost."""

    nll: float
    evaluations: int
    products: int


@kernel
def _step(
    here: Place,
    nll: float,
    there: Place,
    edm: float,
    curvature: _Curvature,
    problem: Problem,
    buffers: FitBuffers,
) -> _Step:
    """Step down along the direction of the factor, or of conjugate gradients where there is none.

    Where a saddle point was left that was the step.
    """
    if curvature.nll < np.inf:
        return _Step(curvature.nll, 0, 0)
    products = 0
    if not curvature.factorised:
        products = conjugate_gradients(problem.arrays, edm, buffers)
        limit_pulls(problem.arrays.alphas, buffers)
    evaluations, lower = search_line(here, nll, there, problem, buffers)
    return _Step(lower, evaluations, products)
