"""Where pyhf's two minimisers end from pyhf's initial values, on the NLL of ``likelihood``.

As pyhf calls them (``pyhf.optimize``, 0.7.6): on twice the NLL, with its tolerances; here with the
exact gradient. Rates of 0 in bins without events are a constraint for SLSQP, and for MINUIT, which
takes none, the obstacle of ``Likelihood.nll``.
"""

import warnings

import iminuit
import numpy as np
from scipy import optimize

__all__ = ["DESCENTS"]

# What a minimiser is told where there is no likelihood.
NOWHERE = 1e10


class _Objective:
    """Twice the NLL and its gradient by the parameters that are not held."""

    def __init__(self, likelihood, data, bounds, penalty):
        self.likelihood, self.data, self.penalty = likelihood, data, penalty
        lower, upper = bounds
        self.theta = np.clip(likelihood.init, lower, upper)
        self.free = np.flatnonzero(upper > lower)
        self.start = self.theta[self.free]
        self.bounds = list(zip(lower[self.free], upper[self.free], strict=True))
        self.closed = np.flatnonzero((data.main <= 0) & likelihood.open_bins)
        self.known = None

    def full(self, x):
        theta = self.theta.copy()
        theta[self.free] = x
        return np.clip(theta, self.likelihood.lower, self.likelihood.upper)

    def __call__(self, x):
        if self.known is None or not np.array_equal(self.known[0], x):
            theta = self.full(x)[None]
            nll, gradient, _ = self.likelihood.derivatives(theta, self.data, self.penalty)
            value = 2 * nll[0] if np.isfinite(nll[0]) else NOWHERE
            self.known = np.array(x), value, 2 * gradient[0, self.free]
        return self.known[1:]

    def value(self, x):
        return self(x)[0]

    def gradient(self, x):
        return self(x)[1]

    def rates(self, x):
        return self.likelihood.rates(self.full(x)[None])[0, self.closed]


def by_slsqp(likelihood, data, bounds):
    """Return where SLSQP ends, and whether it says that it converged."""
    function = _Objective(likelihood, data, bounds, 1e-12)
    if not len(function.start):
        return function.full(function.start), True  # nothing is free
    closed = {"type": "ineq", "fun": function.rates}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of steps that were cut at bounds
        found = optimize.minimize(
            function,
            function.start,
            jac=True,
            method="SLSQP",
            bounds=function.bounds,
            constraints=[closed] if len(function.closed) else [],
            options={"maxiter": 1000},
        )
    return function.full(found.x), bool(found.success)


def by_minuit(likelihood, data, bounds):
    """Return where MINUIT ends, and whether it says that it converged."""
    function = _Objective(likelihood, data, bounds, 1e-4)
    if not len(function.start):
        return function.full(function.start), True
    minuit = iminuit.Minuit(function.value, function.start, grad=function.gradient)
    minuit.limits = function.bounds
    minuit.errordef, minuit.strategy, minuit.tol = 1.0, 0, 0.1
    minuit.migrad(ncall=10_000)
    return function.full(np.array(minuit.values)), bool(minuit.valid)


DESCENTS = {"SLSQP": by_slsqp, "MINUIT": by_minuit}
