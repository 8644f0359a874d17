"""Uncertainties of a fit: of its parameters by the inverse Hessian, and of the yields from these.

    C = H^-1 on the free parameters              covariance at the minimum of the NLL
    pull = (theta-hat - theta_0) / sigma_0       constraint = sigma / sigma_0
    sigma(lambda)^2 = J C J^T                    J = d lambda / d theta

(PDG, Statistics, sections 40.2.2 and 40.2.4; the pulls are those of cabinetry and pyhf, where
theta_0 is the auxiliary measurement and sigma_0 the width of its constraint.) It is an
approximation: the NLL is taken as a parabola, on both sides, also near a bound.
"""

from dataclasses import dataclass

import numpy as np

from fitscan.engines.compiled.kernels.expansion import expand
from fitscan.engines.compiled.kernels.minimum import CONVERGED, Minimum
from fitscan.model.arrays import FREE, POISSON, BoolArray, Data, FloatArray, Model

__all__ = [
    "Uncertainties",
    "Yields",
    "expected_yields",
    "fit_uncertainties",
    "prefit_covariance",
    "prefit_uncertainties",
]

# A direction is flat if its curvature, with each parameter in units of its own, is below this. A
# fit ends where the gradient is still some 1e-5 of such units, and along a curved flat line, as
# where only a product of two parameters is known, that much looks like curvature of either sign.
_FLAT = 1e-5


@dataclass(frozen=True)
class Uncertainties:
    """Uncertainties of the parameters of one fit.

    Attributes:
        covariance: (parameters, parameters); rows and columns of parameters without an uncertainty
            are 0, so that they add nothing to that of a yield.
        status: Of each parameter ``free``, or why it has no uncertainty: ``fixed``; ``at bound``,
            where the NLL would fall beyond it; ``at kink``, at the 0 of interpolation codes 0 and 1
            where the NLL rises on both sides; ``flat``, where nothing determines it;
            ``not converged``, as the whole fit.
    """

    covariance: FloatArray
    status: tuple[str, ...]

    @property
    def free(self) -> BoolArray:
        """Which parameters have an uncertainty, (parameters,)."""
        return np.array([status == "free" for status in self.status], dtype=bool)

    @property
    def sigma(self) -> FloatArray:
        """Standard deviations, NaN where there is none, (parameters,)."""
        return np.where(self.free, np.sqrt(np.diag(self.covariance)), np.nan)

    @property
    def correlation(self) -> FloatArray:
        """Correlations, NaN where a parameter has no uncertainty, (parameters, parameters)."""
        sigma = self.sigma
        return self.covariance / np.outer(sigma, sigma)


@dataclass(frozen=True)
class Yields:
    """Expected events at one set of parameters, and their uncertainties.

    Attributes:
        cells: Events of each sample in each bin, (cells,).
        cells_sigma: Their uncertainties.
        bins: Events in each bin, (bins,).
        bins_sigma: Their uncertainties, in which those of the samples are correlated.
    """

    cells: FloatArray
    cells_sigma: FloatArray
    bins: FloatArray
    bins_sigma: FloatArray


def fit_uncertainties(model: Model, found: Minimum, *, mu: float | None = None) -> Uncertainties:
    """Return the uncertainties of a fit to what was observed.

    Args:
        model: The hypothesis.
        found: Where the fit ended.
        mu: Signal strength that was held; None if it was fitted.
    """
    fixed = model.fixed.copy()
    if mu is not None:
        fixed[model.poi] = True
    count = len(found.pars)
    nothing = np.zeros((count, count))
    if found.status != CONVERGED:
        status = np.where(fixed, "fixed", "not converged")
        return Uncertainties(nothing, tuple(status.tolist()))
    here = expand(model.arrays, model.data, found.pars)
    gradient, kink, hessian = here.derivatives.gradient, here.derivatives.kink, here.hessian
    status = np.full(count, "free", dtype="<U13")
    status[: len(kink)][_rises_on_both_sides(found.pars, gradient, kink)] = "at kink"
    status[(found.pars <= model.lower) & (gradient >= 0.0)] = "at bound"
    status[(found.pars >= model.upper) & (gradient <= 0.0)] = "at bound"
    status[fixed] = "fixed"
    index = np.flatnonzero(status == "free")
    inverse, flat = _inverted(hessian[np.ix_(index, index)])
    status[index[flat]] = "flat"
    nothing[np.ix_(index, index)] = inverse
    return Uncertainties(nothing, tuple(status.tolist()))


