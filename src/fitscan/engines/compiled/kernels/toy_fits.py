"""Both fits of each toy: at the tested strength, then free.

Fits start where toys are thrown, but factors with auxiliary events where these say: a factor of
which next to nothing is seen takes many steps to come down. A start that is nearer in the other
parameters too, a Newton step for the data, saves up to a third of the time and leads into other
local minima now and then.

What is tried where that fails or may miss a lower minimum: ``toy_retries``.
"""

import numpy as np

from fitscan.engines.compiled.kernels.buffers import FitBuffers
from fitscan.engines.compiled.kernels.linear import copy
from fitscan.engines.compiled.kernels.minimum import CONVERGED
from fitscan.engines.compiled.kernels.objective import evaluate_nll
from fitscan.engines.compiled.kernels.problem import Problem
from fitscan.engines.compiled.kernels.rates import evaluate_rates
from fitscan.engines.compiled.kernels.toy import FittedToys, Toy, ToyFit, ToyFits, ToySetup
from fitscan.engines.compiled.kernels.toy_retries import (
    ATTEMPTS,
    attempt_fit,
    fit_from_other_minima,
)
from fitscan.engines.compiled.machine_code.jit import entry, kernel
from fitscan.model.arrays import POISSON, Arrays, Data, FloatArray

__all__ = ["fit_each_toy"]


@entry
def fit_each_toy(
    arrays: Arrays,
    setup: ToySetup,
    main: FloatArray,
    auxiliary: FloatArray,
    out: FittedToys,
    buffers: FitBuffers,
) -> None:
    """Make both fits of each toy.

    Args:
        arrays: The model.
        setup: What the toys have in common.
        main: Events, (toys, bins).
        auxiliary: Auxiliary measurements, (toys, parameters).
        out: Filled with how the fits ended.
        buffers: Memory.
    """
    best = buffers.toy.best[0]
    copy(setup.thrown, buffers.toy.near)
    for p in range(len(setup.fixed)):
        buffers.held[p] = setup.fixed[p]
    for number in range(len(main)):
        data = Data(main[number], auxiliary[number])
        problem = Problem(arrays, data, setup.lower, setup.upper)
        toy = Toy(setup, problem, _has_empty_bins(data.main))
        _follow_auxiliary_data(toy, buffers)
        signal = _fit_at_tested_strength(toy, buffers)
        copy(best, buffers.toy.signal)
        free = _fit_freely(toy, signal.nll, buffers)
        _keep(signal, number, out.signal)
        _keep(free, number, out.free)
        out.mu_hat[number] = best[setup.poi]


@kernel
def _has_empty_bins(events: FloatArray) -> bool:
    """Tell whether a bin has no events."""
    empty = False
    for b in range(len(events)):
        empty = empty or events[b] <= 0.0
    return empty


@kernel
def _follow_auxiliary_data(toy: Toy, buffers: FitBuffers) -> None:
    """Put factors with auxiliary events where these say."""
    arrays, data = toy.problem.arrays, toy.problem.data
    for p in range(len(buffers.toy.near)):
        if arrays.constraint[p] == POISSON and not toy.setup.fixed[p]:
            buffers.toy.near[p] = data.auxiliary[p] / arrays.tau[p]


@kernel
def _fit_at_tested_strength(toy: Toy, buffers: FitBuffers) -> ToyFit:
    """Make the first fit; where it ended is the best one in the buffers."""
    setup = toy.setup
    buffers.held[setup.poi] = True
    for attempt in range(ATTEMPTS):
        copy(buffers.toy.near if attempt == 0 else setup.thrown, buffers.begin)
        buffers.begin[setup.poi] = setup.tested[setup.poi]
        fit = attempt_fit(attempt, np.inf, toy, buffers)
        if fit.status == CONVERGED:
            break
    return _lowest(fit, setup.signal_minima, toy, buffers)


@kernel
def _fit_freely(toy: Toy, signal_nll: float, buffers: FitBuffers) -> ToyFit:
    """Make the free fit from where the other one ended, or nearer; it cannot lie above that."""
    buffers.held[toy.setup.poi] = toy.setup.fixed[toy.setup.poi]
    for attempt in range(ATTEMPTS):
        copy(buffers.toy.signal, buffers.begin)
        if attempt == 0 and _nll_near(toy, buffers) < signal_nll:
            copy(buffers.toy.near, buffers.begin)
        fit = attempt_fit(attempt, signal_nll, toy, buffers)
        if fit.status == CONVERGED:
            break
    return _lowest(fit, toy.setup.free_minima, toy, buffers)


@kernel
def _nll_near(toy: Toy, buffers: FitBuffers) -> float:
    """Return the NLL where toys are thrown, with factors as their auxiliary data say."""
    near, rates, problem = buffers.toy.near, buffers.here.rates, toy.problem
    evaluate_rates(near, problem.arrays, rates)
    return evaluate_nll(rates.rate, near, problem.arrays, problem.data)


@kernel
def _lowest(fit: ToyFit, minima: FloatArray, toy: Toy, buffers: FitBuffers) -> ToyFit:
    """Look for a lower minimum than that of a fit, and put the lowest one into the buffers."""
    copy(buffers.found, buffers.toy.best[0])
    nll = fit.nll
    if fit.status == CONVERGED and len(minima) > 1:
        nll = fit_from_other_minima(nll, minima, toy, buffers)
    return ToyFit(nll, fit.status, fit.again)


@kernel
def _keep(fit: ToyFit, number: int, out: ToyFits) -> None:
    """Put how a fit ended into memory."""
    out.nll[number], out.status[number], out.again[number] = fit.nll, fit.status, fit.again
