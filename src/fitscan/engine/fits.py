"""The fits of which hypothesis tests are made: free, at a fixed signal strength, to Asimov data."""

import numpy as np

from fitscan.engine.jit import jit
from fitscan.engine.minimise import CONVERGED, TOLERANCE, Minimum, minimise
from fitscan.engine.objective import evaluate_nll
from fitscan.engine.rates import evaluate_rates, new_rates
from fitscan.model.arrays import POISSON, Arrays, Data, FloatArray, Model

__all__ = ["asimov_data", "background_start", "fit", "nll_at"]


def fit(
    model: Model, start: FloatArray, *, mu: float | None = None, data: Data | None = None
) -> Minimum:
    """Fit from a start.

    Args:
        model: The hypothesis.
        start: Initial values, (parameters,).
        mu: Signal strength that is held; None fits it.
        data: What is fitted to; None takes what was observed.
    """
    fixed = model.fixed
    if mu is not None:
        start, fixed = start.copy(), fixed.copy()
        start[model.poi], fixed[model.poi] = mu, True
    return minimise(
        model.arrays, data or model.data, start, model.lower, model.upper, fixed, TOLERANCE
    )


def background_start(model: Model) -> FloatArray:
    """Return where the fits of all hypotheses with this background start.

    It is the fit of the background alone from the suggested initial values, and these for
    parameters that only the signal has. So a fit does not depend on which was made before it.

    Args:
        model: The background; see ``fitscan.model.Model.background``.
    """
    found = minimise(
        model.arrays, model.data, model.init, model.lower, model.upper, model.fixed, TOLERANCE
    )
    return found.pars if found.status == CONVERGED else model.init


def extended_start(model: Model, start: FloatArray) -> FloatArray:
    """Return a start of the background with the initial values of what only the signal has."""
    if model.background is None:
        return model.init
    alphas, known = model.arrays.alphas, model.background.arrays.alphas
    extended = model.init.copy()
    extended[:known] = start[:known]
    extended[alphas : alphas + len(start) - known] = start[known:]
    return extended


@jit
def nll_at(arrays: Arrays, data: Data, pars: FloatArray) -> float:
    """Return the NLL of ``data`` at ``pars``."""
    rates = new_rates(arrays)
    evaluate_rates(pars, np.ones(len(pars)), arrays, rates)
    return evaluate_nll(rates.rate, pars, arrays, data)


@jit
def asimov_data(arrays: Arrays, pars: FloatArray) -> Data:
    """Return the data in which everything is as expected at ``pars`` (arXiv:1007.1727, sec. 3.2).

    Auxiliary measurements are at their expectations too, as in pyhf.
    """
    rates = new_rates(arrays)
    evaluate_rates(pars, np.ones(len(pars)), arrays, rates)
    auxiliary = pars.copy()
    for p in range(len(pars)):
        if arrays.constraint[p] == POISSON:
            auxiliary[p] *= arrays.tau[p]
    return Data(rates.rate, auxiliary)