def prefit_uncertainties(model: Model) -> tuple[FloatArray, FloatArray]:
    """Return theta_0 and sigma_0 of each parameter, NaN for those without a constraint or fixed.

    Gaussian: the auxiliary measurement and its width, so 0 +- 1 for an alpha and 1 +- the relative
    error of the bin for a staterror. Poisson: 1 +- 1 / sqrt(tau), as in ``pyhf.parameters``.
    """
    arrays, measured = model.arrays, model.data.auxiliary
    poisson = arrays.constraint == POISSON
    centre = np.where(poisson, measured / arrays.tau, measured)
    width = np.where(poisson, 1.0 / np.sqrt(arrays.tau), arrays.sigma)
    none = (arrays.constraint == FREE) | model.fixed
    return np.where(none, np.nan, centre), np.where(none, np.nan, width)


def prefit_covariance(model: Model) -> FloatArray:
    """Return the covariance before a fit, in which parameters without a constraint have none."""
    _, width = prefit_uncertainties(model)
    return np.diag(np.nan_to_num(width) ** 2)


def expected_yields(model: Model, pars: FloatArray, covariance: FloatArray) -> Yields:
    """Return the events expected at ``pars`` and their uncertainties from ``covariance``."""
    # With a bin of its own for each cell the Jacobian is that of the samples.
    cells = len(model.arrays.nominal)
    apart = model.arrays._replace(bin=np.arange(cells), bins=cells)
    empty = Data(np.zeros(cells), model.data.auxiliary)
    here = expand(apart, empty, pars, second=False)
    rate, jacobian = here.rates.rate, here.derivatives.jacobian
    to_bins = np.zeros((model.arrays.bins, cells))
    to_bins[model.arrays.bin, np.arange(cells)] = 1.0
    return Yields(
        rate,
        _propagated(jacobian, covariance),
        to_bins @ rate,
        _propagated(to_bins @ jacobian, covariance),
    )


def _propagated(jacobian: FloatArray, covariance: FloatArray) -> FloatArray:
    """Return the square roots of the diagonal of J C J^T."""
    variance = np.einsum("bp,pq,bq->b", jacobian, covariance, jacobian, optimize=True)
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)))


def _rises_on_both_sides(pars: FloatArray, gradient: FloatArray, kink: FloatArray) -> BoolArray:
    """Tell which alphas are at 0 where the NLL is not smooth; the gradient is that at 0+."""
    alphas = len(kink)
    above = gradient[:alphas]
    held = (pars[:alphas] == 0.0) & (above >= 0.0) & (above - kink <= 0.0) & (kink > 0.0)
    return np.asarray(held)


def _inverted(hessian: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Invert a Hessian that may have flat directions; tell which parameters these move.

    Curvatures range over ten orders of magnitude and more, so each parameter is measured in units
    of its own: 1 / sqrt(H_pp). What flat directions move is left out.
    """
    curvature = np.diag(hessian)
    steep = curvature > 0.0
    unit = np.where(steep, 1.0 / np.sqrt(np.where(steep, curvature, 1.0)), 1.0)
    values, vectors = np.linalg.eigh(hessian * np.outer(unit, unit))
    flat_directions = values <= _FLAT
    flat = ~steep | (np.abs(vectors[:, flat_directions]) > 1e-6).any(axis=1)
    kept = np.flatnonzero(~flat)
    scaled = (hessian * np.outer(unit, unit))[np.ix_(kept, kept)]
    inverse = np.zeros_like(hessian)
    inverse[np.ix_(kept, kept)] = np.linalg.inv(scaled) * np.outer(unit[kept], unit[kept])
    return (inverse + inverse.T) / 2.0, flat
