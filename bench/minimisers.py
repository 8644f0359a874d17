"""pyhf's two minimisers, SLSQP and MINUIT, on the engine's NLL: milliseconds in place of seconds.

Takes a model, data and a signal strength; gives where each ends. They are the optimizer classes of
pyhf itself, with its defaults, called as ``pyhf.infer.mle`` calls them: from the suggested initial
values, with numerical gradients, fixed parameters held by each in its own way. Three things differ
from a fit by pyhf: the log-density is that of our kernels, equal to pyhf's to 1e-10, but
without the terms that do not depend on parameters; alphas come first; and a negative rate is NaN
in empty bins too, of which published likelihoods have none. ``by_pyhf`` makes the same fits with
nothing of ours, to see that they end in the same minima.
"""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from pyhf.exceptions import FailedMinimization
from pyhf.infer import mle
from pyhf.optimize.opt_minuit import minuit_optimizer
from pyhf.optimize.opt_scipy import scipy_optimizer

from fitscan.audit.point import Point
from fitscan.engines.compiled.kernels.batch import nll_at
from fitscan.engines.pyhf.reference import pyhf_backend
from fitscan.model import Model
from fitscan.model.arrays import Data, FloatArray

__all__ = ["MINIMISERS", "Ended", "by_pyhf", "minimise"]

# As the results call them: pyhf's name, and its class.
MINIMISERS = {"SLSQP": ("scipy", scipy_optimizer), "MINUIT": ("minuit", minuit_optimizer)}


@dataclass(frozen=True)
class Ended:
    """Where a minimiser ended.

    Attributes:
        pars: Parameters in the engine's order.
        nll: The engine's NLL there, infinite where it has none.
        converged: Whether the minimiser says so; if not, pyhf has no answer.
    """

    pars: FloatArray
    nll: float
    converged: bool


def minimise(name: str, model: Model, data: Data, mu: float | None) -> Ended:
    """Have SLSQP or MINUIT minimise the engine's NLL.

    Args:
        name: ``SLSQP`` or ``MINUIT``.
        model: The hypothesis.
        data: What is fitted to.
        mu: Signal strength that is held; None fits it.
    """

    def twice_nll(pars: Any, _data: Any, _model: Any) -> list[float]:
        nll = nll_at(model.arrays, data, np.asarray(pars, dtype=float))
        return [2.0 * nll if nll < np.inf else np.nan]

    init, fixed = model.init.copy(), model.fixed.copy()
    if mu is not None:
        init[model.poi], fixed[model.poi] = mu, True
    config = SimpleNamespace(npars=len(init), par_names=list(model.names))
    held = [(int(p), float(init[p])) for p in np.flatnonzero(fixed)]
    bounds = list(zip(model.lower.tolist(), model.upper.tolist(), strict=True))
    pars, converged = _ended(
        MINIMISERS[name][1]().minimize,
        *(twice_nll, [0.0], SimpleNamespace(config=config), init.tolist(), bounds, held),
    )
    return Ended(pars, nll_at(model.arrays, data, pars), converged)


def by_pyhf(name: str, point: Point, data: Data, seen: FloatArray, mu: float | None) -> Ended:
    """Make the fit of ``minimise`` by pyhf alone.

    Args:
        name: ``SLSQP`` or ``MINUIT``.
        point: The hypothesis.
        data: What is fitted to.
        seen: The same as pyhf takes it.
        mu: Signal strength that is held; None fits it.
    """
    with pyhf_backend("numpy", MINIMISERS[name][0]), np.errstate(invalid="ignore"):
        if mu is None:
            theirs, converged = _ended(mle.fit, seen, point.pyhf)
        else:
            theirs, converged = _ended(mle.fixed_poi_fit, mu, seen, point.pyhf)
    pars = np.empty(len(theirs))
    pars[point.order] = theirs
    return Ended(pars, nll_at(point.model.arrays, data, pars), converged)


def _ended(fit: Any, *arguments: Any) -> tuple[FloatArray, bool]:
    """Return the parameters of a fit by pyhf, and whether it converged."""
    try:
        return np.asarray(fit(*arguments), dtype=float), True
    except FailedMinimization as error:
        return np.array(error.result.x, dtype=float), False
