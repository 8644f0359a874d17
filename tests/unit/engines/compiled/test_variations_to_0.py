"""Kernels at, near and beyond the place where a normalisation variation has taken a sample away."""

import numpy as np
import pytest
from small import MU, model_of, normsys, one_channel, sample

from fitscan.engines.compiled.fits.fits import fit
from fitscan.engines.compiled.kernels.batch import nll_at
from fitscan.engines.compiled.kernels.expansion import expand
from fitscan.engines.compiled.kernels.minimum import CONVERGED

NEAR = [1.0 - 1e-3, 1.0 - 1e-5, 1.0 - 1e-9, np.nextafter(1.0, 0.0), 1.0, np.nextafter(1.0, 2.0)]
PLACES = [*NEAR, 1.5, 5.0]


def going_to_0(side, observed=(8.0, 2.0)):
    factors = (0.0, 1.7) if side > 0 else (1.7, 0.0)
    return model_of(
        one_channel(
            sample("goes", [30.0, 6.0], normsys("x", *factors), normsys("y", 1.2, 0.0)),
            sample("stays", [5.0, 1.0]),
            sample("signal", [2.0, 1.0], MU),
            observed=list(observed),
        )
    )


@pytest.mark.parametrize("side", [-1.0, 1.0])
@pytest.mark.parametrize("place", PLACES)
def test_rates_and_derivatives_are_finite_and_right(side, place):
    model = going_to_0(side)
    arrays = model.arrays
    pars = np.array([side * place, 0.3, 1.0])
    expansion = expand(arrays, model.data, pars)
    rates, found = expansion.rates, expansion.derivatives
    for part in (*rates, *found.slopes, *found[1:], expansion.hessian):
        assert np.isfinite(part).all()
    if place >= 1.0:  # what is left are the other samples
        np.testing.assert_allclose(rates.rate, [7.0, 2.0], rtol=1e-10)
        assert abs(found.gradient[1] - 0.3) < 1e-9
    for p in range(3):
        step = np.zeros(3)
        step[p] = 1e-6
        slope = nll_at(arrays, model.data, pars + step) - nll_at(arrays, model.data, pars - step)
        assert found.gradient[p] == pytest.approx(slope / 2e-6, abs=1e-4)


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_fit_whose_minimum_is_without_the_sample_converges(side):
    model = going_to_0(side, observed=(0.0, 0.0))
    found = fit(model, model.init)
    assert found.status == CONVERGED
    # One of the two uncertainties takes the sample away, for which it pays nearly 1/2.
    paid = 0.5 * np.sum(found.pars[:2] ** 2)
    assert 0.3 < paid < 0.5
    assert nll_at(model.arrays, model.data, found.pars) < 6.0 + 0.5
    assert found.pars[model.poi] == 0.0
