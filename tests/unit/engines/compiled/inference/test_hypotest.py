"""Hypothesis tests of small models, against pyhf's."""

import math

import numpy as np
import pyhf
import pytest
from oracle import make_oracle
from small import (
    MU,
    counting,
    histosys,
    luminosity,
    model_of,
    modifier,
    normsys,
    one_channel,
    sample,
)

from fitscan.engines.compiled.inference.hypotest import hypotest
from fitscan.engines.compiled.kernels.minimum import CONVERGED, TOLERANCE

MODELS = {
    "counting": counting(12.0),
    "deficit": counting(4.0),
    "excess": counting(25.0),
    "normsys and histosys": one_channel(
        sample("signal", [3.0, 6.0], MU, normsys("x", 1.2, 0.85)),
        sample(
            "background",
            [20.0, 9.0],
            normsys("x", 0.9, 1.15),
            histosys("x", [21.0, 11.0], [19.0, 8.0]),
        ),
        observed=[22.0, 10.0],
    ),
    "one-sided histosys": one_channel(
        sample("signal", [3.0, 6.0], MU),
        sample("background", [20.0, 9.0], histosys("x", [22.0, 11.0], [20.0, 9.0])),
        observed=[22.0, 12.0],
    ),
    "all uncertainties of bins": one_channel(
        sample("signal", [3.0, 6.0], MU, modifier("stat", "staterror", [0.5, 0.9])),
        sample("top", [20.0, 9.0], modifier("stat", "staterror", [1.5, 0.0])),
        sample("W", [8.0, 0.0], modifier("W", "shapesys", [2.0, 0.0])),
        observed=[30.0, 11.0],
    ),
    "lumi and two factors": one_channel(
        sample("signal", [3.0, 6.0], MU, modifier("lumi", "lumi")),
        sample("W", [20.0, 4.0], modifier("k", "normfactor"), modifier("lumi", "lumi")),
        observed=[22.0, 9.0],
        parameters=[luminosity(0.02)],
    ),
    "signal strength on two samples": one_channel(
        sample("signal", [3.0, 6.0], MU),
        sample("interference", [-1.0, 0.5], MU),
        sample("W", [20.0, 4.0], normsys("x", 1.1, 0.9)),
        observed=[22.0, 9.0],
    ),
    "empty bin": one_channel(
        sample("signal", [3.0, 1.0], MU),
        sample("W", [20.0, 0.4], normsys("x", 1.1, 0.9)),
        observed=[22.0, 0.0],
    ),
}


@pytest.fixture
def precise_pyhf():
    before = pyhf.get_backend()
    pyhf.set_backend("numpy", pyhf.optimize.scipy_optimizer(tolerance=1e-13, maxiter=10_000))
    yield
    pyhf.set_backend(*before)


@pytest.mark.parametrize("test_stat", ["qtilde", "q"])
@pytest.mark.parametrize("name", MODELS)
def test_CLs_are_those_of_pyhf(name, test_stat, precise_pyhf):
    document = MODELS[name]
    model = model_of(document)
    found = hypotest(model, test_stat=test_stat)
    assert {result.status for result in found.fits.values()} == {CONVERGED}
    oracle = make_oracle(model, document)
    observed, expected = pyhf.infer.hypotest(
        1.0,
        oracle.data(model.data),
        oracle.theirs,
        test_stat=test_stat,
        return_expected_set=True,
    )
    np.testing.assert_allclose(found.CLs, [observed, *expected], atol=2e-6)


def test_a_signal_without_events_excludes_nothing():
    document = one_channel(
        sample("signal", [0.0], MU), sample("W", [9.0], normsys("x", 1.1, 0.9)), observed=[12.0]
    )
    model = model_of(document)
    found = hypotest(model)
    assert found.q == 0.0
    # The fit of Asimov data starts at the initial values, and ends this near to their minimum, 0.
    assert 0.0 <= found.q_asimov <= 2.0 * TOLERANCE
    assert found.CLs == pytest.approx((1.0,) * 6, abs=math.sqrt(2.0 * TOLERANCE))


def test_q_is_0_where_the_best_signal_is_stronger():
    found = hypotest(model_of(counting(25.0)))
    assert found.mu_hat == pytest.approx(16.0 / 6.0, abs=1e-4)
    assert found.q == 0.0


def test_a_negative_signal_strength_is_fitted_where_the_bounds_allow_it():
    bounds = [{"name": "mu", "bounds": [[-1.4, 10.0]]}]
    model = model_of(counting(4.0, parameters=bounds))
    found = hypotest(model, test_stat="q")
    assert found.mu_hat == pytest.approx(-5.0 / 6.0, abs=1e-4)
    assert found.q == pytest.approx(2 * (15.0 - 4.0 - 4.0 * np.log(15.0 / 4.0)), rel=1e-8)
