"""A point at its minima: fitscan's log-density there against pyhf's.

Takes a model and the workspace it was made of; gives rows of audit.csv with the check
``log_density``.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from fitscan.audit.differences import pyhf_counterpart
from fitscan.audit.table import Row, compared
from fitscan.engines.compiled.hypotheses import Hypotheses
from fitscan.engines.compiled.inference.hypotest import Hypotest, hypotest
from fitscan.engines.compiled.inference.minima import search_minima
from fitscan.engines.compiled.kernels.batch import asimov_data
from fitscan.engines.compiled.kernels.minimum import CONVERGED, MESSAGES
from fitscan.engines.compiled.kernels.objective import constant_terms
from fitscan.errors import ModelError
from fitscan.model import Model
from fitscan.model.arrays import POISSON, Data, FloatArray

__all__ = ["Point", "log_densities", "rounding", "tested"]

# An NLL is the same to ABSOLUTE + RELATIVE |NLL| + what its sum loses; see `rounding`.
ABSOLUTE, RELATIVE = 1e-8, 1e-12


@dataclass(frozen=True)
class Point:
    """A point as fitscan and as pyhf see it.

    Attributes:
        model: fitscan's model.
        result: fitscan's hypothesis test.
        pyhf: pyhf's model.
        data: The observed data in pyhf's order.
        order: Where each parameter of pyhf is among those of fitscan.
        notes: What pyhf was asked in another form, by the name of the modifier.
    """

    model: Model
    result: Hypotest
    pyhf: Any
    data: FloatArray
    order: NDArray[np.intp]
    notes: dict[str, str]

    @classmethod
    def of(
        cls,
        model: Model,
        hypothesis: Any,
        settings: dict[str, Any],
        *,
        result: Hypotest | None = None,
    ) -> "Point":
        """Have pyhf build the model of a point.

        Args:
            model: fitscan's model.
            hypothesis: The workspace with the patch applied.
            settings: See ``fitscan.audit.audit_scan``.
            result: fitscan's hypothesis test; None makes it, from the initial values.

        Raises:
            ModelError: The two have different parameters.
        """
        if result is None:
            result = hypotest(model, mu_test=settings["mu_test"], test_stat=settings["test_stat"])
        theirs, data, notes = pyhf_counterpart(hypothesis, settings)
        names = theirs.config.par_names
        if sorted(names) != sorted(model.names):
            raise ModelError(
                "fitscan and pyhf have different parameters",
                value=sorted({*names} ^ {*model.names}),
            )
        order = np.array([model.names.index(name) for name in names])
        return cls(model, result, theirs, np.asarray(data, dtype=float), order, notes)

    def nll(self, pars: FloatArray, data: FloatArray) -> float:
        """Return the NLL by pyhf; ``pars`` in pyhf's order."""
        return -float(self.pyhf.logpdf(pars, data)[0])

    def asimov(self, pars: FloatArray) -> FloatArray:
        """Return pyhf's Asimov data; ``pars`` in pyhf's order."""
        return np.asarray(self.pyhf.expected_data(pars), dtype=float)


def tested(hypotheses: Hypotheses, model: Model, settings: dict[str, Any]) -> Hypotest:
    """Test a hypothesis as the main columns of results.csv have it.

    These are of fits that start at the initial values. Toys are thrown and compared at the lowest
    minima that a search finds, so there it is these.
    """
    options = {"test_stat": settings["test_stat"]}
    found = hypotest(model, mu_test=settings["mu_test"], **options)
    converged = all(fit.status == CONVERGED for fit in found.fits.values())
    if settings["kind"] != "toys" or settings["minima"] == "default" or not converged:
        return found
    exhaustive = settings["minima"] == "exhaustive"
    starts = hypotheses.other_starts(model)
    return search_minima(model, found, starts, exhaustive=exhaustive, **options).test


def log_densities(point: Point) -> list[Row]:
    """Compare log-densities at the minima of all fits."""
    arrays, background = point.model.arrays, point.result.background.pars
    ours = dict.fromkeys(point.result.fits, point.model.data)
    theirs = dict.fromkeys(point.result.fits, point.data)
    ours["asimov"] = asimov_data(arrays, background)
    theirs["asimov"] = point.asimov(background[point.order])
    rows = []
    for name, found in point.result.fits.items():
        nll = found.nll + constant_terms(arrays, ours[name])
        tolerance = ABSOLUTE + RELATIVE * abs(nll) + rounding(point.model, found.pars, ours[name])
        rows.append(
            compared(
                "log_density",
                name,
                fitscan=nll,
                pyhf=point.nll(found.pars[point.order], theirs[name]),
                tolerance=tolerance,
                message=MESSAGES[found.status],
            )
        )
    return rows


def rounding(model: Model, pars: FloatArray, data: Data) -> float:
    """Bound what is lost where an NLL is summed as it is written, n ln m - m - ln n! per term.

    Such a term is of order 1 but its parts are of order n ln n, 5e12 for the auxiliary
    measurements of 2e11 events that there are in published likelihoods. Each part is rounded to a
    few units in its last place by pyhf, and so are the constant terms of fitscan.
    """
    expected = asimov_data(model.arrays, pars)
    poisson = model.arrays.constraint == POISSON
    n = np.concatenate([data.main, data.auxiliary[poisson]])
    m = np.concatenate([expected.main, expected.auxiliary[poisson]])
    n, m = n[m > 0], m[m > 0]
    parts = n * np.abs(np.log(m)) + m + np.abs(gammaln(n + 1.0))
    return float(4.0 * np.finfo(float).eps * parts.sum())
